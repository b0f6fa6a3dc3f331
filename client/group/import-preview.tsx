/** What will be created of a text that exists already: its clauses, its brackets, and by line what somebody should look at first. */
import { Alert, Button, Group, Loader, Text } from '@mantine/core'
import { clauseLabel } from '#shared/domain/documents.ts'
import { languageKeys, languages } from '#shared/domain/languages.ts'
import type { ImportRefusal } from '#shared/domain/imports.ts'
import type { ImportProblem, ImportReport } from '#shared/editor/import/import.ts'
import { useLanguage, useMessages } from '#client/i18n/messages.ts'
import styles from './from-text.module.css'
import { importMessages } from './import-messages.ts'
import type { Reading } from './reading-text.ts'

const refusals = {
  empty: 'refusedEmpty',
  tooLarge: 'refusedTooLarge',
  tooManyBrackets: 'refusedTooManyBrackets',
  tooManyLines: 'refusedTooManyLines',
  tooDeep: 'refusedTooDeep',
  damaged: 'refusedDamaged',
} as const satisfies Record<ImportRefusal, string>

const lineIn = { en: 'lineEn', ja: 'lineJa' } as const

/** More than these at once nobody reads. */
const mostShown = 200

export function ImportPreview({
  reading,
  stop,
  again,
}: {
  readonly reading: Reading
  readonly stop: () => void
  readonly again: () => void
}) {
  const t = useMessages(importMessages)
  if (reading.state === 'none') return null
  if (reading.state === 'reading') {
    return (
      <Group gap="sm" role="status">
        <Loader size="xs" />
        <Text size="sm">{t('reading')}</Text>
        <Button variant="default" size="xs" onClick={stop}>
          {t('stop')}
        </Button>
      </Group>
    )
  }
  if (reading.state !== 'read') {
    return (
      <Group gap="sm" role="status">
        <Text size="sm">{t(reading.state)}</Text>
        <Button variant="default" size="xs" onClick={again}>
          {t('readAgain')}
        </Button>
      </Group>
    )
  }
  if ('report' in reading) return <Report report={reading.report} />
  const { refused, language } = reading
  return (
    <Alert color="red" role="alert">
      {language === null ? '' : `${languages[language].name}: `}
      {t(refusals[refused])}
    </Alert>
  )
}

function Report({ report: { clauses, brackets, problems } }: { readonly report: ImportReport }) {
  const t = useMessages(importMessages)
  const language = useLanguage()
  const pairs = languageKeys.reduce((sum, each) => sum + (brackets[each]?.pairs ?? 0), 0)
  return (
    <section aria-label={t('preview')} className={styles['preview']}>
      <Text fw={600} size="sm" role="status">
        {t('preview')}
        {language === 'ja' ? '：' : ': '}
        {[t('clauses', { count: clauses.length }), ...(pairs > 0 ? [t('brackets', { count: pairs })] : [])].join(
          language === 'ja' ? '、' : ', ',
        )}
      </Text>
      {/* It scrolls, so the keyboard has to reach it. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <ol className={styles['clauses']} tabIndex={0} aria-label={t('clauses', { count: clauses.length })}>
        {clauses.slice(0, mostShown).map(({ kind, number, title, brackets: own }, at) => (
          // Clauses have nothing of their own before they are made but their place.
          <li key={at}>
            <span className={styles['label']}>{clauseLabel(kind, number, language)}</span>
            <span className={styles['titles']}>
              {languageKeys
                .filter((each) => title[each] !== '')
                .map((each) => (
                  <span key={each} lang={languages[each].tag}>
                    {title[each]}
                  </span>
                ))}
              {languageKeys.every((each) => title[each] === '') ? t('noTitle') : null}
            </span>
            <span className={styles['count']}>{own > 0 ? t('bracketsHere', { count: own }) : ''}</span>
          </li>
        ))}
      </ol>
      <Text fw={600} size="sm">
        {problems.length === 0 ? t('noProblems') : t('problems', { count: problems.length })}
      </Text>
      {problems.length === 0 ? null : <Problems problems={problems} />}
    </section>
  )
}

function Problems({ problems }: { readonly problems: readonly ImportProblem[] }) {
  const t = useMessages(importMessages)
  const more = problems.length - mostShown
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <ul className={styles['problems']} tabIndex={0} aria-label={t('problems', { count: problems.length })}>
      {problems.slice(0, mostShown).map(({ code, language, line, near }, at) => (
        <li key={at}>
          <span className={styles['label']}>{t(lineIn[language], { line })}</span>
          <span className={styles['titles']}>
            {t(code)}
            {near === '' ? null : (
              <q lang={languages[language].tag} className={styles['near']}>
                {near}
              </q>
            )}
          </span>
        </li>
      ))}
      {more > 0 ? <li>{t('moreProblems', { count: more })}</li> : null}
    </ul>
  )
}
