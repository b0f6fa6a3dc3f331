/** The question before a clause is deleted, or moved from under someone's hands. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import type { Language } from '#shared/domain/languages.ts'
import { initiative } from '#shared/domain/initiative.ts'
import { documentMessages } from '#client/editing/messages.ts'
import { presenceRole, type Presence } from '#client/editor/carets.ts'
import { useLanguage, useMessages } from '#client/i18n/messages.ts'
import type { Question } from './clause-actions.ts'

const namesOf = (others: readonly Presence[], language: Language) =>
  others
    .map((person) =>
      [person.party ? initiative().party(person.party).prefix : '', presenceRole(person, language)].join(' ').trim(),
    )
    .join(language === 'ja' ? '、' : ', ')

/** At once: the dialog's own focus comes a task later, and an Enter in between would split the text. */
const takeFocus = (button: HTMLButtonElement | null) => button?.focus({ preventScroll: true })

export function ClauseQuestion({
  question,
  label,
  onDelete,
  onClose,
}: {
  readonly question: Question | null
  readonly label: string
  readonly onDelete: (clause: string) => void
  readonly onClose: () => void
}) {
  const t = useMessages(documentMessages)
  const language = useLanguage()
  if (question === null) return null
  const names = namesOf(question.others, language)
  const deleting = question.type === 'delete'
  const confirm = () => {
    onClose()
    if (question.type === 'delete') onDelete(question.clause)
    else question.go()
  }
  return (
    <Modal
      closeButtonProps={{ 'aria-label': t('dismiss') }}
      opened
      onClose={onClose}
      title={t(deleting ? 'deleteTitle' : 'moveTitle', { label })}
      centered
    >
      <Stack>
        {names === '' ? null : <Text fw={600}>{deleting ? t('deleteOthers', { names }) : null}</Text>}
        <Text>{deleting ? t('deleteBody') : t('moveBody', { names })}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('keep')}
          </Button>
          <Button ref={takeFocus} onClick={confirm} data-autofocus {...(deleting ? { color: 'red' } : {})}>
            {t(deleting ? 'delete' : 'moveAnyway')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
