/** Users and the seats that they hold. */
import { template, type Group } from './batch.ts'
import { Membership, readRow, readRows, User } from './records.ts'
import type { NewMembership, People, UserRecord } from './storage.ts'
import { readAll, type Store } from './store.ts'

/** The statements that write users and memberships. */
export function peopleWrites({ db }: Store): {
  createUser: (user: UserRecord) => Group
  createMembership: (membership: NewMembership) => Group
  endMembership: (membership: string, until: number) => Group
} {
  const insertUser = template<{ id: string; name: string; createdAt: number; demo: number }>(
    (slot) =>
      db
        .insertInto('users')
        .values({ id: slot('id'), name: slot('name'), created_at: slot('createdAt'), demo: slot('demo') })
        .onConflict((conflict) => conflict.column('id').doNothing()),
    { single: true },
  )
  const insertMembership = template<{
    id: string
    user: string
    role: string
    party: string | null
    group: string | null
    from: number
    until: number | null
    by: string | null
  }>(
    (slot) =>
      db
        .insertInto('memberships')
        .values({
          id: slot('id'),
          user: slot('user'),
          role: slot('role'),
          party: slot('party'),
          group: slot('group'),
          from: slot('from'),
          until: slot('until'),
          by: slot('by'),
        })
        .onConflict((conflict) => conflict.column('id').doNothing()),
    { single: true },
  )
  const end = template<{ id: string; until: number }>(
    (slot) =>
      db
        .updateTable('memberships')
        .set({ until: slot('until') })
        .where('id', '=', slot('id'))
        .where((eb) => eb.or([eb('until', 'is', null), eb('until', '>', slot('until'))])),
    { single: true },
  )
  return {
    createUser: (user) => [insertUser([{ ...user, demo: Number(user.demo) }])],
    createMembership: (membership) => [insertMembership([membership])],
    endMembership: (id, until) => [end([{ id, until }])],
  }
}

export function people(store: Store): People {
  const { db, run } = store
  const membershipRows = db
    .selectFrom('memberships')
    .innerJoin('users', 'users.id', 'memberships.user')
    .selectAll('memberships')
    .select(({ eb }) => eb.case().when('users.demo', '=', 1).then(null).else(eb.ref('users.name')).end().as('name'))
    .orderBy('memberships.id')
  const ofUser = template<{ user: string }>((slot) => membershipRows.where('memberships.user', '=', slot('user')), {
    single: false,
  })
  const oneUser = template<{ id: string }>((slot) => db.selectFrom('users').selectAll().where('id', '=', slot('id')), {
    single: false,
  })
  return {
    user: (id) =>
      run(async () => {
        const [rows = []] = await readAll(store, [oneUser([{ id }])])
        return readRow(User, 'users', rows[0])
      }),
    users: () =>
      run(async () => readRows(User, 'users', await db.selectFrom('users').selectAll().orderBy('id').execute())),
    membershipsOf: (user) =>
      run(async () => {
        const [rows = []] = await readAll(store, [ofUser([{ user }])])
        return readRows(Membership, 'memberships', rows)
      }),
    memberships: () => run(async () => readRows(Membership, 'memberships', await membershipRows.execute())),
  }
}
