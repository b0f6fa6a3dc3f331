/** Who is signed in, and what they have seen. */
import { template } from './batch.ts'
import { withChecksum } from './checksum.ts'
import { Read, readRow, readRows, Session, SessionOfUser } from './records.ts'
import type { Reads, Sessions } from './storage.ts'
import { readAll, type Store } from './store.ts'

export function sessions(store: Store): Sessions {
  const { db, run } = store
  const one = template<{ tokenHash: string }>(
    (slot) => db.selectFrom('sessions').selectAll().where('token_hash', '=', slot('tokenHash')),
    { single: false },
  )
  return {
    open: (tokenHash, { user, createdAt, expiresAt, device }) =>
      run(async () => {
        const columns = { token_hash: tokenHash, user, created_at: createdAt, expires_at: expiresAt, device }
        await db.insertInto('sessions').values(withChecksum('sessions', columns)).execute()
      }),
    get: (tokenHash) =>
      run(async () => {
        const [rows = []] = await readAll(store, [one([{ tokenHash }])])
        return readRow(Session, 'sessions', rows[0])
      }),
    of: (user) =>
      run(async () => {
        const rows = await db
          .selectFrom('sessions')
          .selectAll()
          .where('user', '=', user)
          .orderBy('created_at', 'desc')
          .execute()
        return readRows(SessionOfUser, 'sessions', rows)
      }),
    close: (tokenHash) =>
      run(async () => {
        await db.deleteFrom('sessions').where('token_hash', '=', tokenHash).execute()
      }),
    deleteExpired: (now) =>
      run(async () => {
        await db.deleteFrom('sessions').where('expires_at', '<=', now).execute()
      }),
  }
}

export function reads({ db, run }: Store): Reads {
  const seen = (user: string, kind: 'document' | 'thread') =>
    run(async () => {
      const rows = await db.selectFrom('reads').selectAll().where('user', '=', user).execute()
      const own = readRows(Read, 'reads', rows).filter((read) => read.kind === kind)
      return new Map(own.map(({ subject, at }) => [subject, at]))
    })
  return {
    mark: (user, subject, at) =>
      run(async () => {
        const [kind, id] = 'document' in subject ? ['document', subject.document] : ['thread', subject.thread]
        await db
          .insertInto('reads')
          .values(withChecksum('reads', { user, kind, subject: id, at }))
          .onConflict((conflict) =>
            conflict
              .columns(['user', 'kind', 'subject'])
              .doUpdateSet((eb) => ({ at: eb.ref('excluded.at'), checksum: eb.ref('excluded.checksum') }))
              .whereRef('reads.at', '<', 'excluded.at'),
          )
          .execute()
      }),
    documents: (user) => seen(user, 'document'),
    threads: (user) => seen(user, 'thread'),
  }
}
