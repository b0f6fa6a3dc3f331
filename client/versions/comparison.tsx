/** Two snapshots beside each other, clause by clause: only what differs, word for word, in both languages. */
import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { diffSnapshots, type ClauseDiff, type SnapshotSummary } from '#shared/api/snapshots.ts'
import { clauseAttributes, clauseKinds, clauseLabel } from '#shared/domain/documents.ts'
import { languageKeys, languages } from '#shared/domain/languages.ts'
import { call } from '#client/api/call.ts'
import { formatInCapitals } from '#client/i18n/dates.ts'
import { useLanguage, useMessages } from '#client/i18n/messages.ts'
import { Delayed, Failure, Nothing } from '#client/ui/page-state.tsx'
import { versionMessages } from './messages.ts'
import classes from './versions.module.css'

export function Comparison({ before, after }: { readonly before: SnapshotSummary; readonly after: SnapshotSummary }) {
  const t = useMessages(versionMessages)
  const language = useLanguage()
  const { data, error, refetch } = useQuery({
    queryKey: ['snapshot', before.id, 'diff', after.id],
    queryFn: ({ signal }) => call(diffSnapshots, { params: { a: before.id, b: after.id } }, signal),
    staleTime: Infinity,
  })
  const different = data?.clauses.filter(({ change }) => change !== 'same')
  return (
    <article className={classes.text}>
      <header className={classes.textHead}>
        <h2>{t('comparing', { before: before.label, after: after.label })}</h2>
        <p className={classes.facts}>
          {formatInCapitals(before.at, language, { withDay: true })} →{' '}
          {formatInCapitals(after.at, language, { withDay: true })}
        </p>
      </header>
      {error ? <Failure error={error} retry={() => void refetch()} /> : null}
      {data || error ? null : (
        <Delayed>
          <Skeleton height={240} />
        </Delayed>
      )}
      {different?.length === 0 ? <Nothing>{t('same')}</Nothing> : null}
      {different?.map((clause) => (
        <ClauseComparison key={clause.clause} clause={clause} />
      ))}
    </article>
  )
}

function ClauseComparison({ clause }: { readonly clause: ClauseDiff }) {
  const t = useMessages(versionMessages)
  const language = useLanguage()
  const { kind, number, change, title, text, fields } = clause
  if (change === 'same') return null
  const numbers = [number.before, number.after].flatMap((each) =>
    each === null ? [] : [clauseLabel(kind, Number(each), language)],
  )
  const label = numbers.length === 0 ? clauseKinds[kind].name[language] : [...new Set(numbers)].join(' → ')
  const nameOf = (attribute: string) => {
    const entry = clauseAttributes(kind).find((each) => each.attribute === attribute)
    if (entry === undefined) return attribute
    const side = entry.language ? languages[entry.language].name : (entry.party?.toUpperCase() ?? '')
    return side === '' ? entry.name[language] : `${entry.name[language]} (${side})`
  }
  // The words compared begin with the title: it is named only where they are the same, and not shown.
  return (
    <section className={classes.clause} data-change={change}>
      <h3>
        <span className={classes.change} data-change={change}>
          {t(change)}
        </span>{' '}
        {label} {text[language].length === 0 ? title[language] : ''}
      </h3>
      <div className={classes.sides}>
        {languageKeys.map((side) => (
          <p key={side} lang={languages[side].tag} className={classes.wordsOf}>
            {text[side].map((part, at) =>
              part.type === 'added' ? (
                <ins key={at}>{part.text}</ins>
              ) : part.type === 'removed' ? (
                <del key={at}>{part.text}</del>
              ) : (
                <span key={at}>{part.text}</span>
              ),
            )}
          </p>
        ))}
      </div>
      {fields.length === 0 ? null : (
        <dl className={classes.fields}>
          {fields.map(({ attribute, before, after }) => (
            <div key={attribute}>
              <dt>{nameOf(attribute)}</dt>
              <dd>
                <del>{before ?? t('empty')}</del> <ins>{after ?? t('empty')}</ins>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  )
}
