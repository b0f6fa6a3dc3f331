/** One transaction for everything that is written together: texts, records and what the audit says of them. */
import type { RawBuilder } from 'kysely'
import { accountWrites } from './accounts.ts'
import { auditEnd, auditStatements, type AuditEnd } from './audit.ts'
import { template, type Group, type GroupOutcome, type Statement } from './batch.ts'
import { checksumOfHead, checksumOfRow, damageOf, withChecksum } from './checksum.ts'
import { documentWrites } from './documents.ts'
import { initiativeWrites } from './initiative.ts'
import { peopleWrites } from './people.ts'
import { restoreNotes, snapshotInserts } from './snapshots.ts'
import { stanceWrites } from './stances.ts'
import {
  StorageError,
  type Changeset,
  type ChangesetResult,
  type Storage,
  type TextEntry,
  type Write,
} from './storage.ts'
import { readAll, type Store } from './store.ts'
import { threadWrites } from './threads.ts'

/** What a statement's failure says of its changeset; `auditMoved`: the audit does not end where this one goes on. */
type Meaning = 'places' | 'clientTaken' | 'conflict' | 'auditMoved'

type Prepared = { readonly group: Group; readonly meanings: readonly Meaning[] }

/** See `Storage.transact`. */
export function transactions(store: Store): Storage['transact'] {
  const text = textStatements(store)
  const write = writeStatements(store)
  const audit = auditStatements(store)
  const recordOf = template<{ document: string }>(
    (slot) => store.db.selectFrom('documents').selectAll().where('id', '=', slot('document')),
    { single: false },
  )
  /** Where the audit ends once all that is on its way is done; null when it has to be read. */
  let end: AuditEnd | null = null

  const prepare = (changeset: Changeset): Prepared => {
    const group: Statement[] = []
    const meanings: Meaning[] = []
    const add = (statements: Group, meaning: Meaning) => {
      for (const statement of statements) {
        group.push(statement)
        meanings.push(meaning)
      }
    }
    if (changeset.text !== undefined) {
      const { places, clients, rows } = text(changeset.text)
      add([places], 'places')
      add(clients, 'clientTaken')
      add(rows, 'conflict')
    }
    for (const each of changeset.writes ?? []) add(write(each), 'conflict')
    if (changeset.audit !== undefined && changeset.audit.length > 0) {
      if (end === null) throw new StorageError('The end of the audit was not read')
      const entries = audit(end, changeset.audit)
      add(entries.group, 'auditMoved')
      end = entries.end
    }
    return { group, meanings }
  }

  const resultOf = async (
    { text: entry }: Changeset,
    { meanings }: Prepared,
    outcome: GroupOutcome,
  ): Promise<ChangesetResult | 'again'> => {
    if ('results' in outcome) return { head: entry === undefined ? null : headIn(outcome) }
    const meaning = meanings[outcome.undoneAt]
    if (meaning === 'auditMoved') return 'again'
    if (meaning !== 'places' || entry === undefined)
      return { rejected: meaning === 'clientTaken' ? meaning : 'conflict' }
    const [[row] = []] = await readAll(store, [recordOf([{ document: entry.document }])])
    // The epoch of a damaged record cannot be trusted. Answered with `behind`, the room loads the text again and meets the damage there.
    const isDamaged = row !== undefined && damageOf('documents', row) !== null
    return { rejected: isDamaged || row?.['epoch'] === entry.epoch ? 'behind' : 'gone' }
  }

  const transact = async (changesets: readonly Changeset[]): Promise<readonly ChangesetResult[]> => {
    const results = new Map<number, ChangesetResult>()
    let left = changesets.map((changeset, index) => ({ changeset, index }))
    while (left.length > 0) {
      if (end === null && left.some(({ changeset }) => changeset.audit !== undefined)) end = await auditEnd(store)
      const prepared = left.map(({ changeset }) => prepare(changeset))
      let outcomes: readonly GroupOutcome[]
      try {
        outcomes = await store.batch(prepared.map(({ group }) => group))
      } catch (error) {
        end = null
        throw error
      }
      const again: typeof left = []
      for (const [at, each] of left.entries()) {
        const [own, outcome] = [prepared[at], outcomes[at]]
        if (own === undefined || outcome === undefined) throw new StorageError('The store gave no answer')
        const result = await resultOf(each.changeset, own, outcome)
        // What was to go before it in the audit did not: where that ends has to be read again.
        if (result === 'again' || ('rejected' in result && each.changeset.audit !== undefined)) end = null
        if (result === 'again') again.push(each)
        else results.set(each.index, result)
      }
      left = again
    }
    return changesets.flatMap((_, index) => results.get(index) ?? [])
  }

  return (changesets) => (changesets.length === 0 ? Promise.resolve([]) : store.run(() => transact(changesets)))
}

function headIn(outcome: Extract<GroupOutcome, { results: unknown }>): number {
  const head = outcome.results[0]?.rows[0]?.['head']
  // By hand, as this is read with every commit.
  if (typeof head !== 'number') throw new StorageError('The store did not say where it appended')
  return head
}

