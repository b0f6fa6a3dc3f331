/** The action plan as a board: a column for each status; moving a card, by drag or by its menu, changes the status. */
import { ActionIcon, Menu } from '@mantine/core'
import { IconArrowsExchange, IconTarget } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import type { Days } from '#shared/domain/days.ts'
import { statuses, statusKeys, type Status } from '#shared/domain/documents.ts'
import type { ClauseRow } from '#shared/editor/clauses.ts'
import { useLocalized, useMessages } from '#client/i18n/messages.ts'
import { useFocusKept } from '#client/ui/focus-kept.ts'
import { StatusBadge, StatusIcon } from '#client/ui/status.tsx'
import { DueField, OwnersField, statusOf } from './fields.tsx'
import { groupMessages } from './messages.ts'
import type { LiveRows } from './live-rows.ts'
import classes from './action-board.module.css'

type Props = {
  readonly rows: readonly ClauseRow[]
  readonly targets: readonly ClauseRow[]
  readonly change: LiveRows['change']
  readonly days: Days
}

/** What a dragged card carries; other things that are dragged over a column are not cards. */
const cardType = 'application/x-alternat-action'

export function ActionBoard({ rows, targets, change, days }: Props) {
  const t = useMessages(groupMessages)
  const say = useLocalized()
  const [over, setOver] = useState<Status | null>(null)
  const board = useRef<HTMLDivElement>(null)
  useFocusKept(board, 'data-clause')
  return (
    <div className={classes.board} ref={board}>
      {statusKeys.map((status) => {
        const cards = rows.filter((row) => statusOf(row) === status)
        return (
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the card's menu does the same by keyboard
          <section
            key={status}
            className={classes.column}
            aria-label={say(statuses[status].name)}
            data-status={status}
            data-over={over === status}
            onDragOver={(event) => {
              if (change === null || !event.dataTransfer.types.includes(cardType)) return
              event.preventDefault()
              setOver(status)
            }}
            onDragLeave={() => setOver(null)}
            onDrop={(event) => {
              event.preventDefault()
              setOver(null)
              change?.(event.dataTransfer.getData(cardType), { status })
            }}
          >
            <h3 className={classes.heading}>
              <StatusBadge status={status} />
              <span className={classes.count}>{cards.length}</span>
            </h3>
            {cards.length === 0 ? <p className={classes.empty}>{t('columnEmpty')}</p> : null}
            <ul className={classes.cards}>
              {cards.map((row) => (
                <ActionCard key={row.id} row={row} targets={targets} change={change} days={days} />
              ))}
            </ul>
          </section>
        )
      })}
    </div>
  )
}

function ActionCard({ row, targets, change, days }: Omit<Props, 'rows'> & { readonly row: ClauseRow }) {
  const t = useMessages(groupMessages)
  const say = useLocalized()
  const served = targets.find(({ id }) => id === row.fields.serves)
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the card's menu does the same by keyboard
    <li
      className={classes.card}
      data-clause={row.id}
      draggable={change !== null}
      onDragStart={(event) => {
        event.dataTransfer.setData(cardType, row.id)
        event.dataTransfer.effectAllowed = 'move'
      }}
    >
      <div className={classes.top}>
        <span className={classes.label}>{say(row.label)}</span>
        {served === undefined ? null : (
          <span className={classes.serves} title={say(served.title)}>
            <IconTarget size={13} stroke={1.5} aria-hidden />
            {t('serves', { target: say(served.label) })}
          </span>
        )}
        {change === null ? null : <MoveMenu row={row} change={change} />}
      </div>
      <p className={classes.what}>{say(row.title)}</p>
      <div className={classes.foot}>
        <OwnersField row={row} change={change} />
        <DueField row={row} change={change} days={days} />
      </div>
    </li>
  )
}

function MoveMenu({ row, change }: { readonly row: ClauseRow; readonly change: NonNullable<LiveRows['change']> }) {
  const t = useMessages(groupMessages)
  const say = useLocalized()
  const label = t('moveAction', { clause: say(row.label) })
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon size={24} aria-label={label} title={t('move')} className={classes.move}>
          <IconArrowsExchange size={15} stroke={1.5} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{label}</Menu.Label>
        {statusKeys
          .filter((status) => status !== statusOf(row))
          .map((status) => (
            <Menu.Item
              key={status}
              leftSection={<StatusIcon status={status} />}
              onClick={() => change(row.id, { status })}
            >
              {say(statuses[status].name)}
            </Menu.Item>
          ))}
      </Menu.Dropdown>
    </Menu>
  )
}
