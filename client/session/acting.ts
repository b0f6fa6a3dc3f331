/** In which of their seats the reader acts: apart from the session, as the first page does not need it. */
import type { Membership } from '#shared/api/common.ts'
import type { Group } from '#shared/domain/initiative.ts'
import { actorIn, actorInGroup, type DocumentSubject } from '#shared/domain/permissions.ts'
import { useSession } from './session.ts'

function useSeats(): readonly [Membership, ...Membership[]] {
  const [first, ...others] = useSession().memberships
  if (first === undefined) throw new Error('Nobody is signed in without a seat')
  return [first, ...others]
}

/** In which of their seats the reader is in a document; in the first of them where that is not known yet. */
export function useActorIn(document: DocumentSubject | null | undefined): Membership {
  const seats = useSeats()
  return document ? actorIn(seats, document) : seats[0]
}

/** In which of their seats the reader is in a group. */
export const useActorInGroup = (group: Group): Membership => actorInGroup(useSeats(), group)
