/** A proposed wording beside what it would replace: what goes is struck, what comes is underlined. */
import { diffChars, diffWordsWithSpace } from 'diff'
import { useMemo } from 'react'
import type { Language } from '#shared/domain/languages.ts'
import { useMessages } from '#client/i18n/messages.ts'
import { threadMessages } from './messages.ts'
import classes from './threads.module.css'

export function Wording({
  before,
  after,
  language,
}: {
  /** Null where nothing is known of the passage any more. */
  readonly before: string | null
  readonly after: string
  readonly language: Language | null
}) {
  const t = useMessages(threadMessages)
  // Japanese has no spaces between words: there single characters are compared.
  const parts = useMemo(
    () => (before === null ? [] : language === 'ja' ? diffChars(before, after) : diffWordsWithSpace(before, after)),
    [before, after, language],
  )
  const lang = language ?? undefined
  return (
    <dl className={classes.comparison}>
      {before === null ? null : (
        <div>
          <dt>{t('oldWording')}</dt>
          <dd lang={lang}>
            {parts.map(({ value, added, removed }, at) =>
              added ? null : removed ? <del key={at}>{value}</del> : <span key={at}>{value}</span>,
            )}
          </dd>
        </div>
      )}
      <div>
        <dt>{t('newWording')}</dt>
        <dd lang={lang}>
          {before === null
            ? after
            : parts.map(({ value, added, removed }, at) =>
                removed ? null : added ? <ins key={at}>{value}</ins> : <span key={at}>{value}</span>,
              )}
        </dd>
      </div>
    </dl>
  )
}
