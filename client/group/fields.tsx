/** Fields of a clause, shown and changed in place: status with its reason, due date, owners. */
import { Button, Menu, Popover, Radio, Stack, Text, Textarea, Tooltip, UnstyledButton } from '@mantine/core'
import { DatePicker } from '@mantine/dates'
import { useState } from 'react'
import type { Days } from '#shared/domain/days.ts'
import { isStatus, ownerAttribute, statuses, statusKeys, type Status } from '#shared/domain/documents.ts'
import { initiative, type Party } from '#shared/domain/initiative.ts'
import { languageKeys, languages } from '#shared/domain/languages.ts'
import type { ClauseRow } from '#shared/editor/clauses.ts'
import { formatDay } from '#client/i18n/dates.ts'
import { useLanguage, useLocalized, useMessages } from '#client/i18n/messages.ts'
import { useUnsent } from '#client/session/unsent.ts'
import { useFocusReturnAtOnce } from '#client/ui/focus-return.ts'
import { uiMessages } from '#client/ui/messages.ts'
import { PartyMark } from '#client/ui/party-mark.tsx'
import { StatusBadge, StatusIcon } from '#client/ui/status.tsx'
import { useLateness } from './lateness.tsx'
import { groupMessages } from './messages.ts'
import type { LiveRows } from './live-rows.ts'
import classes from './fields.module.css'

type Props = { readonly row: ClauseRow; readonly change: LiveRows['change'] }

export const statusOf = ({ fields }: ClauseRow): Status => (isStatus(fields.status) ? fields.status : 'onTrack')

const reasonLabels = { en: 'reasonEn', ja: 'reasonJa' } as const

/** The status; its reason on hover and focus, both to be changed where the reader may. */
export function StatusField({ row, change }: Props) {
  const t = useMessages(groupMessages)
  const say = useLocalized()
  const [opened, setOpened] = useState(false)
  useFocusReturnAtOnce(opened)
  const status = statusOf(row)
  const reason = say({ en: row.fields.statusReasonEn ?? '', ja: row.fields.statusReasonJa ?? '' })
  const clause = say(row.label)
  const name = { clause, status: say(statuses[status].name) }
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" width={320} trapFocus withinPortal>
      <Tooltip label={reason || t('noReason')} multiline maw={320} disabled={opened}>
        <Popover.Target>
          <UnstyledButton
            className={classes.cell}
            aria-label={change === null ? t('readStatus', name) : t('editStatus', name)}
            onClick={() => setOpened(!opened)}
          >
            <StatusBadge status={status} />
          </UnstyledButton>
        </Popover.Target>
      </Tooltip>
      <Popover.Dropdown aria-label={t('statusOf', { clause })}>
        {change === null ? (
          <Text size="sm" tabIndex={-1} data-autofocus>
            {reason || t('noReason')}
          </Text>
        ) : (
          <StatusForm row={row} change={change} close={() => setOpened(false)} />
        )}
      </Popover.Dropdown>
    </Popover>
  )
}

function StatusForm({
  row,
  change,
  close,
}: {
  readonly row: ClauseRow
  readonly change: NonNullable<LiveRows['change']>
  readonly close: () => void
}) {
  const t = useMessages(groupMessages)
  const ui = useMessages(uiMessages)
  const say = useLocalized()
  const [status, setStatus] = useState(statusOf(row))
  const [reason, setReason, forgetReason] = useUnsent(`status.${row.id}`, {
    en: row.fields.statusReasonEn ?? '',
    ja: row.fields.statusReasonJa ?? '',
  })
  const save = () => {
    change(row.id, { status, statusReasonEn: reason.en.trim() || null, statusReasonJa: reason.ja.trim() || null })
    forgetReason(reason)
    close()
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        save()
      }}
    >
      <Stack gap="sm">
        <Radio.Group
          label={t('statusOf', { clause: say(row.label) })}
          value={status}
          onChange={(value) => {
            if (isStatus(value)) setStatus(value)
          }}
        >
          <div className={classes.choices}>
            {statusKeys.map((key) => (
              <Radio
                key={key}
                value={key}
                size="xs"
                {...(key === status ? { 'data-autofocus': true } : {})}
                label={
                  <span className={classes.choice}>
                    <StatusIcon status={key} />
                    {say(statuses[key].name)}
                  </span>
                }
              />
            ))}
          </div>
        </Radio.Group>
        {languageKeys.map((language) => (
          <Textarea
            key={language}
            label={t(reasonLabels[language])}
            lang={languages[language].tag}
            value={reason[language]}
            maxLength={4000}
            autosize
            minRows={2}
            maxRows={5}
            size="xs"
            onChange={({ currentTarget: { value } }) => setReason({ ...reason, [language]: value })}
          />
        ))}
        <div className={classes.buttons}>
          <Button
            variant="default"
            size="xs"
            onClick={() => {
              forgetReason()
              close()
            }}
          >
            {ui('cancel')}
          </Button>
          <Button size="xs" type="submit">
            {ui('save')}
          </Button>
        </div>
      </Stack>
    </form>
  )
}

