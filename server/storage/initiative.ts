/** The definition of the initiative that the store is for: one row, with a revision that counts its changes. */
import { sql, type Expression, type RawBuilder } from 'kysely'
import { z } from 'zod'
import { readDefinition, type Definition } from '#shared/domain/definition.ts'
import { allOf, template, type Group } from './batch.ts'
import { withChecksum } from './checksum.ts'
import { json, readRow } from './records.ts'
import { sealedAsFound } from './sealing.ts'
import type { InitiativeRecord, Storage, ToBeUnused } from './storage.ts'
import { readAll, type Store } from './store.ts'

const onlyId = 1

const Stored: z.ZodType<InitiativeRecord> = z.object({
  revision: z.int(),
  definition: json(z.unknown()).transform((value, context): Definition => {
    const read = readDefinition(value)
    if ('definition' in read) return read.definition
    for (const { path } of read.problems) context.addIssue({ code: 'custom', message: 'does not fit', path: [path] })
    return z.NEVER
  }),
})

export function initiativeOf(store: Store): Storage['initiative'] {
  // Whatever its id: a store that seems to have none would be given another.
  const only = allOf(store.db.selectFrom('initiative').selectAll())
  return {
    get: () =>
      store.run(async () => {
        const [rows = []] = await readAll(store, [only])
        return readRow(Stored, 'initiative', rows[0])
      }),
  }
}

/** The statements that keep a definition, if it is the first or follows the revision before it, and that find which one is there. */
export function initiativeWrites(store: Store): {
  put: (record: InitiativeRecord, unused: ToBeUnused | undefined) => Group
  check: (revision: number) => Group
} {
  const { db } = store
  const findUnused = unusedParts(store)
  const ofRevision = template<{ id: number; revision: number }>(
    (slot) =>
      db.selectFrom('initiative').select('id').where('id', '=', slot('id')).where('revision', '=', slot('revision')),
    { single: true },
  )
  const put = template<{ id: number; revision: number; definition: string; checksum: number }>(
    (slot) =>
      db
        .insertInto('initiative')
        .values({
          id: slot('id'),
          revision: slot('revision'),
          definition: slot('definition'),
          checksum: slot('checksum'),
        })
        .onConflict((conflict) =>
          conflict
            .column('id')
            .doUpdateSet((eb) => ({
              revision: eb.ref('excluded.revision'),
              definition: eb.ref('excluded.definition'),
              checksum: eb.ref('excluded.checksum'),
            }))
            .where('initiative.revision', '=', sql<number>`excluded.revision - 1`),
        ),
    { single: true },
  )
  return {
    put: ({ revision, definition }, unused) => [
      ...(unused === undefined ? [] : findUnused(unused)),
      put([withChecksum('initiative', { id: onlyId, revision, definition: JSON.stringify(definition) })]),
    ],
    check: (revision) => [ofRevision([{ id: onlyId, revision }])],
  }
}

/** Statements of which one finds nothing where something is in use: what they are part of is then undone. */
function unusedParts({ db }: Store): (unused: ToBeUnused) => Group {
  type Of = { id: string }
  const absent = (find: (id: RawBuilder<string>) => Expression<unknown>) =>
    template<Of>(
      (slot) => db.selectNoFrom((eb) => eb.lit(1).as('unused')).where((eb) => eb.not(eb.exists(find(slot('id'))))),
      { single: true },
    )
  const of = (column: 'group' | 'party') => {
    const invitations = db.selectFrom('invitations').select('id').where('closed_at', 'is', null)
    const close = template<Of & { at: number }>(
      (slot) =>
        db
          .updateTable('invitations')
          .set({ closed_at: slot('at') })
          .where(column, '=', slot('id'))
          .where('closed_at', 'is', null)
          .where('expires_at', '<=', slot('at')),
      { single: false },
    )
    const named = template<Of>((slot) => db.selectFrom('invitations').selectAll().where(column, '=', slot('id')), {
      single: false,
    })
    const noSeat = absent((id) => db.selectFrom('memberships').select('id').where(column, '=', id))
    const noInvitation = absent((id) => invitations.where(column, '=', id))
    return (ids: readonly string[], at: number): Group => {
      const each = ids.map((id) => ({ id }))
      const closed = sealedAsFound('invitations', named(each), close(each.map(({ id }) => ({ id, at }))))
      return [...closed, noSeat(each), noInvitation(each)]
    }
  }
  const [ofGroups, ofParties] = [of('group'), of('party')]
  const noDocumentOf = absent((id) => db.selectFrom('documents').select('id').where('group', '=', id))
  const noDocument = absent(() => db.selectFrom('documents').select('id'))
  return ({ groups, parties, documents, at }) => [
    ...ofGroups(groups, at),
    ...ofParties(parties, at),
    noDocumentOf(groups.map((id) => ({ id }))),
    ...(documents ? [noDocument([{ id: '' }])] : []),
  ]
}
