/** The phase of a text: where it stands, who has asked for another, and how one asks, agrees or declines. */
import { Button, Group, Menu, Modal, Stack, Text, Textarea } from '@mantine/core'
import { IconCheck, IconChevronDown, IconPencil, IconScale } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { changePhase } from '#shared/api/changes.ts'
import { can } from '#shared/domain/permissions.ts'
import { phaseKeys, phases, type Phase } from '#shared/domain/phases.ts'
import { call } from '#client/api/call.ts'
import { queryClient, queryKeys } from '#client/api/queries.ts'
import { useReason } from '#client/api/reason.ts'
import { useEditorSession } from '#client/editing/session.ts'
import { useLocalized, useMessages } from '#client/i18n/messages.ts'
import { Verbatim } from '#client/ui/words.tsx'
import { negotiationMessages } from './messages.ts'
import { useNaming } from './naming.ts'
import classes from './negotiation.module.css'

const signs = { drafting: IconPencil, negotiating: IconScale, agreed: IconCheck } satisfies Record<
  Phase,
  typeof IconCheck
>

/** What is asked about: entering a phase, or staying in the present one. */
type Question = { readonly phase: Phase; readonly stays: boolean }

export function PhaseTool() {
  const t = useMessages(negotiationMessages)
  const say = useLocalized()
  const { document, actor } = useEditorSession()
  const [question, setQuestion] = useState<Question | null>(null)
  const { phase, pending, pendingDeclined } = document
  const Sign = signs[phase]
  const mayConsent = can(actor, 'document.consent', document) && actor.party !== null
  const consented = pending !== null && pending.consents.some((party) => party === actor.party)
  const naming = useNaming()
  const others = phaseKeys.filter((each) => each !== phase && each !== pending?.phase)
  const pill = (
    <>
      <Sign size={15} stroke={1.5} aria-hidden />
      {say(phases[phase].name)}
    </>
  )
  return (
    <>
      {mayConsent ? (
        <Menu position="bottom-start">
          <Menu.Target>
            <button
              type="button"
              className={classes.phase}
              data-phase={phase}
              aria-label={t('phaseMenu', { phase: say(phases[phase].name) })}
            >
              {pill}
              <IconChevronDown size={14} stroke={1.5} aria-hidden />
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            {others.map((each) => (
              <Menu.Item key={each} onClick={() => setQuestion({ phase: each, stays: false })}>
                {t(`ask_${each}`)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      ) : (
        <span className={classes.phase} data-phase={phase}>
          {pill}
        </span>
      )}
      {pending === null ? null : (
        <span className={classes.pending} role="status">
          {t(pending.consents.length > 1 ? 'askedBoth' : 'asked', {
            party: naming.parties(pending.consents),
            parties: naming.parties(pending.consents),
            phase: say(phases[pending.phase].name),
          })}
          {pendingDeclined.map((declined) => (
            <span key={declined.party}>
              <Verbatim>{naming.declined(declined)}</Verbatim>
            </span>
          ))}
          {mayConsent && !consented ? (
            <>
              <Button size="compact-sm" onClick={() => setQuestion({ phase: pending.phase, stays: false })}>
                {t(`confirm_${pending.phase}`)}
              </Button>
              <Button
                size="compact-sm"
                variant="default"
                onClick={() => setQuestion({ phase: pending.phase, stays: true })}
              >
                {t('phaseDecline')}
              </Button>
            </>
          ) : null}
          {mayConsent && consented ? (
            <Button
              size="compact-sm"
              variant="subtle"
              onClick={() => setQuestion({ phase: pending.phase, stays: true })}
            >
              {t('phaseWithdraw')}
            </Button>
          ) : null}
        </span>
      )}
      <Modal
        opened={question !== null}
        onClose={() => setQuestion(null)}
        title={
          question === null
            ? ''
            : question.stays
              ? t(consented ? 'phaseWithdraw' : 'phaseDecline')
              : t(`phaseTitle_${question.phase}`)
        }
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        {question === null ? null : (
          <Answer question={question} withdraws={consented} onClose={() => setQuestion(null)} />
        )}
      </Modal>
    </>
  )
}

function Answer({
  question,
  withdraws,
  onClose,
}: {
  readonly question: Question
  /** Whether it is one's own request that is taken back. */
  readonly withdraws: boolean
  readonly onClose: () => void
}) {
  const t = useMessages(negotiationMessages)
  const reasonOf = useReason()
  const { document } = useEditorSession()
  const [reason, setReason] = useState('')
  const { phase, stays } = question
  const act = useMutation({
    mutationFn: () => {
      const words = reason.trim()
      const body = { phase: stays ? document.phase : phase, ...(words === '' ? {} : { reason: words }) }
      return call(changePhase, { params: { id: document.id }, body })
    },
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: queryKeys.document(document.id), exact: true })
      onClose()
    },
  })
  const label = stays
    ? t(withdraws ? 'phaseWithdraw' : 'phaseDecline')
    : t(document.pending?.phase === phase ? `confirm_${phase}` : `ask_${phase}`)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        act.mutate()
      }}
    >
      <Stack>
        {stays ? null : <Text>{t(`phaseBody_${phase}`)}</Text>}
        <Textarea
          autosize
          minRows={2}
          maxLength={2000}
          label={t('reason')}
          value={reason}
          data-autofocus
          onChange={({ currentTarget: { value } }) => setReason(value)}
        />
        {act.error ? (
          <p className={classes.error} role="alert">
            {t('notDone', { reason: reasonOf(act.error) })}
          </p>
        ) : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit" loading={act.isPending}>
            {label}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
