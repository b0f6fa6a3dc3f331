/** Two states of a text beside each other, clause by clause: only what differs, word for word, in both languages. */
import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { compareDocument } from '#shared/api/compare.ts'
import type { ClauseDiff, SnapshotSummary } from '#shared/api/snapshots.ts'
import type { DocumentEntry } from '#shared/api/documents.ts'
import { clauseKinds, clauseLabel, isClauseKind } from '#shared/domain/documents.ts'
import { languageKeys, languages } from '#shared/domain/languages.ts'
import { signsIn } from '#shared/editor/signs.ts'
import { call } from '#client/api/call.ts'
import { attributeName } from '#client/editor/field-words.ts'
import { formatInCapitals } from '#client/i18n/dates.ts'
import { useLanguage, useLocalized, useMessages } from '#client/i18n/messages.ts'
import { Delayed, Failure, Nothing } from '#client/ui/page-state.tsx'
import { usePaper } from '#client/ui/print.ts'
import { SignsNote, Verbatim } from '#client/ui/words.tsx'
import { FormChanges } from './form-changes.tsx'
import { versionMessages } from './messages.ts'
import { shortHash } from './snapshot-text.tsx'
import classes from './versions.module.css'

/** A version, or the text as it stands now (`live`). */
export type ComparedState = SnapshotSummary | 'live'

const stateOf = (state: ComparedState) => (state === 'live' ? state : `snapshot:${state.id}`)

export function Comparison({
  document,
  before,
  after,
  title,
}: {
  readonly document: Pick<DocumentEntry, 'id' | 'title' | 'handling'>
  readonly before: ComparedState
  readonly after: ComparedState
  /** What stands above it, where that is not the names of the two. */
  readonly title?: string
}) {
  const t = useMessages(versionMessages)
  const say = useLocalized()
  const language = useLanguage()
  const moves = before === 'live' || after === 'live'
  const { data, error, refetch } = useQuery({
    queryKey: ['compare', document.id, stateOf(before), stateOf(after)],
    queryFn: ({ signal }) =>
      call(
        compareDocument,
        { params: { id: document.id }, query: { from: stateOf(before), to: stateOf(after) } },
        signal,
      ),
    // What stands now is another text with each key: it is asked for whenever it is looked at.
    staleTime: moves ? 0 : Infinity,
    ...(moves ? { gcTime: 0 } : {}),
    refetchOnWindowFocus: false,
  })
  const nameOf = (state: ComparedState) => (state === 'live' ? t('now') : state.label)
  const timeOf = (state: ComparedState) =>
    state === 'live' ? t('now') : formatInCapitals(state.at, language, { withDay: true })
  const different = data?.clauses.filter(({ change }) => change !== 'same')
  const named = (state: ComparedState) =>
    state === 'live' ? nameOf(state) : `${state.label} (${state.hash.slice(0, shortHash)})`
  usePaper(() => ({
    title: say(document.title),
    handling: document.handling,
    version: t('comparing', { before: named(before), after: named(after) }),
    audience: null,
  }))
  return (
    <article className={classes.text} data-printed="over">
      <header className={classes.textHead}>
        <h1 data-paper-only>
          <Verbatim>{say(document.title)}</Verbatim>
        </h1>
        <h2>{title ?? t('comparing', { before: nameOf(before), after: nameOf(after) })}</h2>
        <p className={classes.facts}>
          {timeOf(before)} → {timeOf(after)}
        </p>
      </header>
      {error ? <Failure error={error} retry={() => void refetch()} /> : null}
      {data || error ? null : (
        <Delayed>
          <Skeleton height={240} />
        </Delayed>
      )}
      {different?.length === 0 ? <Nothing>{t('same')}</Nothing> : null}
      <SignsNote signs={(different ?? []).flatMap(wordsShown).flatMap(signsIn)} onShow={null} />
      {different?.map((clause, at) => (
        <ClauseComparison key={at} clause={clause} />
      ))}
    </article>
  )
}

const wordsShown = ({ text: { en, ja }, fields }: ClauseDiff): string[] => [
  ...[...en, ...ja].map((part) => part.text),
  ...fields.flatMap(({ before, after }) => [before ?? '', after ?? '']),
]

/** A line that came or went may be empty: where it ends is drawn. */
const withLineEnds = (text: string) => text.replaceAll('\n', '¶\n')

function ClauseComparison({ clause }: { readonly clause: ClauseDiff }) {
  const t = useMessages(versionMessages)
  const language = useLanguage()
  const { kind, copy, number, change, title, text, fields, form } = clause
  if (change === 'same') return null
  const numbers = [number.before, number.after].flatMap((each) =>
    each === null || kind === null ? [] : [clauseLabel(kind, Number(each), language)],
  )
  const name = kind === null ? t('beside') : clauseKinds[kind].name[language]
  const label = numbers.length === 0 ? name : [...new Set(numbers)].join(' → ')
  const valueOf = (attribute: string, value: string | null) =>
    value === null || value === ''
      ? t('empty')
      : attribute === 'kind' && isClauseKind(value)
        ? clauseKinds[value].name[language]
        : value
  // The words compared begin with the title: it is named only where they are the same, and not shown.
  return (
    <section className={classes.clause} data-change={change}>
      <h3>
        <span className={classes.change} data-change={change}>
          {t(change)}
        </span>{' '}
        {label} <Verbatim>{text[language].length === 0 ? title[language] : ''}</Verbatim>
        {copy > 1 ? <span className={classes.copy}>{t('copy')}</span> : null}
      </h3>
      <div className={classes.sides}>
        {languageKeys.map((side) => (
          <p key={side} lang={languages[side].tag} className={classes.wordsOf}>
            {text[side].map((part, at) =>
              part.type === 'added' ? (
                <ins key={at}>
                  <Verbatim>{withLineEnds(part.text)}</Verbatim>
                </ins>
              ) : part.type === 'removed' ? (
                <del key={at}>
                  <Verbatim>{withLineEnds(part.text)}</Verbatim>
                </del>
              ) : (
                <span key={at}>
                  <Verbatim>{part.text}</Verbatim>
                </span>
              ),
            )}
          </p>
        ))}
      </div>
      {fields.length === 0 ? null : (
        <dl className={classes.fields}>
          {fields.map(({ attribute, before, after }) => (
            <div key={attribute}>
              <dt>{attribute === 'kind' ? t('kind') : attributeName(attribute, language)}</dt>
              <dd>
                <del>
                  <Verbatim>{valueOf(attribute, before)}</Verbatim>
                </del>{' '}
                <ins>
                  <Verbatim>{valueOf(attribute, after)}</Verbatim>
                </ins>
              </dd>
            </div>
          ))}
        </dl>
      )}
      <FormChanges form={form} />
    </section>
  )
}
