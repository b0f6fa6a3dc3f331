/** What people sign in with, and invitations to a seat. */
import { template, type Group } from './batch.ts'
import { Invitation, Passkey, Password, readRow, readRows } from './records.ts'
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
        .values({ user: slot('user'), login: slot('login'), hash: slot('hash') })
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
    createInvitation: (invitation) => [insertInvitation([invitation])],
    closeInvitation: (id, at) => [close([{ id, at }])],
    createPassword: (password) => [insertPassword([password])],
    createPasskey: (passkey) => [insertPasskey([passkey])],
    countPasskey: (id, counter) => [count([{ id, counter }])],
    endSession: (tokenHash) => [end([{ tokenHash }])],
  }
}

export function accounts(store: Store): Accounts {
  const { db, run } = store
  const open = db.selectFrom('invitations').selectAll().where('closed_at', 'is', null)
  const invitationOf = template<{ tokenHash: string }>((slot) => open.where('token_hash', '=', slot('tokenHash')), {
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
        return readRow(Invitation, 'invitations', rows[0])
      }),
    invitations: () =>
      run(async () => readRows(Invitation, 'invitations', await open.orderBy('created_at').orderBy('id').execute())),
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
