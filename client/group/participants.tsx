/** Who takes part in a new document: a question only where there are more than two. */
import { Checkbox, Stack } from '@mantine/core'
import { initiative, type Group, type Party } from '#shared/domain/initiative.ts'
import { useLocalized, useMessages } from '#client/i18n/messages.ts'
import { useActorInGroup } from '#client/session/acting.ts'
import { groupMessages } from './messages.ts'

export function Participants({
  group,
  parties,
  onChange,
}: {
  readonly group: Group
  readonly parties: readonly Party[]
  readonly onChange: (parties: readonly Party[]) => void
}) {
  const t = useMessages(groupMessages)
  const say = useLocalized()
  const own = useActorInGroup(group).party
  const { parties: all, party } = initiative()
  if (all.length <= 2) return null
  return (
    <Checkbox.Group
      label={t('participants')}
      description={t('participantsHint')}
      value={[...parties]}
      onChange={(chosen) => onChange(all.filter((each) => each === own || chosen.includes(each)))}
    >
      <Stack gap="xs" mt="xs">
        {all.map((each) => (
          <Checkbox key={each} value={each} label={say(party(each).name)} disabled={each === own} />
        ))}
      </Stack>
    </Checkbox.Group>
  )
}
