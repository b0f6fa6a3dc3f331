/** How many documents there may be: every list, overview and search costs what they are many, and for everyone. */
import type { Actor } from '#shared/domain/actors.ts'
import type { Group } from '#shared/domain/initiative.ts'
import type { DocumentRecord } from '../storage/storage.ts'
import { HttpProblem } from './problems.ts'

export type Quotas = {
  /** Documents of a working group that are not archived. */
  readonly documentsPerGroup: number
  /** Documents that one user created, archived ones too: archiving must not make room for ever more. */
  readonly documentsPerUser: number
}

export const defaultQuotas: Quotas = { documentsPerGroup: 100, documentsPerUser: 200 }

/** The problem 409 if the actor may not have one more document in the group. */
export function checkQuotas(
  { documentsPerGroup, documentsPerUser }: Quotas,
  actor: Actor,
  group: Group,
  documents: readonly DocumentRecord[],
): void {
  // What another delegation has for itself must not show here.
  const open = documents.filter(
    (document) =>
      document.group === group &&
      !document.archived &&
      (document.delegation === null || document.delegation === actor.party),
  )
  if (open.length >= documentsPerGroup) {
    throw new HttpProblem(
      409,
      `The group has ${open.length} documents, and may have ${documentsPerGroup}. A co-chair or the secretariat can archive those that are no longer worked on.`,
    )
  }
  const own = documents.filter(({ createdBy }) => createdBy === actor.id)
  if (own.length >= documentsPerUser) {
    throw new HttpProblem(
      409,
      `You have created ${own.length} documents, and may create ${documentsPerUser}. A co-chair can delete those that nobody wrote in; whoever runs this server can allow more.`,
    )
  }
}
