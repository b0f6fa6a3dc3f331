/** That no column of any table can change without being found, to be registered once for every backend. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { commit } from '#server/storage/commit.ts'
import { StorageError, type Storage } from '#server/storage/storage.ts'
import { initiative } from '#shared/domain/initiative.ts'
import { groupId, partyId } from '#test/support/initiative.ts'
import { append, createDocuments, noteInAudit, noteRestore } from '#test/support/writes.ts'
import { bytesOf, entry, newDocument, row, snapshot, thread } from './examples.ts'

export type DamagedStore = {
  /** The columns of each table that is ours. */
  readonly columns: ReadonlyMap<string, readonly string[]>
  /** Opens a copy of the store in which these columns of one row each hold something else. */
  openWith(flips: readonly { readonly table: string; readonly column: string }[]): Promise<Storage>
  dispose(): Promise<void>
}

const packed = newDocument()
const plain = newDocument({ id: 'semiconductors-action-plan', kind: 'action-plan', epoch: 8 })
const user = 'u'

/** Something in every table; of `packed`, the log in a segment, of `plain` row by row. */
export async function fillAll(storage: Storage): Promise<void> {
  await createDocuments(storage, [packed, plain], { threads: [thread()], snapshots: [snapshot()] })
  await append(storage, [entry({ rows: [row('a'), row('b')], clients: [{ clientId: 3, user }] })])
  await append(storage, [entry({ document: plain.id, epoch: 8, rows: [row('c')] })])
  await storage.log.putCheckpoint(packed.id, 3, bytesOf('state'), bytesOf('offsets'))
  await storage.log.pack(packed.id, 1)
  await storage.log.putCheckpoint(plain.id, 1, bytesOf('state'), bytesOf('offsets'))
  const restore = { document: packed.id, snapshot: snapshot().id, label: 'x', by: user, at: 1, after: 1, last: 2 }
  await noteRestore(storage, restore)
  const seat = { role: 'drafter', party: partyId('us'), group: groupId('ai') } as const
  const times = { from: 1, until: null, by: null }
  const stance = { subject: 'phase', party: 'us', stance: 'for', about: 'x', reason: 'r', by: user, at: 1 } as const
  await commit(storage, {
    writes: [
      { type: 'takeStance', stance: { document: packed.id, ...stance } },
      { type: 'putInitiative', initiative: { revision: 1, definition: initiative().definition } },
      { type: 'createUser', user: { id: user, name: 'U', createdAt: 1, demo: false } },
      { type: 'createMembership', membership: { id: 'm', user, ...seat, ...times } },
      {
        type: 'createInvitation',
        invitation: {
          id: 'i',
          ...seat,
          tokenHash: 't',
          until: null,
          replaces: null,
          by: user,
          createdAt: 1,
          expiresAt: 9,
        },
      },
      { type: 'createPassword', password: { user, login: 'l', hash: 'h' } },
      { type: 'createPasskey', passkey: { id: 'p', user, publicKey: bytesOf('key'), counter: 1, createdAt: 1 } },
    ],
  })
  await storage.sessions.open('s', { user, createdAt: 1, expiresAt: 9, device: 'd' })
  await storage.reads.mark(user, { document: packed.id }, 1)
  await noteInAudit(storage, { at: 1, actor: user, action: 'a', subject: 's', detail: {} })
}

/** What reads a table, by the key as it was written and as it may have become. */
const readers: { readonly [table: string]: (storage: Storage) => readonly Promise<unknown>[] } = {
  documents: ({ documents }) => [documents.list()],
  updates: ({ log }) => [historyOf(log, plain.id)],
  segments: ({ log }) => [historyOf(log, packed.id)],
  clients: ({ log }) => [log.clients(packed.id), log.clients(`${packed.id}x`)],
  threads: ({ threads }) => [threads.list(packed.id), threads.list(`${packed.id}x`)],
  comments: ({ threads }) => [threads.list(packed.id)],
  snapshots: ({ snapshots }) => [
    snapshots.get(snapshot().id),
    snapshots.list(packed.id),
    snapshots.list(`${packed.id}x`),
  ],
  restores: ({ snapshots }) => [snapshots.restores(packed.id), snapshots.restores(`${packed.id}x`)],
  stances: ({ stances }) => [stances.of(packed.id), stances.of(`${packed.id}x`)],
  initiative: ({ initiative: stored }) => [stored.get()],
  users: ({ people }) => [people.users()],
  memberships: ({ people }) => [people.memberships()],
  sessions: ({ sessions }) => [sessions.get('s'), sessions.of(user)],
  invitations: ({ accounts }) => [accounts.invitations()],
  passwords: ({ accounts }) => [accounts.password('l'), accounts.password('lx')],
  passkeys: ({ accounts }) => [accounts.passkey('p'), accounts.passkey('px')],
  reads: ({ reads }) => [reads.documents(user), reads.documents(`${user}x`)],
}