function writeStatements(store: Store): (write: Write) => Group {
  const documents = documentWrites(store)
  const threads = threadWrites(store)
  const snapshot = snapshotInserts(store)
  const restore = restoreNotes(store)
  const stances = stanceWrites(store)
  const initiative = initiativeWrites(store)
  const people = peopleWrites(store)
  const accounts = accountWrites(store)
  return (write) => {
    switch (write.type) {
      case 'createDocument':
        return documents.create(write.document)
      case 'changeDocument':
        return documents.change(write.document, write.change)
      case 'removeUnwrittenDocument':
        return documents.removeUnwritten(write.document)
      case 'createThread':
        return threads.create(write.thread)
      case 'changeThread':
        return threads.change(write.thread, write.change)
      case 'placeThreads':
        return threads.place(write.placed)
      case 'addComment':
        return threads.addComment(write.thread, write.comment)
      case 'editComment':
        return threads.editComment(write)
      case 'takeSnapshot':
        return snapshot([write.snapshot])
      case 'takeStance':
        return stances.take(write.stance)
      case 'dropStances':
        return stances.drop(write.document, write.subjects)
      case 'noteRestore':
        return restore(write.restore)
      case 'putInitiative':
        return initiative.put(write.initiative, write.unused)
      case 'checkInitiative':
        return initiative.check(write.revision)
      case 'createUser':
        return people.createUser(write.user)
      case 'createMembership':
        return people.createMembership(write.membership)
      case 'endMembership':
        return people.endMembership(write.membership, write.until)
      case 'createInvitation':
        return accounts.createInvitation(write.invitation)
      case 'closeInvitation':
        return accounts.closeInvitation(write.invitation, write.at)
      case 'createPassword':
        return accounts.createPassword(write.password)
      case 'createPasskey':
        return accounts.createPasskey(write.passkey)
      case 'countPasskey':
        return accounts.countPasskey(write.passkey, write.counter)
      case 'endSession':
        return accounts.endSession(write.tokenHash)
    }
  }
}

/**
 * The statements of one text: first its places in the log, which also locks the document so that `seq` follows commit order, then
 * the client ids, then the rows.
 */
function textStatements({ db }: Store): (entry: TextEntry) => { places: Statement; clients: Group; rows: Group } {
  type Of = { document: string; epoch: number; base: number }
  const takePlaces = template<Of & { count: number; at: number; user: string | null; checksum: number }>(
    (slot) =>
      db
        .updateTable('documents')
        .set((eb) => ({
          head: eb('head', '+', slot('count')),
          changed_at: slot('at'),
          changed_by: slot('user'),
          head_checksum: slot('checksum'),
        }))
        .where('id', '=', slot('document'))
        .where('epoch', '=', slot('epoch'))
        .where('head', '=', slot('base'))
        .returning('head'),
    { single: true },
  )
  const find = ({ document, epoch }: { document: RawBuilder<string>; epoch: RawBuilder<number> }) =>
    db.selectFrom('documents').select('head').where('id', '=', document).where('epoch', '=', epoch)
  const findDocument = template<Omit<Of, 'base'>>(
    (slot) => find({ document: slot('document'), epoch: slot('epoch') }),
    { single: true },
  )
  const findPlace = template<Of>(
    (slot) => find({ document: slot('document'), epoch: slot('epoch') }).where('head', '=', slot('base')),
    { single: true },
  )
  // Changes nothing where the id is this user's already, and no row at all where it is another's.
  const bindClient = template<{ document: string; client_id: number; user: string | null; checksum: number }>(
    (slot) =>
      db
        .insertInto('clients')
        .values({
          document: slot('document'),
          client_id: slot('client_id'),
          user: slot('user'),
          checksum: slot('checksum'),
        })
        .onConflict((conflict) =>
          conflict
            .columns(['document', 'client_id'])
            .doUpdateSet((eb) => ({ user: eb.ref('excluded.user') }))
            .whereRef('clients.user', 'is not distinct from', 'excluded.user'),
        ),
    { single: true },
  )
  type Added = { document: string; back: number; user: string | null; at: number; bytes: Uint8Array; checksum: number }
  const addRow = template<Added>(
    (slot) =>
      db.insertInto('updates').values((eb) => ({
        document: slot('document'),
        seq: eb(
          eb.selectFrom('documents').select('head').where('id', '=', slot('document')).$asScalar().$notNull(),
          '-',
          slot('back'),
        ),
        user: slot('user'),
        at: slot('at'),
        bytes: slot('bytes'),
        checksum: slot('checksum'),
      })),
    // Its place is taken: it goes in, or the transaction fails.
    { single: false },
  )
  const placesOf = ({ document, epoch, base, rows }: TextEntry): Statement => {
    const last = rows.at(-1)
    if (base === null) return findDocument([{ document, epoch }])
    if (last === undefined) return findPlace([{ document, epoch, base }])
    const { at, user } = last
    const count = rows.length
    const checksum = checksumOfHead(document, base + count, at, user)
    return takePlaces([{ document, epoch, base, count, at, user, checksum }])
  }
  return (entry) => {
    const { document, rows, clients } = entry
    return {
      places: placesOf(entry),
      clients:
        clients.length === 0
          ? []
          : [
              bindClient(
                clients.map(({ clientId, user }) => withChecksum('clients', { document, client_id: clientId, user })),
              ),
            ],
      rows:
        rows.length === 0
          ? []
          : [
              addRow(
                // Spelled out: what is spread is a hash table of its own to V8, a new one for each row of each edit.
                rows.map((row, index) => ({
                  user: row.user,
                  at: row.at,
                  bytes: row.bytes,
                  document,
                  back: rows.length - 1 - index,
                  checksum: checksumOfRow(row),
                })),
              ),
            ],
    }
  }
}
