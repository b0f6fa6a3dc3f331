/** The definition of the initiative that the store is for: one row, with a revision that counts its changes. */
import { sql } from 'kysely'
import { z } from 'zod'
import { readDefinition, type Definition } from '#shared/domain/definition.ts'
import { template, type Group } from './batch.ts'
import { json, readRow } from './records.ts'
import type { InitiativeRecord, Storage } from './storage.ts'
import { readAll, type Store } from './store.ts'

const only = 1

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
  const one = template<{ id: number }>(
    (slot) => store.db.selectFrom('initiative').select(['revision', 'definition']).where('id', '=', slot('id')),
    { single: false },
  )
  return {
    get: () =>
      store.run(async () => {
        const [rows = []] = await readAll(store, [one([{ id: only }])])
        return readRow(Stored, 'initiative', rows[0])
      }),
  }
}

/** The statement that keeps a definition: the first, or one that follows the revision before it. */
export function initiativeWrites({ db }: Store): (record: InitiativeRecord) => Group {
  const put = template<{ id: number; revision: number; definition: string }>(
    (slot) =>
      db
        .insertInto('initiative')
        .values({ id: slot('id'), revision: slot('revision'), definition: slot('definition') })
        .onConflict((conflict) =>
          conflict
            .column('id')
            .doUpdateSet((eb) => ({
              revision: eb.ref('excluded.revision'),
              definition: eb.ref('excluded.definition'),
            }))
            .where('initiative.revision', '=', sql<number>`excluded.revision - 1`),
        ),
    { single: true },
  )
  return ({ revision, definition }) => [put([{ id: only, revision, definition: JSON.stringify(definition) }])]
}
