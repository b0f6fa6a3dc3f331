/** Users and the seats that they hold. */
import { allOf, template, type Group, type Row } from './batch.ts'
import { Membership, readRow, readRows, User } from './records.ts'
import { sealed, sealedAnew } from './sealing.ts'
import { RecordDamaged, type MembershipRecord, type NewMembership, type People, type UserRecord } from './storage.ts'
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
        .values({ id: slot('id'), name: slot('name'), created_at: slot('createdAt'), demo: slot('demo'), checksum: 0 })
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
          checksum: 0,
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
    createUser: (user) => [insertUser([{ ...user, demo: Number(user.demo) }]), ...sealedAnew('users', [[user.id]])],
    createMembership: (membership) => [insertMembership([membership]), ...sealedAnew('memberships', [[membership.id]])],
    endMembership: (id, until) => sealed('memberships', [[id]], end([{ id, until }])),
  }
}

export function people(store: Store): People {
  const { db, run } = store
  const allMemberships = db.selectFrom('memberships').selectAll().orderBy('id')
  const allUsers = db.selectFrom('users').selectAll().orderBy('id')
  const ofUser = template<{ user: string }>((slot) => allMemberships.where('user', '=', slot('user')), {
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
    users: () => run(async () => readRows(User, 'users', await allUsers.execute())),
    membershipsOf: (user) =>
      run(async () => {
        const [rows, users] = await readAll(store, [ofUser([{ user }]), oneUser([{ id: user }])])
        return membershipsIn(rows, users)
      }),
    memberships: () =>
      run(async () => {
        const [rows, users] = await readAll(store, [allOf(allMemberships), allOf(allUsers)])
        return membershipsIn(rows, users)
      }),
  }
}

/** Memberships with the names of their users; a persona has none but that of the seat. */
function membershipsIn(rows: readonly Row[] = [], userRows: readonly Row[] = []): MembershipRecord[] {
  const users = new Map(readRows(User, 'users', userRows).map((user) => [user.id, user]))
  return readRows(Membership, 'memberships', rows).map(({ from, until, by, ...seat }) => {
    const user = users.get(seat.user)
    if (user === undefined) throw new RecordDamaged(`The user of membership ${seat.id} is not there`)
    return { actor: { ...seat, name: user.demo ? null : user.name }, from, until, by }
  })
}