/** Tables whose damage is not an error when they are read: a checkpoint is done without, the audit says where it is broken. */
const otherwise: { readonly [table: string]: (storage: Storage) => Promise<boolean> } = {
  async checkpoints({ log }) {
    const loaded = await log.load(plain.id)
    return loaded?.checkpoint === null && loaded.updates.length === 2
  },
  audit: async ({ audit }) => 'brokenAt' in (await audit.verify()),
  audit_head: async ({ audit }) => 'brokenAt' in (await audit.verify()),
}

/** A round changes a column of each table of a part; one that is read together with another one is not in the same part. */
const apart = [['comments', 'memberships', 'checkpoints', 'audit_head'], ['updates']]
/** There is one row, which is read whatever its id. */
const meansNothing = [{ table: 'audit_head', column: 'id' }]

const historyOf = (log: Storage['log'], document: string) => log.history(document, { after: 0, upTo: 3, limit: 9 })

/** That everything which `fillAll` put into a store is read without an error. */
export async function expectWhole(storage: Storage): Promise<void> {
  for (const table of Object.keys(readers)) await Promise.all(readers[table]?.(storage) ?? [])
  for (const table of Object.keys(otherwise)) expect(await otherwise[table]?.(storage)).toBe(false)
}

/** Registers the tests for one backend; `open` gives a store that was filled with `fillAll` and closed. */
export function describeFlips(name: string, open: () => Promise<DamagedStore>): void {
  describe(`a changed column of a ${name} store`, () => {
    let store: DamagedStore
    beforeAll(async () => {
      store = await open()
    })
    afterAll(() => store.dispose())

    const isFound = async (storage: Storage, table: string): Promise<boolean> => {
      const check = otherwise[table]
      if (check !== undefined) return await check(storage)
      const reads = await Promise.allSettled(readers[table]?.(storage) ?? [])
      return reads.some((read) => {
        if (read.status === 'fulfilled') return false
        expect(read.reason).toBeInstanceOf(StorageError)
        if (table === 'updates' || table === 'segments') return true
        expect(read.reason).toMatchObject({ name: 'RecordDamaged' })
        expect(String(read.reason)).toMatch(
          table === 'comments' ? /comments/i : new RegExp(`of ${table} is damaged.+\\(`),
        )
        return true
      })
    }

    test('[K11] every table is among those of which a change is looked for', () => {
      expect([...store.columns.keys()].toSorted()).toEqual(
        [...Object.keys(readers), ...Object.keys(otherwise)].toSorted(),
      )
    })

    test('[K11] a store of which nothing was changed is read without an error', async () => {
      const storage = await store.openWith([])
      await expectWhole(storage)
      await storage.close()
    })

    test.each([
      ['comments, memberships, checkpoints and the end of the audit', apart[0]],
      ['rows of the log', apart[1]],
      ['all other tables', null],
    ])('[K11] a change of any column of any table is found, with its record: %s', async (_, part) => {
      const tables = [...store.columns.keys()].filter((table) => part?.includes(table) ?? !apart.flat().includes(table))
      const rounds = Math.max(...tables.map((table) => store.columns.get(table)?.length ?? 0))
      const missed: string[] = []
      for (let round = 0; round < rounds; round += 1) {
        const flips = tables.flatMap((table) => {
          const column = store.columns.get(table)?.[round]
          const idle = meansNothing.some((each) => each.table === table && each.column === column)
          return column === undefined || idle ? [] : [{ table, column }]
        })
        const storage = await store.openWith(flips)
        for (const { table, column } of flips) {
          if (!(await isFound(storage, table))) missed.push(`${table}.${column}`)
        }
        await storage.close()
      }
      expect(missed).toEqual([])
    })
  })
}
