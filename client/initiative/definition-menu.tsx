/** The way to what the initiative is made of, in the menu of whoever may change it. */
import { Menu } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useMessages } from '#client/i18n/messages.ts'
import { definitionMessages } from './definition-messages.ts'

export function DefinitionMenu() {
  const t = useMessages(definitionMessages)
  return (
    <>
      <Menu.Item component={Link} to="/initiative">
        {t('title')}
      </Menu.Item>
      <Menu.Divider />
    </>
  )
}
