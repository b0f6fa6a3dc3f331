/** Who is signed in, for the pages behind the sign-in. */
import { useSuspenseQuery } from '@tanstack/react-query'
import { closeSession, openSession, type Session } from '#shared/api/session.ts'
import { call } from '#client/api/call.ts'
import { queryClient, queryKeys, sessionQuery } from '#client/api/queries.ts'
import { closeAllDocuments } from '#client/lib/leaving.ts'
import { forgetUnsent } from './unsent-store.ts'

/** The signed-in seat. Only for pages that the router shows to the signed-in. */
export function useSession(): Session {
  const { data } = useSuspenseQuery(sessionQuery)
  if (data === null) throw new Error('This page is shown to the signed-in only')
  return data
}

/** Takes a persona's seat. Throws an `ApiError` if that is refused. */
export async function signIn(persona: string): Promise<void> {
  const session = await call(openSession, { body: { persona } })
  forgetUnsent(session.user.id)
  queryClient.clear()
  queryClient.setQueryData(queryKeys.session, session)
}

/** Leaves the seat. What the next one may not see is forgotten here as well. */
export async function signOut(): Promise<void> {
  await call(closeSession, {})
  forgetUnsent()
  forgetSession()
}

/** The session has ended, here or elsewhere. */
export function forgetSession(): void {
  closeAllDocuments()
  queryClient.clear()
  queryClient.setQueryData(queryKeys.session, null)
}
