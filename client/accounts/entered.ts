/** What follows on signing in with an account. */
import { definitionQuery, queryClient, sessionQuery } from '#client/api/queries.ts'
import { forgetUnsent } from '#client/session/unsent-store.ts'

/** Someone has signed in with an account: who it is, and what there is, is asked anew. */
export async function entered(): Promise<void> {
  queryClient.clear()
  // A session names parties and groups: it is read once it is known which there are.
  await queryClient.ensureQueryData(definitionQuery)
  const session = await queryClient.ensureQueryData(sessionQuery)
  if (session !== null) forgetUnsent(session.user.id)
}
