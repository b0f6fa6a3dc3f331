/** Wordings under one another: what goes is struck, what comes is underlined. */
import { diffChars, diffWordsWithSpace, type Change } from 'diff'
import { useMemo } from 'react'
import type { Language } from '#shared/domain/languages.ts'
import { Verbatim } from '#client/ui/words.tsx'
import classes from './threads.module.css'

export type Wording = { readonly label: string; readonly words: string }

/** `before` is null where nothing is known of the words that `after` would replace. `earlier` stands above, unmarked. */
export function Comparison({
  earlier = null,
  before,
  after,
  language,
}: {
  readonly earlier?: Wording | null
  readonly before: Wording | null
  readonly after: Wording
  readonly language: Language | null
}) {
  const from = before?.words ?? null
  const to = after.words
  // Japanese has no spaces between words: there single characters are compared.
  const parts = useMemo(
    () => (from === null ? [] : language === 'ja' ? diffChars(from, to) : diffWordsWithSpace(from, to)),
    [from, to, language],
  )
  const lang = language ?? undefined
  return (
    <dl className={classes.comparison}>
      {earlier === null ? null : (
        <div>
          <dt>{earlier.label}</dt>
          <dd lang={lang}>
            <Verbatim>{earlier.words}</Verbatim>
          </dd>
        </div>
      )}
      {before === null ? null : (
        <div>
          <dt>{before.label}</dt>
          <dd lang={lang}>{parts.map(removed)}</dd>
        </div>
      )}
      <div>
        <dt>{after.label}</dt>
        <dd lang={lang}>{before === null ? <Verbatim>{to}</Verbatim> : parts.map(added)}</dd>
      </div>
    </dl>
  )
}

const removed = (part: Change, at: number) =>
  part.added ? null : part.removed ? (
    <del key={at}>
      <Verbatim>{part.value}</Verbatim>
    </del>
  ) : (
    <span key={at}>
      <Verbatim>{part.value}</Verbatim>
    </span>
  )

const added = (part: Change, at: number) =>
  part.removed ? null : part.added ? (
    <ins key={at}>
      <Verbatim>{part.value}</Verbatim>
    </ins>
  ) : (
    <span key={at}>
      <Verbatim>{part.value}</Verbatim>
    </span>
  )
