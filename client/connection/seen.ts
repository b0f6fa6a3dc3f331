/** Whether others see that this seat is here: a choice of whoever holds it, remembered on this device for all documents. */
import type { Role } from '#shared/domain/actors.ts'
import { useSession } from '#client/session/session.ts'
import { useRememberedSwitch } from '#client/lib/storage.ts'

/** That a minister or their deputy is reading would speak to the other side by itself. */
const unseenAtFirst: ReadonlySet<Role> = new Set(['principal', 'committee'])

/** Whether others see me, and how to choose it. */
export function useSeen(): [boolean, (seen: boolean) => void] {
  const { user, actor } = useSession()
  return useRememberedSwitch(`alternat.seen.${user.id}`, !unseenAtFirst.has(actor.role))
}