/** The due day, and whether it is over for its owners. */
export function DueField({ row, change, days }: Props & { readonly days: Days }) {
  const t = useMessages(groupMessages)
  const say = useLocalized()
  const language = useLanguage()
  const [opened, setOpened] = useState(false)
  useFocusReturnAtOnce(opened)
  const due = row.fields.due ?? null
  const late = useLateness()(row, days)
  const note =
    late === null ? null : (
      <span className={classes.late} title={late.because}>
        {late.word}
      </span>
    )
  if (change === null) {
    return (
      <span className={classes.due}>
        {due === null ? (
          <span className={classes.none}>{t('none')}</span>
        ) : (
          <time dateTime={due}>{formatDay(due, language)}</time>
        )}
        {note}
      </span>
    )
  }
  const label = t('editDue', { clause: say(row.label), due: due === null ? t('none') : formatDay(due, language) })
  return (
    <span className={classes.due}>
      <Popover opened={opened} onChange={setOpened} position="bottom-start" trapFocus withinPortal>
        <Popover.Target>
          <UnstyledButton className={classes.cell} aria-label={label} onClick={() => setOpened(!opened)}>
            {due === null ? <span className={classes.none}>{t('none')}</span> : formatDay(due, language)}
          </UnstyledButton>
        </Popover.Target>
        <Popover.Dropdown aria-label={label}>
          <DatePicker
            value={due}
            {...(due === null ? {} : { defaultDate: due })}
            hideOutsideDates
            minDate={initiative().starts}
            maxDate={initiative().ends}
            monthLabelFormat={language === 'ja' ? 'YYYY年M月' : 'MMMM YYYY'}
            yearLabelFormat={language === 'ja' ? 'YYYY年' : 'YYYY'}
            getDayAriaLabel={(day) => formatDay(day, language)}
            ariaLabels={{
              nextMonth: t('nextMonth'),
              previousMonth: t('previousMonth'),
              nextYear: t('nextYear'),
              previousYear: t('previousYear'),
              nextDecade: t('nextYear'),
              previousDecade: t('previousYear'),
              monthLevelControl: t('chooseMonth'),
              yearLevelControl: t('chooseYear'),
            }}
            onChange={(day) => {
              change(row.id, { due: day })
              setOpened(false)
            }}
          />
          {due === null ? null : (
            <Button
              variant="subtle"
              size="compact-sm"
              mt="xs"
              fullWidth
              onClick={() => {
                change(row.id, { due: null })
                setOpened(false)
              }}
            >
              {t('clearDue')}
            </Button>
          )}
        </Popover.Dropdown>
      </Popover>
      {note}
    </span>
  )
}

/** One owner per party, each side's under its sign. */
export function OwnersField({ row, change }: Props) {
  return (
    <span className={classes.owners}>
      {initiative().parties.map((party) => (
        <OwnerField key={party} row={row} change={change} party={party} />
      ))}
    </span>
  )
}

function OwnerField({ row, change, party }: Props & { readonly party: Party }) {
  const t = useMessages(groupMessages)
  const say = useLocalized()
  const value = row.fields[ownerAttribute(party)]
  const owner = initiative().isAgency(value) ? initiative().agency(value) : null
  const name = owner === null ? t('noOwner') : say(owner.short)
  const face = (
    <>
      <PartyMark party={party} />
      <span className={owner === null ? classes.none : undefined}>{name}</span>
    </>
  )
  if (change === null) {
    return (
      <span className={classes.owner} title={owner === null ? undefined : say(owner.name)}>
        {face}
      </span>
    )
  }
  return (
    <Menu position="bottom-start" withinPortal>
      <Menu.Target>
        <UnstyledButton
          className={`${classes.cell} ${classes.owner}`}
          aria-label={t('editOwner', {
            party: say(initiative().party(party).name),
            clause: say(row.label),
            owner: name,
          })}
        >
          {face}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {initiative()
          .agenciesOf(party)
          .map((agency) => (
            <Menu.Item
              key={agency}
              aria-current={agency === value}
              fw={agency === value ? 600 : undefined}
              onClick={() => change(row.id, { [ownerAttribute(party)]: agency })}
            >
              {say(initiative().agency(agency).name)}
            </Menu.Item>
          ))}
        <Menu.Divider />
        <Menu.Item onClick={() => change(row.id, { [ownerAttribute(party)]: null })}>{t('noOwner')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
