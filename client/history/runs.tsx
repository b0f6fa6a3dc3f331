/** Who changed what: runs of one person's changes, newest first, each a way to its moment. */
import { Button, Skeleton } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import type { HistoryChange, HistoryEntry } from '#shared/api/history.ts'
import { languages } from '#shared/domain/languages.ts'
import type { Party } from '#shared/domain/initiative.ts'
import { formatInstant, formatTime, zoneOf } from '#client/i18n/dates.ts'
import { useLanguage, useLocalized, useMessages } from '#client/i18n/messages.ts'
import { Delayed } from '#client/ui/page-state.tsx'
import { PersonMark } from '#client/ui/party-mark.tsx'
import { scrollWithin } from '#client/ui/scroll-within.ts'
import { historyMessages } from './messages.ts'
import { Verbatim } from '#client/ui/words.tsx'
import { runsQuery } from './queries.ts'
import { sideColour, sideMark } from './side.ts'
import classes from './history.module.css'

/** Texts that are told of in one run. */
const mostTold = 3
/** So many changes further down, the list is read on by itself to the moment that is shown: beyond, only when asked. */
const followed = 5000

export function Runs({
  document,
  seq,
  onChoose,
}: {
  readonly document: string
  /** The moment that is shown. */
  readonly seq: number
  readonly onChoose: (run: HistoryEntry) => void
}) {
  const t = useMessages(historyMessages)
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(runsQuery(document))
  const runs = data?.pages.flatMap(({ entries }) => entries)
  const current = runs?.find(({ firstSeq, lastSeq }) => firstSeq <= seq && seq <= lastSeq)?.lastSeq
  const ahead = (runs?.at(-1)?.firstSeq ?? 0) - seq
  const wanted = ahead > 0 && ahead <= followed && hasNextPage && !isFetchingNextPage && !error
  useEffect(() => {
    if (wanted) void fetchNextPage({ cancelRefetch: false })
  }, [wanted, fetchNextPage])
  const list = useRef<HTMLElement>(null)
  useEffect(() => {
    const row = list.current?.querySelector('[aria-current]')
    if (list.current && row) scrollWithin(list.current, row)
  }, [current])
  const newest = runs?.[0]
  const zone = newest && zoneOf(newest.to)
  return (
    <section ref={list} className={classes.runs} aria-labelledby="history-changes">
      <h2 id="history-changes" className={classes.heading}>
        {t('changes')}
      </h2>
      {zone === undefined ? null : <p className={classes.zone}>{t('timesIn', { zone })}</p>}
      {runs === undefined && !error ? (
        <Delayed>
          <Skeleton height={44} mb={8} />
          <Skeleton height={44} mb={8} />
          <Skeleton height={44} />
        </Delayed>
      ) : null}
      <ol className={classes.runList}>
        {runs?.map((run) => (
          <li key={run.lastSeq}>
            <Run run={run} zone={zone} current={run.lastSeq === current} onChoose={onChoose} />
          </li>
        ))}
      </ol>
      {error ? (
        <p className={classes.quiet} role="status">
          {t('changesFailed')}{' '}
          <Button size="compact-sm" variant="subtle" onClick={() => void refetch()}>
            {t('retry')}
          </Button>
        </p>
      ) : null}
      {hasNextPage ? (
        <Button
          size="compact-sm"
          variant="subtle"
          loading={isFetchingNextPage}
          onClick={() => void fetchNextPage({ cancelRefetch: false })}
        >
          {t('earlier')}
        </Button>
      ) : null}
    </section>
  )
}

function Run({
  run,
  zone,
  current,
  onChoose,
}: {
  readonly run: HistoryEntry
  /** The zone that is said for the whole list. */
  readonly zone: string | undefined
  readonly current: boolean
  readonly onChoose: (run: HistoryEntry) => void
}) {
  const t = useMessages(historyMessages)
  const say = useLocalized()
  const language = useLanguage()
  const { by, from, to, restored, inserted, deleted, changes, moreChanges } = run
  // The first row is the whole text as it was entered: it stands beside the list.
  const told = run.firstSeq === 1 && by === null ? [] : changes.slice(0, mostTold)
  const more = told.length === 0 ? 0 : changes.length - told.length + moreChanges
  const [start, end] = [formatInstant(from, language), formatTime(to, language)]
  const sameDay = new Date(from).toDateString() === new Date(to).toDateString()
  const until = start.endsWith(end) && sameDay ? '' : `–${sameDay ? end : formatInstant(to, language)}`
  return (
    <button
      type="button"
      className={classes.run}
      aria-current={current ? 'true' : undefined}
      onClick={() => onChoose(run)}
    >
      <span className={classes.runWho}>
        {by === null ? <span className={classes.swatch} data-mark="plain" /> : <PersonMark person={by} />}
        {by === null ? t('record') : say(by.name)}
      </span>
      <span className={classes.counts} hidden={inserted + deleted === 0}>
        <span title={t('inserted', { count: inserted })} aria-label={t('inserted', { count: inserted })} role="img">
          +{inserted.toLocaleString(language)}
        </span>{' '}
        <span title={t('deleted', { count: deleted })} aria-label={t('deleted', { count: deleted })} role="img">
          −{deleted.toLocaleString(language)}
        </span>
      </span>
      <span className={classes.runWhen}>
        <time dateTime={from}>{start}</time>
        {until === '' ? null : <time dateTime={to}>{until}</time>}
        {zoneOf(to) === zone ? null : ` ${zoneOf(to)}`}
      </span>
      {restored === null ? null : (
        <span className={classes.runWhen}>
          <Verbatim>{t('restored', { label: restored })}</Verbatim>
        </span>
      )}
      {told.map((change) => (
        <Change key={`${change.clause?.id} ${change.language}`} change={change} party={by?.party ?? null} />
      ))}
      {more > 0 ? <span className={classes.runWhen}>{t('moreTexts', { count: more })}</span> : null}
    </button>
  )
}

/** Where something was changed, and the words that came and went there. */
function Change({ change, party }: { readonly change: HistoryChange; readonly party: Party | null }) {
  const t = useMessages(historyMessages)
  const say = useLocalized()
  const { clause, language, inserted, deleted, fields, form } = change
  const where = clause === null ? t('beside') : say(clause.label)
  const side = { 'data-mark': sideMark(party), style: { '--side': sideColour(party) } }
  const tag = language === null ? undefined : languages[language].tag
  return (
    <span className={classes.change}>
      <span className={classes.changeWhere}>
        {where}
        {clause?.gone ? t('gone') : null}
        {language === null ? null : <span lang={tag}> · {languages[language].name}</span>}
      </span>
      {deleted === '' ? null : (
        <span className={classes.changeWords} lang={tag}>
          <del className={classes.removed} {...side}>
            <Verbatim>{deleted}</Verbatim>
          </del>
        </span>
      )}
      {inserted === '' ? null : (
        <span className={classes.changeWords} lang={tag}>
          <ins className={classes.added} {...side}>
            <Verbatim>{inserted}</Verbatim>
          </ins>
        </span>
      )}
      {fields.length > 0 ? (
        <span className={classes.changeForm}>
          {t('fields', { names: fields.map(({ name }) => say(name)).join(t('separator')) })}
        </span>
      ) : null}
      {form !== null || (deleted === '' && inserted === '' && fields.length === 0) ? (
        <span className={classes.changeForm}>{t(form ?? 'formOnly')}</span>
      ) : null}
    </span>
  )
}
