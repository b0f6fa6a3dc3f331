/** The life of a text on a slider: any moment of it, who changed what, and how it came about, played like a film. */
import { ActionIcon, Alert, Button, Drawer, SegmentedControl, Skeleton, Tooltip } from '@mantine/core'
import { useDebouncedValue, useMediaQuery } from '@mantine/hooks'
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useState } from 'react'
import type { DocumentEntry } from '#shared/api/documents.ts'
import type { HistoryEntry, TimelineMark } from '#shared/api/history.ts'
import type { Language } from '#shared/domain/languages.ts'
import type { Party } from '#shared/domain/initiative.ts'
import { LanguageChoice } from '#client/editing/language-choice.tsx'
import { useShownLanguages } from '#client/editing/languages.ts'
import { useReferences } from '#client/editing/references.ts'
import { formatInCapitals } from '#client/i18n/dates.ts'
import { useLanguage, useLocalized, useMessages } from '#client/i18n/messages.ts'
import { useFocusReturnAtOnce } from '#client/ui/focus-return.ts'
import { ClausesSkeleton, Delayed, Failure } from '#client/ui/page-state.tsx'
import { PersonMark } from '#client/ui/party-mark.tsx'
import { markOf, sideOf } from './axis.ts'
import { historyMessages } from './messages.ts'
import { MomentText, type Compared } from './moment-text.tsx'
import { momentQuery, timelineQuery } from './queries.ts'
import { Runs } from './runs.tsx'
import { Legend, Timeline } from './timeline.tsx'
import classes from './history.module.css'

/** Texts are fetched once the slider has rested for so long. */
const restMs = 120
/** Each moment stands so long while it plays: long enough to see in a short life, and a long one does not take for ever. */
const [slowestMs, quickestMs, wholeMs] = [900, 250, 90_000]
const paceOf = (moments: number) => Math.min(slowestMs, Math.max(quickestMs, wholeMs / moments))
const speeds = ['1', '2', '4'] as const
const roomForRuns = '(min-width: 75em)'

export function HistoryDrawer({
  document,
  since,
  onClose,
}: {
  readonly document: DocumentEntry
  /** The step behind which changes are marked at first; null: none. */
  readonly since: number | null
  readonly onClose: () => void
}) {
  const t = useMessages(historyMessages)
  const say = useLocalized()
  useFocusReturnAtOnce(true)
  return (
    <Drawer
      opened
      onClose={onClose}
      position="bottom"
      size="100%"
      title={t('historyOf', { title: say(document.title) })}
      closeButtonProps={{ 'aria-label': t('close') }}
      classNames={{ content: classes.drawer ?? '', header: classes.head ?? '', body: classes.body ?? '' }}
    >
      <Loading document={document} since={since} />
    </Drawer>
  )
}

function Loading({ document, since }: { readonly document: DocumentEntry; readonly since: number | null }) {
  const t = useMessages(historyMessages)
  const { data: marks, error, refetch } = useQuery(timelineQuery(document.id))
  if (marks !== undefined) return <History document={document} marks={marks} since={since} />
  if (error) return <Failure error={error} retry={() => void refetch()} />
  return (
    <div role="status" aria-busy="true" aria-label={t('loading')}>
      <Delayed>
        <div className={classes.controls}>
          <Skeleton height={16} width="min(420px, 80%)" mt={10} mb={64} />
          <Skeleton height={4} mb={52} />
        </div>
        <div className={classes.paper}>
          <ComingText />
        </div>
      </Delayed>
    </div>
  )
}

/** The shape of a text: pairs of paragraphs, as on the document's page. */
function ComingText() {
  return (
    <div className={classes.coming} aria-hidden>
      <ClausesSkeleton pair={classes.comingPair} />
    </div>
  )
}

const inLanguage = { en: 'inEnglish', ja: 'inJapanese' } as const satisfies Record<Language, string>

/** The moment to show, the earlier one to compare it with, whose the changes between them are, and whether they are one step. */
type Choice = {
  readonly seq: number
  readonly against: number | null
  readonly side: Party | null
  readonly oneStep: boolean
}

