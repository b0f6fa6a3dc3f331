/** The life of a text in a line: how much was changed when and for whom, and a slider through all of it. */
import { useMove } from '@mantine/hooks'
import { useMemo, type KeyboardEvent } from 'react'
import type { TimelineMark } from '#shared/api/history.ts'
import { initiative, type Party } from '#shared/domain/initiative.ts'
import { formatInstant, formatTime, zoneOf } from '#client/i18n/dates.ts'
import { useLanguage, useLocalized, useMessages } from '#client/i18n/messages.ts'
import { PartyMark } from '#client/ui/party-mark.tsx'
import { barsOf, markAt, markOf, placeOfSeq, placesOf } from './axis.ts'
import { historyMessages } from './messages.ts'
import { sideColour, sideMark } from './side.ts'
import classes from './history.module.css'

const columns = 120
const stride = 10
/** Bottom up, as the sides stand in every list; those of no side on top. */
const stack: readonly (Party | null)[] = [...initiative().parties, null]
const tickPlaces = [0, 1 / 3, 2 / 3, 1]

export function Timeline({
  marks,
  seq,
  spoken,
  onChoose,
  onPlay,
}: {
  readonly marks: readonly TimelineMark[]
  /** The chosen moment. */
  readonly seq: number
  /** The chosen moment in words. */
  readonly spoken: string
  readonly onChoose: (seq: number) => void
  readonly onPlay: () => void
}) {
  const t = useMessages(historyMessages)
  const places = useMemo(() => placesOf(marks), [marks])
  const at = markOf(marks, seq)
  const go = (index: number) => {
    const mark = marks[Math.min(marks.length - 1, Math.max(0, index))]
    if (mark) onChoose(mark.lastSeq)
  }
  const { ref } = useMove(({ x }) => go(markAt(places, x)))
  const onKeyDown = (event: KeyboardEvent) => {
    // A moment between two marks has one of them to each side.
    const between = marks[at]?.lastSeq !== seq
    const steps: Record<string, () => void> = {
      ArrowLeft: () => go(at - 1),
      ArrowDown: () => go(at - 1),
      ArrowRight: () => go(between ? at : at + 1),
      ArrowUp: () => go(between ? at : at + 1),
      PageDown: () => go(at - stride),
      PageUp: () => go(at + stride),
      Home: () => go(0),
      End: () => go(marks.length - 1),
      ' ': onPlay,
    }
    const step = steps[event.key]
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    step()
  }
  const x = placeOfSeq(marks, places, seq)
  return (
    <div className={classes.line}>
      <div ref={ref} className={classes.rail}>
        <Bars marks={marks} places={places} upTo={x} />
        <div className={classes.track} style={{ '--x': `${x * 100}%` }} />
        <div
          role="slider"
          tabIndex={0}
          className={classes.thumb}
          style={{ left: `${x * 100}%` }}
          aria-label={t('timeline')}
          aria-valuemin={1}
          aria-valuemax={marks.length}
          aria-valuenow={at + 1}
          aria-valuetext={spoken}
          onKeyDown={onKeyDown}
        />
      </div>
      <Ticks marks={marks} places={places} />
    </div>
  )
}

function Bars({
  marks,
  places,
  upTo,
}: {
  readonly marks: readonly TimelineMark[]
  readonly places: readonly number[]
  readonly upTo: number
}) {
  const t = useMessages(historyMessages)
  const bars = useMemo(() => barsOf(marks, places, columns, stack), [marks, places])
  const most = Math.max(1, ...bars.map(({ total }) => total))
  return (
    <div className={classes.bars} role="img" aria-label={t('density')}>
      {bars.map(({ x, total, parts }) => (
        <div
          key={x}
          className={classes.bar}
          data-passed={x <= upTo}
          style={{ left: `${x * 100}%`, width: `${100 / columns}%`, height: `${Math.max(8, (total / most) * 100)}%` }}
        >
          {parts.map(([party, count]) => (
            <span
              key={party ?? 'none'}
              data-mark={sideMark(party)}
              style={{ flexGrow: count, '--side': sideColour(party) }}
            />
          ))}
        </div>
      ))}
    </div>
  )
}

/** Days and times under the line, on the reader's own clock: day and zone where they begin, else the time alone. */
function Ticks({ marks, places }: { readonly marks: readonly TimelineMark[]; readonly places: readonly number[] }) {
  const language = useLanguage()
  const chosen = [...new Set(tickPlaces.map((x) => markAt(places, x)))]
  const dayOf = (at: string | undefined) => new Date(at ?? 0).toDateString()
  return (
    <div className={classes.ticks} aria-hidden>
      {chosen.map((index, order) => {
        const mark = marks[index]
        if (mark === undefined) return null
        const earlier = marks[chosen[order - 1] ?? -1]
        // The same minute is said once.
        if (earlier !== undefined && formatInstant(earlier.at, language) === formatInstant(mark.at, language))
          return null
        const sameDay = earlier !== undefined && dayOf(earlier.at) === dayOf(mark.at)
        const sameZone = earlier !== undefined && zoneOf(earlier.at) === zoneOf(mark.at)
        return (
          <time
            key={mark.lastSeq}
            dateTime={mark.at}
            data-end={index === 0 ? 'first' : index === marks.length - 1 ? 'last' : 'none'}
            style={{ left: `${(places[index] ?? 0) * 100}%` }}
          >
            {sameDay ? formatTime(mark.at, language) : formatInstant(mark.at, language)}
            {sameZone ? '' : ` ${zoneOf(mark.at)}`}
          </time>
        )
      })}
    </div>
  )
}

/** What the bars' colours and fillings stand for. */
export function Legend({ marks }: { readonly marks: readonly TimelineMark[] }) {
  const t = useMessages(historyMessages)
  const say = useLocalized()
  const present = new Set(marks.flatMap(({ changes }) => changes.map(({ party }) => party)))
  return (
    <ul className={classes.legend}>
      {stack.map((party) =>
        present.has(party) ? (
          <li key={party ?? 'none'}>
            {party === null ? (
              <span className={classes.swatch} data-mark="plain" style={{ '--side': sideColour(null) }} />
            ) : (
              <PartyMark party={party} bare />
            )}
            {party === null ? t('others') : say(initiative().party(party).name)}
          </li>
        ) : null,
      )}
    </ul>
  )
}
