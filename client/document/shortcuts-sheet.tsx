/** All keys of the page on one sheet. */
import { Kbd, Modal, Stack, Title } from '@mantine/core'
import { useMessages } from '#client/i18n/messages.ts'
import { useFocusReturnAtOnce } from '#client/ui/focus-return.ts'
import { documentMessages } from './messages.ts'
import classes from './document.module.css'

const groups = [
  {
    title: 'shortcutsText',
    keys: [
      ['keyBold', ['Ctrl B', 'Ctrl I', 'Ctrl U']],
      ['keyHeadings', ['Ctrl Alt 1–3', 'Ctrl Alt 0']],
      ['keyLists', ['Ctrl ⇧ 8', 'Ctrl ⇧ 7']],
      ['keyIndent', ['Tab', '⇧ Tab']],
      ['keyLink', ['Ctrl ⇧ K']],
      ['keyUndo', ['Ctrl Z', 'Ctrl Y']],
      ['keySelect', ['Ctrl A']],
    ],
  },
  {
    title: 'shortcutsClauses',
    keys: [
      ['keyInsert', ['Ctrl ⏎']],
      ['keyDuplicate', ['Ctrl ⇧ D']],
      ['keyMove', ['Alt ⇧ ↑', 'Alt ⇧ ↓']],
      ['keyDelete', ['Ctrl ⇧ ⌫']],
    ],
  },
  {
    title: 'shortcutsPage',
    keys: [
      ['keySearch', ['Ctrl K']],
      ['keyFind', ['Ctrl F', 'Ctrl G', 'Ctrl ⇧ G']],
      ['keyComment', ['Ctrl Alt M']],
      ['keyWho', ['Ctrl Alt H']],
      ['keyShortcuts', ['Ctrl /']],
    ],
  },
] as const

export function ShortcutsSheet({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  const t = useMessages(documentMessages)
  useFocusReturnAtOnce(opened)
  return (
    <Modal
      closeButtonProps={{ 'aria-label': t('dismiss') }}
      opened={opened}
      onClose={onClose}
      title={t('shortcuts')}
      size="md"
    >
      <Stack gap="lg">
        {groups.map(({ title, keys }) => (
          <section key={title}>
            <Title order={3} size="h4" mb={4}>
              {t(title)}
            </Title>
            <table className={classes.keys}>
              <tbody>
                {keys.map(([name, combinations]) => (
                  <tr key={name}>
                    <td>{t(name)}</td>
                    <td>
                      {combinations.map((combination, at) => (
                        <span key={combination}>
                          {at > 0 ? '  ' : ''}
                          <Kbd size="xs">{combination}</Kbd>
                        </span>
                      ))}
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