function History({
  document,
  marks,
  since,
}: {
  readonly document: DocumentEntry
  readonly marks: readonly TimelineMark[]
  readonly since: number | null
}) {
  const t = useMessages(historyMessages)
  const say = useLocalized()
  const language = useLanguage()
  const head = marks.at(-1)?.lastSeq ?? 1
  const [choice, setChoice] = useState<Choice>(() =>
    since === null || since < 1 || since >= head
      ? { seq: head, against: null, side: null, oneStep: true }
      : { seq: head, against: since, side: sideOf(marks, since, head), oneStep: false },
  )
  const [playing, setPlaying] = useState(false)
  const [speed, setSpeed] = useState<string>(speeds[0])
  const [found, setFound] = useState<Compared | null>(null)
  const [tab, setTab] = useState('text')
  const references = useReferences(document)
  const beside = useMediaQuery(roomForRuns, window.matchMedia(roomForRuns).matches, { getInitialValueInEffect: false })
  const { shown, wide, choose: chooseLanguages } = useShownLanguages()
  const [rested] = useDebouncedValue(choice.seq, playing ? 0 : restMs)
  const { data: asked, error, refetch } = useQuery(momentQuery(document.id, rested))
  const [last, setLast] = useState(asked)
  if (asked !== undefined && asked !== last) setLast(asked)
  // Until the next text is there, and where it cannot be had, the one before it stays.
  const moment = asked ?? last
  const arrived = moment?.seq === choice.seq
  // The text comes first: what it is compared with is asked for once it stands there.
  const { data: before } = useQuery({
    ...momentQuery(document.id, choice.against ?? 0),
    enabled: choice.against !== null && arrived,
  })

  const choose = useCallback(
    (seq: number) => {
      setChoice((current) => {
        if (seq === current.seq) return current
        const step = marks[markOf(marks, seq) - 1]?.lastSeq
        const from = moment !== undefined && moment.seq < seq ? moment.seq : step
        const against = from !== undefined && from < seq ? from : null
        const oneStep = step === undefined || against === null || against >= step
        return { seq, against, side: against === null ? null : sideOf(marks, against, seq), oneStep }
      })
    },
    [marks, moment],
  )
  const chooseRun = ({ firstSeq, lastSeq, by }: HistoryEntry) => {
    setPlaying(false)
    setTab('text')
    const against = firstSeq > 1 ? firstSeq - 1 : null
    setChoice({ seq: lastSeq, against, side: by?.party ?? null, oneStep: true })
  }
  const play = () => {
    if (!playing && choice.seq >= head) choose(marks[0]?.lastSeq ?? head)
    setPlaying(!playing)
  }
  useEffect(() => {
    if (!playing || !arrived) return undefined
    const next = marks.find(({ lastSeq }) => lastSeq > choice.seq)
    const timer = setTimeout(
      () => (next ? choose(next.lastSeq) : setPlaying(false)),
      paceOf(marks.length) / Number(speed),
    )
    return () => clearTimeout(timer)
  }, [playing, arrived, marks, choice.seq, choose, speed])

  const mark = marks[markOf(marks, choice.seq)]
  const instant = arrived ? moment.at : (mark?.at ?? '')
  const time = formatInCapitals(instant, language, { withDay: true })
  const name = arrived ? (moment.by === null ? t('record') : say(moment.by.name)) : ''
  const change = t('change', { seq: choice.seq.toLocaleString(language), head: head.toLocaleString(language) })
  const said = [time, name, change].filter((part) => part !== '').join(language === 'ja' ? '、' : ', ')
  const compared = before !== undefined && before.seq === choice.against ? before : null
  const noteOf = (): string => {
    if (marks.length < 2) return t('empty')
    if (choice.seq === 1) return t('firstText')
    if (compared === null || found === null) return ''
    if (found.hiddenIn !== null) return t(inLanguage[found.hiddenIn])
    if (choice.oneStep) return t(found.differences === 0 ? 'unchanged' : 'changed')
    const then = formatInCapitals(compared.at, language, { withDay: true })
    return t(found.differences === 0 ? 'unchangedSince' : 'changedSince', { time: then })
  }

  const languageChoice = <LanguageChoice shown={shown} wide={wide} onChoose={chooseLanguages} />
  const runs = <Runs document={document.id} seq={choice.seq} onChoose={chooseRun} />
  return (
    <>
      <div className={classes.controls}>
        <div className={classes.now}>
          <Tooltip label={t(playing ? 'pause' : 'play')}>
            <ActionIcon
              variant="filled"
              color="accent"
              aria-label={t(playing ? 'pause' : 'play')}
              onClick={play}
              disabled={marks.length < 2}
            >
              {playing ? <IconPlayerPause size={18} stroke={1.5} /> : <IconPlayerPlay size={18} stroke={1.5} />}
            </ActionIcon>
          </Tooltip>
          <SegmentedControl
            size="xs"
            aria-label={t('speed')}
            value={speed}
            onChange={setSpeed}
            data={speeds.map((times) => ({ value: times, label: t('speedTimes', { times }) }))}
          />
          <p className={classes.when}>
            <time dateTime={instant}>{time}</time>
            <span className={classes.by}>
              {arrived && moment.by !== null ? <PersonMark person={moment.by} /> : null}
              {name}
            </span>
            <span className={classes.quiet}>{change}</span>
          </p>
          {choice.seq < head ? (
            <Button size="compact-sm" variant="subtle" onClick={() => choose(head)}>
              {t('newest')}
            </Button>
          ) : null}
          {beside ? languageChoice : null}
        </div>
        <Timeline
          marks={marks}
          seq={choice.seq}
          spoken={said}
          onChoose={(seq) => (setPlaying(false), choose(seq))}
          onPlay={play}
        />
        <div className={classes.under}>
          <Legend marks={marks} />
          <p className={classes.quiet} role="status">
            {noteOf()}
          </p>
          <p className={classes.keys}>{t('keys')}</p>
        </div>
        {beside ? null : (
          <div className={classes.options}>
            <SegmentedControl
              size="xs"
              value={tab}
              onChange={setTab}
              data={[
                { value: 'text', label: t('text') },
                { value: 'runs', label: t('changes') },
              ]}
            />
            {languageChoice}
          </div>
        )}
      </div>
      <div className={classes.stage} data-beside={beside}>
        {beside || tab === 'text' ? (
          <div className={classes.paper} role="region" aria-label={t('text')} aria-busy={!arrived}>
            {error ? (
              <Alert variant="outline" color="accent" mb="md" role="alert">
                {t(moment === undefined ? 'momentFailedEmpty' : 'momentFailed')}{' '}
                <Button size="compact-sm" variant="subtle" onClick={() => void refetch()}>
                  {t('retry')}
                </Button>
              </Alert>
            ) : null}
            {moment ? (
              <div className={classes.sheet} data-single={shown !== 'both'}>
                <MomentText
                  content={moment.content}
                  before={compared?.content ?? null}
                  side={choice.side}
                  references={references}
                  label={t('textAt', { time: formatInCapitals(moment.at, language, { withDay: true }) })}
                  shown={shown}
                  onCompared={setFound}
                />
              </div>
            ) : error ? null : (
              <Delayed>
                <ComingText />
              </Delayed>
            )}
          </div>
        ) : null}
        {beside || tab === 'runs' ? runs : null}
      </div>
    </>
  )
}
