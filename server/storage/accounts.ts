/** What people sign in with, and invitations to a seat. */
import { template, type Group, type Row } from './batch.ts'
import { compare, Invitation, Passkey, Password, readRow, readRows } from './records.ts'
import { sealed, sealedAnew } from './sealing.ts'
import type { Accounts, InvitationRecord, PasskeyRecord, PasswordRecord } from './storage.ts'
import { readAll, type Store } from './store.ts'

/** The statements that write invitations, passwords and passkeys, and end sessions. */
export function accountWrites({ db }: Store): {
  createInvitation: (invitation: InvitationRecord) => Group
  closeInvitation: (invitation: string, at: number) => Group
  createPassword: (password: PasswordRecord) => Group
  createPasskey: (passkey: PasskeyRecord) => Group
  countPasskey: (passkey: string, counter: number) => Group
  endSession: (tokenHash: string) => Group
} {
  const insertInvitation = template<{
    id: string
    tokenHash: string
    role: string
    party: string | null
    group: string | null
    until: number | null
    replaces: string | null
    by: string | null
    createdAt: number
    expiresAt: number
  }>(
    (slot) =>
      db.insertInto('invitations').values({
        id: slot('id'),
        token_hash: slot('tokenHash'),
        role: slot('role'),
        party: slot('party'),
        group: slot('group'),
        until: slot('until'),
        replaces: slot('replaces'),
        by: slot('by'),
        created_at: slot('createdAt'),
        expires_at: slot('expiresAt'),
        closed_at: null,
        checksum: 0,
      }),
    { single: true },
  )
  // Of two who use it at once, the second finds it closed.
  const close = template<{ id: string; at: number }>(
    (slot) =>
      db
        .updateTable('invitations')
        .set({ closed_at: slot('at') })
        .where('id', '=', slot('id'))
        .where('closed_at', 'is', null)
        .where('expires_at', '>', slot('at')),
    { single: true },
  )
  const insertPassword = template<{ user: string; login: string; hash: string }>(
    (slot) =>
      db
        .insertInto('passwords')
        .values({ user: slot('user'), login: slot('login'), hash: slot('hash'), checksum: 0 })
        .onConflict((conflict) => conflict.doNothing()),
    { single: true },
  )
  const insertPasskey = template<{
    id: string
    user: string
    publicKey: Uint8Array
    counter: number
    createdAt: number
  }>(
    (slot) =>
      db
        .insertInto('passkeys')
        .values({
          id: slot('id'),
          user: slot('user'),
          public_key: slot('publicKey'),
          counter: slot('counter'),
          created_at: slot('createdAt'),
          checksum: 0,
        })
        .onConflict((conflict) => conflict.doNothing()),
    { single: true },
  )
  const count = template<{ id: string; counter: number }>(
    (slot) =>
      db
        .updateTable('passkeys')
        .set({ counter: slot('counter') })
        .where('id', '=', slot('id')),
    { single: true },
  )
  const end = template<{ tokenHash: string }>(
    (slot) => db.deleteFrom('sessions').where('token_hash', '=', slot('tokenHash')),
    { single: true },
  )
  return {
    createInvitation: (invitation) => [insertInvitation([invitation]), ...sealedAnew('invitations', [[invitation.id]])],
    closeInvitation: (id, at) => sealed('invitations', [[id]], close([{ id, at }])),
    createPassword: (password) => [insertPassword([password]), ...sealedAnew('passwords', [[password.user]])],
    createPasskey: (passkey) => [insertPasskey([passkey]), ...sealedAnew('passkeys', [[passkey.id]])],
    countPasskey: (id, counter) => sealed('passkeys', [[id]], count([{ id, counter }])),
    endSession: (tokenHash) => [end([{ tokenHash }])],
  }
}

export function accounts(store: Store): Accounts {
  const { db, run } = store
  const all = db.selectFrom('invitations').selectAll()
  const invitationOf = template<{ tokenHash: string }>((slot) => all.where('token_hash', '=', slot('tokenHash')), {
    single: false,
  })
  const passwordOf = template<{ login: string }>(
    (slot) => db.selectFrom('passwords').selectAll().where('login', '=', slot('login')),
    { single: false },
  )
  const passkeyOf = template<{ id: string }>(
    (slot) => db.selectFrom('passkeys').selectAll().where('id', '=', slot('id')),
    { single: false },
  )
  return {
    invitation: (tokenHash) =>
      run(async () => {
        const [rows = []] = await readAll(store, [invitationOf([{ tokenHash }])])
        return openAmong(rows)[0] ?? null
      }),
    invitations: () => run(async () => openAmong(await all.orderBy('created_at').orderBy('id').execute())),
    password: (login) =>
      run(async () => {
        const [rows = []] = await readAll(store, [passwordOf([{ login }])])
        return readRow(Password, 'passwords', rows[0])
      }),
    passkey: (id) =>
      run(async () => {
        const [rows = []] = await readAll(store, [passkeyOf([{ id }])])
        return readRow(Passkey, 'passkeys', rows[0])
      }),
  }
}

/** Closed ones are compared too: one that only seems to be closed must be found damaged. */
function openAmong(rows: readonly Row[]): InvitationRecord[] {
  for (const row of rows) compare('invitations', row)
  return readRows(
    Invitation,
    'invitations',
    rows.filter((row) => row['closed_at'] === null),
  )
}
