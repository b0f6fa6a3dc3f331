/** All keys of the page on one sheet, from the list of its commands. */
import { Kbd, Modal, Stack, Title } from '@mantine/core'
import { keyOf } from '#client/editing/ask.ts'
import { commandMessages } from '#client/editing/command-messages.ts'
import { commandIds, commands, sections, type Section } from '#client/editing/commands.ts'
import { keyLabel } from '#client/editing/keys.ts'
import { documentMessages } from '#client/editing/messages.ts'
import { useMessages } from '#client/i18n/messages.ts'
import { useFocusReturnAtOnce } from '#client/ui/focus-return.ts'
import classes from './document.module.css'

const titles = {
  text: 'commandsText',
  clauses: 'commandsClauses',
  negotiation: 'commandsNegotiation',
  page: 'commandsPage',
} as const

type Row = { readonly name: string; readonly key: string }

export function ShortcutsSheet({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  const t = useMessages(documentMessages)
  const c = useMessages(commandMessages)
  useFocusReturnAtOnce(opened)
  const rowsOf = (section: Section): readonly Row[] => [
    ...(section === 'page' ? [{ name: t('palette'), key: keyLabel('Mod-k') }] : []),
    ...commandIds.flatMap((id) => {
      const key = commands[id].section === section ? keyOf(id) : null
      return key === null ? [] : [{ name: c(id), key }]
    }),
  ]
  return (
    <Modal
      closeButtonProps={{ 'aria-label': t('dismiss') }}
      opened={opened}
      onClose={onClose}
      title={c('shortcuts')}
      size="md"
    >
      <Stack gap="lg">
        {sections.map((section) => (
          <section key={section}>
            <Title order={3} size="h4" mb={4}>
              {t(titles[section])}
            </Title>
            <table className={classes.keys}>
              <tbody>
                {rowsOf(section).map(({ name, key }) => (
                  <tr key={name}>
                    <td>{name}</td>
                    <td>
                      <Kbd size="xs">{key}</Kbd>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        ))}
      </Stack>
    </Modal>
  )
}
