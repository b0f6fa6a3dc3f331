/** The outcome targets as a table over the live text: sortable, and edited in place. */
import { UnstyledButton } from '@mantine/core'
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Days } from '#shared/domain/days.ts'
import { ownerAttribute, statusKeys } from '#shared/domain/documents.ts'
import { initiative } from '#shared/domain/initiative.ts'
import type { ClauseRow } from '#shared/editor/clauses.ts'
import { useLocalized, useMessages } from '#client/i18n/messages.ts'
import { Nothing } from '#client/ui/page-state.tsx'
import { DueField, OwnersField, statusOf, StatusField } from './fields.tsx'
import { groupMessages } from './messages.ts'
import type { LiveRows } from './live-rows.ts'
import classes from './targets-table.module.css'

const columns = ['number', 'target', 'goal', 'due', 'owners', 'status'] as const
type Column = (typeof columns)[number]

/** What needs a hand comes first. */
const urgency = ['blocked', 'atRisk', 'onTrack', 'done'] satisfies readonly (typeof statusKeys)[number][]

const sortKeys: { readonly [C in Column]?: (row: ClauseRow) => string | number } = {
  number: ({ number }) => number ?? 0,
  due: ({ fields }) => fields.due ?? '9999',
  owners: ({ fields }) =>
    initiative()
      .parties.map((party) => fields[ownerAttribute(party)] ?? '~')
      .join(' '),
  status: (row) => urgency.indexOf(statusOf(row)),
}

export function TargetsTable({
  rows,
  change,
  document,
  days,
}: {
  readonly rows: readonly ClauseRow[]
  readonly change: LiveRows['change']
  readonly document: string
  readonly days: Days
}) {
  const t = useMessages(groupMessages)
  const [sort, setSort] = useState<{ column: Column; down: boolean }>({ column: 'number', down: false })
  if (rows.length === 0) return <Nothing>{t('noTargets')}</Nothing>
  const key = sortKeys[sort.column] ?? (() => 0)
  const compare = (a: ClauseRow, b: ClauseRow) => {
    const [x, y] = [key(a), key(b)]
    return (x < y ? -1 : x > y ? 1 : 0) * (sort.down ? -1 : 1)
  }
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          {columns.map((column) => (
            <th
              key={column}
              scope="col"
              data-column={column}
              aria-sort={column !== sort.column ? undefined : sort.down ? 'descending' : 'ascending'}
            >
              {sortKeys[column] === undefined ? (
                t(column)
              ) : (
                <UnstyledButton
                  className={classes.sort}
                  onClick={() => setSort({ column, down: column === sort.column && !sort.down })}
                >
                  {t(column)}
                  {column !== sort.column ? null : sort.down ? (
                    <IconArrowDown size={13} stroke={1.5} aria-hidden />
                  ) : (
                    <IconArrowUp size={13} stroke={1.5} aria-hidden />
                  )}
                </UnstyledButton>
              )}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.toSorted(compare).map((row) => (
          <TargetRow key={row.id} row={row} change={change} document={document} days={days} />
        ))}
      </tbody>
    </table>
  )
}

function TargetRow({
  row,
  change,
  document,
  days,
}: {
  readonly row: ClauseRow
  readonly change: LiveRows['change']
  readonly document: string
  readonly days: Days
}) {
  const t = useMessages(groupMessages)
  const say = useLocalized()
  const { fields } = row
  const measure = say({ en: fields.measureEn ?? '', ja: fields.measureJa ?? '' })
  const baseline = say({ en: fields.baselineEn ?? '', ja: fields.baselineJa ?? '' })
  const target = say({ en: fields.targetEn ?? '', ja: fields.targetJa ?? '' })
  return (
    <tr data-clause={row.id}>
      <td className={classes.number}>
        <Link to="/documents/$id" params={{ id: document }} hash={`clause-${row.id}`} aria-label={say(row.label)}>
          {row.number}
        </Link>
      </td>
      <th scope="row" className={classes.statement}>
        {say(row.text)}
        {measure === '' ? null : <p className={classes.measure}>{t('measuredBy', { measure })}</p>}
      </th>
      <td data-label={t('goal')} className={classes.goal}>
        {baseline === '' ? null : (
          <p>
            <span className={classes.word}>{t('from')}</span> {baseline}
          </p>
        )}
        {target === '' ? null : (
          <p className={classes.aim}>
            <span className={classes.word}>{t('to')}</span> {target}
          </p>
        )}
      </td>
      <td data-label={t('due')}>
        <DueField row={row} change={change} days={days} />
      </td>
      <td data-label={t('owners')}>
        <OwnersField row={row} change={change} />
      </td>
      <td data-label={t('status')}>
        <StatusField row={row} change={change} />
      </td>
    </tr>
  )
}
