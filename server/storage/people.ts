/** Who sits where, who is signed in, and what they have seen. */
import { template } from './batch.ts'
import { Member, Read, readRow, readRows, Session } from './records.ts'
import type { Members, Reads, Sessions } from './storage.ts'
import { readAll, runWhole, type Store } from './store.ts'

export function members(store: Store): Members {
  const { db, run } = store
  const seat = template<{ id: string; role: string; party: string | null; group: string | null }>(
    (slot) =>
      db
        .insertInto('members')
        .values({ id: slot('id'), role: slot('role'), party: slot('party'), group: slot('group') })
        .onConflict((conflict) =>
          conflict.column('id').doUpdateSet((eb) => ({
            role: eb.ref('excluded.role'),
            party: eb.ref('excluded.party'),
            group: eb.ref('excluded.group'),
          })),
        ),
    { single: true },
  )
  const one = template<{ user: string }>(
    (slot) => db.selectFrom('members').selectAll().where('id', '=', slot('user')),
    { single: false },
  )
  return {
    put: (actors) => run(() => runWhole(store, [seat(actors)], 'The members were not seated')),
    get: (user) =>
      run(async () => {
        const [rows = []] = await readAll(store, [one([{ user }])])
        return readRow(Member, 'members', rows[0])
      }),
    list: () =>
      run(async () => readRows(Member, 'members', await db.selectFrom('members').selectAll().orderBy('id').execute())),
  }
}

export function sessions(store: Store): Sessions {
  const { db, run } = store
  const one = template<{ tokenHash: string }>(
    (slot) =>
      db
        .selectFrom('sessions')
        .select(['user', 'created_at', 'expires_at'])
        .where('token_hash', '=', slot('tokenHash')),
    { single: false },
  )
  return {
    open: (tokenHash, { user, createdAt, expiresAt }) =>
      run(async () => {
        await db
          .insertInto('sessions')
          .values({ token_hash: tokenHash, user, created_at: createdAt, expires_at: expiresAt })
          .execute()
      }),
    get: (tokenHash) =>
      run(async () => {
        const [rows = []] = await readAll(store, [one([{ tokenHash }])])
        return readRow(Session, 'sessions', rows[0])
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
      const rows = await db
        .selectFrom('reads')
        .select(['subject', 'at'])
        .where('user', '=', user)
        .where('kind', '=', kind)
        .execute()
      return new Map(readRows(Read, 'reads', rows).map(({ subject, at }) => [subject, at]))
    })
  return {
    mark: (user, subject, at) =>
      run(async () => {
        const [kind, id] = 'document' in subject ? ['document', subject.document] : ['thread', subject.thread]
        await db
          .insertInto('reads')
          .values({ user, kind, subject: id, at })
          .onConflict((conflict) =>
            conflict
              .columns(['user', 'kind', 'subject'])
              .doUpdateSet((eb) => ({ at: eb.ref('excluded.at') }))
              .whereRef('reads.at', '<', 'excluded.at'),
          )
          .execute()
      }),
    documents: (user) => seen(user, 'document'),
    threads: (user) => seen(user, 'thread'),
  }
}
