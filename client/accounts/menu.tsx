/** What someone who has an account finds in the menu behind their name. */
import { Menu } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { can } from '#shared/domain/permissions.ts'
import { useMessages } from '#client/i18n/messages.ts'
import { useSession } from '#client/session/session.ts'
import { accountMessages } from './account-messages.ts'

export function AccountMenu() {
  const t = useMessages(accountMessages)
  const { memberships } = useSession()
  return (
    <>
      {memberships.some((seat) => can(seat, 'seats.manage', null)) ? (
        <Menu.Item component={Link} to="/seats">
          {t('seats')}
        </Menu.Item>
      ) : null}
      <Menu.Item component={Link} to="/devices">
        {t('devices')}
      </Menu.Item>
      <Menu.Divider />
    </>
  )
}
