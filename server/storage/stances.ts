/** Where the parties of a document stand: one row for each party and subject, replaced when it stands otherwise. */
import { template, type Group } from './batch.ts'
import { sealedAnew } from './sealing.ts'
import { readRows, Stance } from './records.ts'
import type { StanceRecord, Stances } from './storage.ts'
import type { Store } from './store.ts'

/** The statements that note a stance, or drop all on a subject. */
export function stanceWrites({ db }: Store): {
  take(stance: StanceRecord): Group
  drop(document: string, subjects: readonly string[]): Group
} {
  const take = template<StanceRecord>(
    (slot) =>
      db
        .insertInto('stances')
        .values({
          document: slot('document'),
          subject: slot('subject'),
          party: slot('party'),
          stance: slot('stance'),
          about: slot('about'),
          reason: slot('reason'),
          by: slot('by'),
          at: slot('at'),
          checksum: 0,
        })
        .onConflict((conflict) =>
          conflict.columns(['document', 'subject', 'party']).doUpdateSet((eb) => ({
            stance: eb.ref('excluded.stance'),
            about: eb.ref('excluded.about'),
            reason: eb.ref('excluded.reason'),
            by: eb.ref('excluded.by'),
            at: eb.ref('excluded.at'),
          })),
        ),
    { single: true },
  )
  const drop = template<{ document: string; subject: string }>(
    (slot) => db.deleteFrom('stances').where('document', '=', slot('document')).where('subject', '=', slot('subject')),
    { single: false },
  )
  return {
    take: (stance) => [take([stance]), ...sealedAnew('stances', [[stance.document, stance.subject, stance.party]])],
    drop: (document, subjects) =>
      subjects.length === 0 ? [] : [drop(subjects.map((subject) => ({ document, subject })))],
  }
}

export const stances = ({ db, run }: Store): Stances => ({
  of: (document) =>
    run(async () => {
      const rows = await db
        .selectFrom('stances')
        .selectAll()
        .where('document', '=', document)
        .orderBy('at')
        .orderBy('party')
        .execute()
      return readRows(Stance, 'stances', rows)
    }),
})
