/** The guarantees of storage.ts as tests, to be registered once for every backend. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { initiative } from '#shared/domain/initiative.ts'
import { commit, tryCommit } from '#server/storage/commit.ts'
import {
  RecordDamaged,
  StorageError,
  type Placed,
  type StanceRecord,
  type Storage,
  type ToBeUnused,
} from '#server/storage/storage.ts'
import {
  addComment,
  append,
  changeDocument,
  changeThread,
  createDocuments,
  createThread,
  editComment,
  headOf,
  noteInAudit,
  noteRestore,
  removeUnwritten,
  takeSnapshot,
} from '#test/support/writes.ts'
import { bytesOf, comment, entry, newDocument, row, snapshot, textOf, thread } from './examples.ts'
import { groupId, partyId } from '#test/support/initiative.ts'

export type StoreUnderTest = {
  readonly storage: Storage
  /** Closes the store, changes the database from outside with these statements, and opens it again. */
  reopen(...statements: readonly string[]): Promise<Storage>
  dispose(): Promise<void>
}

/** Registers the contract for one backend; `open` gives an empty store. */
export function describeStorage(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${name} storage`, () => {
    let store: StoreUnderTest
    let storage: Storage
    const mou = newDocument()
    const plan = newDocument({ id: 'semiconductors-action-plan', kind: 'action-plan', epoch: 8 })

    beforeEach(async () => {
      store = await open()
      storage = store.storage
    })
    afterEach(async () => {
      await store.dispose()
    })

    const history = async (document: string) =>
      await storage.log.history(document, { after: 0, upTo: Number.MAX_SAFE_INTEGER, limit: 10_000 })
    const page = async (after: number, upTo: number, limit: number) =>
      (await storage.log.history(mou.id, { after, upTo, limit })).map(({ seq }) => seq)
    const texts = async (document: string) => (await history(document)).map(({ bytes }) => textOf(bytes))

    describe('log', () => {
      test('[K1] rows count on from the seed, in the order of the entry', async () => {
        await createDocuments(storage, [mou])
        expect(await append(storage, [entry({ rows: [row('a'), row('b')] })])).toEqual([{ head: 3 }])
        expect(await append(storage, [entry({ rows: [row('c')] })])).toEqual([{ head: 4 }])
        const rows = await history(mou.id)
        expect(rows.map(({ seq, bytes }) => [seq, textOf(bytes)])).toEqual([
          [1, 'seed'],
          [2, 'a'],
          [3, 'b'],
          [4, 'c'],
        ])
        expect(rows[0]).toMatchObject({ user: null, at: mou.createdAt })
        expect(rows[1]).toMatchObject({ user: 'us-drafter-semiconductors', at: 1_768_435_201_000 })
      })

      test('[K1] 200 appends at once leave no gap and keep the order in which they were asked for', async () => {
        await createDocuments(storage, [mou, plan])
        const results = await Promise.all(
          Array.from({ length: 200 }, (_, index) => {
            const ofPlan = entry({ document: plan.id, epoch: 8, base: 1 + index, rows: [row(`plan ${index}`)] })
            const ofMou = entry({ base: 1 + 2 * index, rows: [row(`${index} first`), row(`${index} second`)] })
            return append(storage, index % 2 === 0 ? [ofMou, ofPlan] : [ofPlan, ofMou])
          }),
        )
        const lastSeqs = results.map((pair, index) => pair[index % 2 === 0 ? 0 : 1])
        expect(lastSeqs).toEqual(Array.from({ length: 200 }, (_, index) => ({ head: 3 + 2 * index })))
        const rows = await history(mou.id)
        expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: 401 }, (_, index) => index + 1))
        for (const [index, result] of lastSeqs.entries()) {
          const last = headOf(result === undefined ? [] : [result])
          expect(rows.slice(last - 2, last).map(({ bytes }) => textOf(bytes))).toEqual([
            `${index} first`,
            `${index} second`,
          ])
        }
        expect((await storage.documents.get(plan.id))?.head).toBe(201)
      })

      test('[K1] the record of a document says who changed it last and when', async () => {
        await createDocuments(storage, [mou])
        expect(await storage.documents.get(mou.id)).toMatchObject({
          changedAt: mou.createdAt,
          changedBy: null,
          head: 1,
        })
        await append(storage, [
          entry({
            rows: [
              row('a', { user: 'us-cochair-semiconductors' }),
              row('b', { user: 'jp-drafter-semiconductors', at: mou.createdAt + 5 }),
            ],
          }),
        ])
        expect(await storage.documents.get(mou.id)).toMatchObject({
          head: 3,
          changedAt: mou.createdAt + 5,
          changedBy: 'jp-drafter-semiconductors',
        })
      })

      test('[K1] an entry without rows binds its client ids and says where the log stands', async () => {
        await createDocuments(storage, [mou])
        const clients = [{ clientId: 5, user: 'us-drafter-semiconductors' }]
        expect(await append(storage, [entry({ rows: [], clients })])).toEqual([{ head: 1 }])
        expect(await append(storage, [])).toEqual([])
        expect(await storage.documents.get(mou.id)).toMatchObject({ head: 1, changedAt: mou.createdAt })
        expect((await storage.log.load(mou.id))?.clients).toContainEqual(clients[0])
      })

      test('[K2] of two documents in one append, the one of another epoch is rejected alone', async () => {
        await createDocuments(storage, [mou, plan])
        const before = await storage.documents.get(plan.id)
        const results = await append(storage, [
          entry({ document: 'no-such-document' }),
          entry({ document: plan.id, epoch: 7, rows: [row('stale')], clients: [{ clientId: 9, user: 'x' }] }),
          entry({ rows: [row('kept')] }),
        ])
        expect(results).toEqual([{ rejected: 'gone' }, { rejected: 'gone' }, { head: 2 }])
        expect(await texts(plan.id)).toEqual(['seed'])
        expect(await storage.documents.get(plan.id)).toEqual(before)
        expect((await storage.log.load(plan.id))?.clients).toEqual([{ clientId: plan.clientId, user: null }])
        expect(await texts(mou.id)).toEqual(['seed', 'kept'])
      })

      test('[K2] a client id of another user rejects its entry, also the server’s own id', async () => {
        await createDocuments(storage, [mou, plan])
        const mine = { clientId: 1, user: 'us-drafter-semiconductors' }
        expect(await append(storage, [entry({ clients: [mine] })])).toEqual([{ head: 2 }])
        const before = await storage.documents.get(mou.id)
        const results = await append(storage, [
          entry({
            rows: [row('stolen', { user: 'jp-drafter-semiconductors', at: 99 })],
            clients: [
              { clientId: 2, user: 'jp-drafter-semiconductors' },
              { clientId: 1, user: 'jp-drafter-semiconductors' },
            ],
          }),
          entry({ document: plan.id, epoch: 8, clients: [{ clientId: 1, user: 'jp-drafter-semiconductors' }] }),
        ])
        expect(results).toEqual([{ rejected: 'clientTaken' }, { head: 2 }])
        expect(await storage.documents.get(mou.id)).toEqual(before)
        expect(await texts(mou.id)).toEqual(['seed', 'edit'])
        expect((await storage.log.load(mou.id))?.clients).toEqual(
          expect.arrayContaining([mine, { clientId: mou.clientId, user: null }]),
        )
        expect((await storage.log.load(mou.id))?.clients).toHaveLength(2)
        const server = entry({ clients: [{ clientId: mou.clientId, user: 'us-drafter-semiconductors' }] })
        expect(await append(storage, [server])).toEqual([{ rejected: 'clientTaken' }])
        // The rejected entry's other id stayed free, and an id may be named again by its owner.
        const again = [{ clientId: 2, user: 'us-drafter-semiconductors' }, mine, { clientId: mou.clientId, user: null }]
        expect(await append(storage, [entry({ clients: again })])).toEqual([{ head: 3 }])
      })

      test('[K2] an entry that is rejected does not keep the next append from its place', async () => {
        await createDocuments(storage, [mou])
        const results = await Promise.all([
          append(storage, [entry({ base: 1, rows: [row('a')] })]),
          append(storage, [entry({ base: 2, rows: [row('b')], clients: [{ clientId: mou.clientId, user: 'x' }] })]),
          append(storage, [entry({ base: 2, rows: [row('c')] })]),
        ])
        expect(results).toEqual([[{ head: 2 }], [{ rejected: 'clientTaken' }], [{ head: 3 }]])
        expect(await texts(mou.id)).toEqual(['seed', 'a', 'c'])
      })

      test('[S15] load gives the newest checkpoint and what came after, byte for byte', async () => {
        await createDocuments(storage, [mou])
        await append(storage, [entry({ rows: ['a', 'b', 'c', 'd'].map((text) => row(text)) })])
        await storage.log.putCheckpoint(mou.id, 3, bytesOf('seed+a+b'))
        await storage.log.putCheckpoint(mou.id, 2, bytesOf('seed+a'))
        const stored = await storage.log.load(mou.id)
        expect(stored).toMatchObject({ epoch: 7, head: 5 })
        expect(stored?.checkpoint).toEqual({ seq: 3, bytes: bytesOf('seed+a+b'), chunkOffsets: null })
        expect(stored?.updates.map(textOf)).toEqual(['c', 'd'])
        await storage.log.putCheckpoint(mou.id, 5, bytesOf('all'), bytesOf('chunkOffsets'))
        const later = await storage.log.load(mou.id)
        expect(later?.checkpoint).toEqual({ seq: 5, bytes: bytesOf('all'), chunkOffsets: bytesOf('chunkOffsets') })
        expect(later?.updates).toEqual([])
        expect(await texts(mou.id)).toEqual(['seed', 'a', 'b', 'c', 'd'])
      })

      test('[S15] a checkpoint of no document, or beyond the log, is refused', async () => {
        await createDocuments(storage, [mou])
        await expect(storage.log.putCheckpoint('no-such-document', 0, bytesOf('x'))).rejects.toThrow(StorageError)
        await expect(storage.log.putCheckpoint(mou.id, 2, bytesOf('x'))).rejects.toThrow(StorageError)
        expect((await storage.log.load(mou.id))?.checkpoint).toBeNull()
      })

      test('[S15] history gives a range of the log, oldest first, page by page', async () => {
        await createDocuments(storage, [mou])
        await append(storage, [entry({ rows: Array.from({ length: 9 }, (_, index) => row(String(index + 2))) })])
        await storage.log.putCheckpoint(mou.id, 10, bytesOf('all'))
        const range = async (after: number, upTo: number, limit: number) =>
          (await storage.log.history(mou.id, { after, upTo, limit })).map(({ seq }) => seq)
        expect(await range(0, 10, 3)).toEqual([1, 2, 3])
        expect(await range(3, 6, 100)).toEqual([4, 5, 6])
        expect(await range(10, 20, 100)).toEqual([])
        expect(await storage.log.history('no-such-document', { after: 0, upTo: 9, limit: 9 })).toEqual([])
      })

      test('[K13] loads null for no document, and any bytes as they were', async () => {
        expect(await storage.log.load('no-such-document')).toBeNull()
        await createDocuments(storage, [mou])
        const large = Uint8Array.from({ length: 3_000_000 }, (_, index) => (index * 31) % 251)
        const part = new Uint8Array([1, 2, 3, 4, 5]).subarray(1, 4)
        const rows = [new Uint8Array(), part, Buffer.from('buffer'), large].map((bytes) => row('', { bytes }))
        await append(storage, [entry({ rows })])
        const updates = (await storage.log.load(mou.id))?.updates.map((bytes) => Array.from(bytes.subarray(0, 10)))
        expect(updates?.slice(1, 4)).toEqual([[], [2, 3, 4], [...Buffer.from('buffer')]])
        const last = (await storage.log.load(mou.id))?.updates.at(-1)
        expect(last?.byteLength).toBe(large.byteLength)
        expect(Buffer.compare(last ?? new Uint8Array(), large)).toBe(0)
      })
    })

    describe('documents', () => {
      test('[K4] only a document of which nothing was written is removed, with all that is kept of it', async () => {
        await createDocuments(storage, [mou, plan], { threads: [thread({ document: plan.id })], snapshots: [] })
        await storage.reads.mark('secretariat', { document: plan.id }, 5)
        await storage.reads.mark('secretariat', { thread: thread().id }, 5)
        await append(storage, [entry()])
        const before = await storage.log.load(mou.id)
        expect(await removeUnwritten(storage, mou.id)).toBe(false)
        expect(await removeUnwritten(storage, 'no-such-document')).toBe(false)
        expect(await storage.log.load(mou.id)).toEqual(before)
        expect(await removeUnwritten(storage, plan.id)).toBe(true)
        expect(await removeUnwritten(storage, plan.id)).toBe(false)
        expect(await storage.log.load(plan.id)).toBeNull()
        expect(await storage.threads.get(thread().id)).toBeNull()
        expect(await storage.reads.documents('secretariat')).toEqual(new Map())
        expect(await storage.reads.threads('secretariat')).toEqual(new Map())
        expect((await storage.documents.list()).map(({ id }) => id)).toEqual([mou.id])
        expect(await createDocuments(storage, [plan])).toBe(true)
        await takeSnapshot(storage, snapshot({ document: plan.id }))
        expect(await removeUnwritten(storage, plan.id)).toBe(false)
      })

      test('[K4] documents come with their first text, in the order of creation', async () => {
        const earlier = newDocument({
          id: 'ai-mou',
          group: groupId('ai'),
          createdAt: mou.createdAt - 1,
          panelOpen: true,
        })
        expect(await createDocuments(storage, [plan, mou, earlier])).toBe(true)
        expect((await storage.documents.list()).map(({ id }) => id)).toEqual([earlier.id, plan.id, mou.id])
        const { state, clientId, createdBy, ...said } = mou
        expect(await storage.documents.get(mou.id)).toEqual({
          ...said,
          parties: initiative().parties,
          delegation: null,
          forkOf: null,
          panelSince: null,
          handling: '',
          phase: 'drafting',
          archived: false,
          createdBy,
          head: 1,
          changedAt: mou.createdAt,
          changedBy: createdBy,
        })
        expect(await storage.log.load(mou.id)).toEqual({
          epoch: mou.epoch,
          policy: { phase: 'drafting', archived: false },
          checkpoint: null,
          updates: [state],
          head: 1,
          clients: [{ clientId, user: null }],
        })
        expect(await storage.documents.get('no-such-document')).toBeNull()
      })

      test('[K4][D9] a document keeps who participates in it, in the order of the initiative', async () => {
        const [first, second] = initiative().parties
        if (first === undefined || second === undefined) throw new Error('The initiative has too few parties')
        expect(await createDocuments(storage, [{ ...mou, parties: [second] }])).toBe(true)
        expect(await createDocuments(storage, [{ ...plan, parties: [second, first] }])).toBe(true)
        expect((await storage.documents.get(mou.id))?.parties).toEqual([second])
        expect((await storage.documents.get(plan.id))?.parties).toEqual([first, second])
      })

      test('[K4] [S14] a taken id creates nothing, neither twice nor by halves', async () => {
        await createDocuments(storage, [mou])
        expect(await createDocuments(storage, [plan, newDocument({ state: bytesOf('second seed'), epoch: 9 })])).toBe(
          false,
        )
        expect(await createDocuments(storage, [plan, plan])).toBe(false)
        expect((await storage.documents.list()).map(({ id }) => id)).toEqual([mou.id])
        expect(await texts(mou.id)).toEqual(['seed'])
        const both = await Promise.all([createDocuments(storage, [plan]), createDocuments(storage, [plan])])
        expect(both).toEqual([true, false])
        expect(await texts(plan.id)).toEqual(['seed'])
      })

      test('[K4] threads and versions that a document comes with are there with it, or nothing is', async () => {
        const second = thread({ id: 'second', comments: [comment({ id: 'c2' }), comment({ id: 'c3' })] })
        const parts = { threads: [thread(), second], snapshots: [snapshot()] }
        const twice = { ...parts, snapshots: [snapshot(), snapshot()] }
        expect(await createDocuments(storage, [mou], twice)).toBe(false)
        const silent = { ...parts, threads: [thread({ comments: [] })] }
        await expect(createDocuments(storage, [mou], silent)).rejects.toThrow(StorageError)
        expect(await storage.documents.list()).toEqual([])
        expect(await createDocuments(storage, [mou], parts)).toBe(true)
        expect((await storage.threads.list(mou.id)).map(({ id, comments }) => [id, comments.length])).toEqual([
          [thread().id, thread().comments.length],
          [second.id, 2],
        ])
        expect(await storage.snapshots.get(snapshot().id)).toEqual(snapshot())
      })

      test('[K4] a document is opened to the panel and closed again', async () => {
        await createDocuments(storage, [mou, plan])
        await changeDocument(storage, mou.id, { panelOpen: true, panelSince: 12 })
        expect((await storage.documents.list()).map(({ panelOpen }) => panelOpen)).toEqual([false, true])
        await changeDocument(storage, mou.id, { panelOpen: false })
        // When it was last opened is known also while it is closed.
        expect(await storage.documents.get(mou.id)).toMatchObject({ panelOpen: false, panelSince: 12 })
        await changeDocument(storage, mou.id, { handling: 'TLP:AMBER' })
        await changeDocument(storage, mou.id, { panelOpen: true })
        expect(await storage.documents.get(mou.id)).toMatchObject({ handling: 'TLP:AMBER' })
        await expect(changeDocument(storage, 'no-such-document', { panelOpen: true })).rejects.toThrow(StorageError)
      })
    })

    describe('threads', () => {
      beforeEach(async () => {
        await createDocuments(storage, [mou, plan])
      })

      test('[K5] a thread comes back as it was, whole or without an anchor', async () => {
        const bare = thread(
          {
            id: '00000000-0000-4000-8000-0000000000a2',
            anchor: null,
            createdAt: thread().createdAt + 1,
            comments: [
              comment({
                id: '00000000-0000-4000-8000-0000000000c2',
                proposal: '',
                replaces: '現行の文言',
                mentions: ['a', 'b'],
              }),
            ],
          },
          { audience: 'panel', party: null },
        )
        await createThread(storage, bare)
        await createThread(storage, thread())
        expect(await storage.threads.get(bare.id)).toEqual(bare)
        expect(await storage.threads.list(mou.id)).toEqual([thread(), bare])
        expect(await storage.threads.list(mou.id, [{ audience: 'panel', party: null }])).toEqual([bare])
        expect(await storage.threads.list(mou.id, [thread(), bare])).toEqual([thread(), bare])
        expect(await storage.threads.list(mou.id, [{ audience: 'delegation', party: partyId('jp') }])).toEqual([])
        expect(await storage.threads.list(plan.id)).toEqual([])
        expect(await storage.threads.get('00000000-0000-4000-8000-0000000000ff')).toBeNull()
        const { document, audience, party, author } = bare
        expect(await storage.threads.head(bare.id)).toEqual({ document, audience, party, author })
        expect(await storage.threads.head('00000000-0000-4000-8000-0000000000ff')).toBeNull()
      })

      test('[K5] comments stand in the order in which they came, even with the same or an earlier time', async () => {
        await createThread(storage, thread())
        const answers = Array.from({ length: 20 }, (_, index) =>
          comment({ id: `answer-${19 - index}`, body: `${index}`, createdAt: comment().createdAt - (index % 3) }),
        )
        await Promise.all(answers.map((answer) => addComment(storage, thread().id, answer)))
        expect((await storage.threads.get(thread().id))?.comments).toEqual([comment(), ...answers])
        await editComment(storage, thread().id, 'answer-3', 'edited', 77)
        const edited = (await storage.threads.get(thread().id))?.comments.find(({ id }) => id === 'answer-3')
        expect(edited).toEqual({ ...answers[16], body: 'edited', editedAt: 77 })
      })

      test('[K5] a change touches only what it names', async () => {
        await createThread(storage, thread())
        const agreed = [{ by: 'jp-cochair-semiconductors', at: 7 }]
        const resolved = { by: 'us-cochair-semiconductors', at: 5, agreed, done: false }
        const recorded = { decision: 'partly', reason: '一部採用', by: 'us-cochair-semiconductors', at: 6 } as const
        const disposition = { ...recorded, agreed }
        await changeThread(storage, thread().id, { resolved })
        await changeThread(storage, thread().id, { disposition, orphaned: true })
        expect(await storage.threads.get(thread().id)).toEqual(thread({ resolved, disposition, orphaned: true }))
        await changeThread(storage, thread().id, { resolved: null, anchor: null })
        expect(await storage.threads.get(thread().id)).toEqual(thread({ disposition, orphaned: true, anchor: null }))
      })

      test('[K5] where passages were found is kept of all threads at once or of none, and nothing else of them changes', async () => {
        const other = thread({
          id: '00000000-0000-4000-8000-0000000000a2',
          comments: [comment({ id: '00000000-0000-4000-8000-0000000000c2' })],
        })
        await createThread(storage, thread())
        await createThread(storage, other)
        const placed = { anchor: null, orphaned: true }
        const nobody = '00000000-0000-4000-8000-0000000000ff'
        const both = [thread().id, other.id].map((id) => ({ id, ...placed }))
        const place = (found: readonly Placed[]) =>
          tryCommit(storage, { writes: [{ type: 'placeThreads', placed: found }] })
        expect(await place([...both, { id: nobody, ...placed }])).toEqual({ rejected: 'conflict' })
        expect(await storage.threads.list(mou.id)).toEqual([thread(), other])
        expect(await place(both)).toEqual({ head: null })
        expect(await storage.threads.list(mou.id)).toEqual([
          { ...thread(), ...placed },
          { ...other, ...placed },
        ])
      })

      test('[K5] what is asked of a thread or comment that is not there fails', async () => {
        await createThread(storage, thread())
        const nobody = '00000000-0000-4000-8000-0000000000ff'
        const answer = comment({ id: '00000000-0000-4000-8000-0000000000c2' })
        await expect(changeThread(storage, nobody, { orphaned: true })).rejects.toThrow(StorageError)
        await expect(addComment(storage, nobody, answer)).rejects.toThrow(StorageError)
        await expect(editComment(storage, nobody, comment().id, 'x', 1)).rejects.toThrow(StorageError)
        await expect(editComment(storage, thread().id, nobody, 'x', 1)).rejects.toThrow(StorageError)
        await expect(createThread(storage, thread())).rejects.toThrow(StorageError)
        await expect(createThread(storage, thread({ id: nobody, comments: [] }))).rejects.toThrow(StorageError)
        const astray = thread({ id: nobody, document: 'no-such-document', comments: [answer] })
        await expect(createThread(storage, astray)).rejects.toThrow(StorageError)
        expect(await storage.threads.list(mou.id)).toEqual([thread()])
      })

      test('[K5] a thread that cannot take its second comment is not created at all', async () => {
        await expect(createThread(storage, thread({ comments: [comment(), comment()] }))).rejects.toThrow(StorageError)
        expect(await storage.threads.list(mou.id)).toEqual([])
        await createThread(storage, thread())
      })

      test('[K13] a comment may say anything', async () => {
        const body = `'; drop table comments; -- "引用" 😀 𠮷 \\ ? $1 %s\r\n\t\u0001`
        await createThread(storage, thread({ comments: [comment({ body, proposal: body })] }))
        expect((await storage.threads.get(thread().id))?.comments[0]).toEqual(comment({ body, proposal: body }))
      })

      test('[K13] a text that no database keeps whole is refused rather than cut off', async () => {
        await expect(createThread(storage, thread({ comments: [comment({ body: 'a\u0000b' })] }))).rejects.toThrow(
          StorageError,
        )
        expect(await storage.threads.list(mou.id)).toEqual([])
        await createThread(storage, thread())
        const more = addComment(storage, thread().id, comment({ id: 'more', body: 'a\u0000b' }))
        await expect(more).rejects.toThrow(StorageError)
        expect(await storage.threads.list(mou.id)).toEqual([thread()])
      })
    })

    describe('snapshots', () => {
      test('[K6] a snapshot comes back exactly as taken, listed newest first without its content', async () => {
        await createDocuments(storage, [mou, plan])
        const later = snapshot({ id: '00000000-0000-4000-8000-0000000000d2', at: snapshot().at + 1, note: '二回目' })
        await takeSnapshot(storage, snapshot())
        await takeSnapshot(storage, later)
        const found = await storage.snapshots.get(snapshot().id)
        expect(found).toEqual(snapshot())
        const { content, ...summary } = snapshot()
        const summaries = [{ ...summary, id: later.id, at: later.at, note: later.note }, summary]
        expect(JSON.stringify(found?.content)).toBe(JSON.stringify(content))
        expect(await storage.snapshots.list(mou.id)).toEqual(summaries)
        expect(await storage.snapshots.list(plan.id)).toEqual([])
        expect(await storage.snapshots.documentOf(later.id)).toBe(mou.id)
        expect(await storage.snapshots.get('00000000-0000-4000-8000-0000000000ff')).toBeNull()
        expect(await storage.snapshots.documentOf('00000000-0000-4000-8000-0000000000ff')).toBeNull()
      })

      test('[K6] that versions were brought back is kept, the newest first', async () => {
        await createDocuments(storage, [mou, plan])
        const restore = (last: number, label: string) => ({
          document: mou.id,
          snapshot: snapshot().id,
          label,
          by: 'us-cochair-semiconductors',
          at: 5,
          after: last - 1,
          last,
        })
        await noteRestore(storage, restore(2, 'once'))
        await noteRestore(storage, restore(9, 'twice'))
        expect(await storage.snapshots.restores(mou.id)).toEqual([restore(9, 'twice'), restore(2, 'once')])
        expect(await storage.snapshots.restores(plan.id)).toEqual([])
        await storage.reset()
        expect(await storage.snapshots.restores(mou.id)).toEqual([])
      })

      test('[N3] where a party stands on a subject is kept until it stands otherwise or the subject is dropped', async () => {
        await createDocuments(storage, [mou, plan])
        const stance = (more: Partial<StanceRecord> = {}): StanceRecord => ({
          document: mou.id,
          subject: 'change:a',
          party: 'us',
          stance: 'for',
          about: 'x',
          reason: '',
          by: 'us-cochair-ai',
          at: 1,
          ...more,
        })
        const others = [stance({ party: 'jp', at: 2 }), stance({ subject: 'phase', at: 3 })]
        const taken = [
          stance(),
          ...others,
          stance({ document: plan.id }),
          stance({ stance: 'against', reason: 'r', at: 4 }),
        ]
        for (const each of taken) await commit(storage, { writes: [{ type: 'takeStance', stance: each }] })
        const now = [...others, stance({ stance: 'against', reason: 'r', at: 4 })]
        expect(await storage.stances.of(mou.id)).toEqual(now)
        await commit(storage, { writes: [{ type: 'dropStances', document: mou.id, subjects: ['change:a', 'none'] }] })
        expect(await storage.stances.of(mou.id)).toEqual([stance({ subject: 'phase', at: 3 })])
        expect(await storage.stances.of(plan.id)).toHaveLength(1)
        await storage.reset()
        expect(await storage.stances.of(plan.id)).toEqual([])
      })

      test('[K6] a snapshot is never replaced', async () => {
        await createDocuments(storage, [mou])
        await takeSnapshot(storage, snapshot())
        await expect(takeSnapshot(storage, snapshot({ label: 'another' }))).rejects.toThrow(StorageError)
        const astray = snapshot({ id: '00000000-0000-4000-8000-0000000000d2', document: 'no-such-document' })
        await expect(takeSnapshot(storage, astray)).rejects.toThrow(StorageError)
        expect(await storage.snapshots.list(mou.id)).toMatchObject([{ label: snapshot().label }])
      })
    })

    describe('people', () => {
      const seat = { id: 'us-cochair-ai', role: 'cochair', party: partyId('us'), group: groupId('ai') } as const
      const panelist = { id: 'panelist-ai', role: 'panelist', party: null, group: groupId('ai') } as const

      test('[K7] a user holds several seats; a seat is never another’s, and ends once or earlier', async () => {
        const { id, ...chair } = seat
        const committee = { role: 'committee', party: partyId('us'), group: null } as const
        const times = { from: 5, until: null, by: 'secretariat' }
        await commit(storage, {
          writes: [
            { type: 'createUser', user: { id: 'u1', name: 'First', createdAt: 5, demo: false } },
            { type: 'createUser', user: { id: 'u2', name: 'Second', createdAt: 5, demo: true } },
            { type: 'createMembership', membership: { ...chair, ...times, id, user: 'u1' } },
            { type: 'createMembership', membership: { ...committee, ...times, id: 'b', user: 'u1', until: 9 } },
            { type: 'createMembership', membership: { ...panelist, ...times, user: 'u2' } },
          ],
        })
        const end = async (until: number) =>
          await tryCommit(storage, { writes: [{ type: 'endMembership', membership: id, until }] })
        expect(await end(20)).toEqual({ head: null })
        expect(await end(30)).toEqual({ rejected: 'conflict' })
        expect(await end(10)).toEqual({ head: null })
        const again = { ...chair, ...times, id, user: 'u2' }
        const taken = await tryCommit(storage, { writes: [{ type: 'createMembership', membership: again }] })
        expect(taken).toEqual({ rejected: 'conflict' })
        const first = { user: 'u1', name: 'First' }
        const own = [
          { actor: { ...committee, ...first, id: 'b' }, ...times, until: 9 },
          { actor: { ...seat, ...first }, ...times, until: 10 },
        ]
        expect(await storage.people.membershipsOf('u1')).toEqual(own)
        expect(await storage.people.membershipsOf('nobody')).toEqual([])
        expect(await storage.people.memberships()).toEqual([
          own[0],
          { actor: { ...panelist, user: 'u2', name: null }, ...times },
          own[1],
        ])
        expect((await storage.people.users()).map((user) => [user.name, user.demo])).toEqual([
          ['First', false],
          ['Second', true],
        ])
        expect(await storage.people.user('nobody')).toBeNull()
      })

      test('[K7] a session is found by its token’s hash until it is closed or expired', async () => {
        const session = { user: seat.id, createdAt: 1, expiresAt: 100, device: '' }
        await storage.sessions.open('hash-a', session)
        await storage.sessions.open('hash-b', { ...session, expiresAt: 101 })
        await storage.sessions.open('hash-c', { ...session, user: panelist.id, expiresAt: 500 })
        await expect(storage.sessions.open('hash-a', { ...session, user: panelist.id })).rejects.toThrow(StorageError)
        expect(await storage.sessions.get('hash-a')).toEqual(session)
        await storage.sessions.deleteExpired(100)
        expect(await storage.sessions.get('hash-a')).toBeNull()
        expect(await storage.sessions.get('hash-b')).toEqual({ ...session, expiresAt: 101 })
        await storage.sessions.close('hash-b')
        await storage.sessions.close('hash-b')
        expect(await storage.sessions.get('hash-b')).toBeNull()
        expect(await storage.sessions.get('hash-c')).toMatchObject({ user: panelist.id })
      })

      test('[K7] what was seen is kept per user, documents and threads apart, and never goes back', async () => {
        await storage.reads.mark(seat.id, { document: 'x' }, 10)
        await storage.reads.mark(seat.id, { thread: 'x' }, 20)
        await storage.reads.mark(panelist.id, { document: 'x' }, 99)
        await storage.reads.mark(seat.id, { document: 'y' }, 11)
        await storage.reads.mark(seat.id, { document: 'x' }, 5)
        await storage.reads.mark(seat.id, { thread: 'x' }, 25)
        expect(await storage.reads.documents(seat.id)).toEqual(
          new Map([
            ['x', 10],
            ['y', 11],
          ]),
        )
        expect(await storage.reads.threads(seat.id)).toEqual(new Map([['x', 25]]))
        expect(await storage.reads.threads(panelist.id)).toEqual(new Map())
      })
    })

    describe('initiative', () => {
      const { definition } = initiative()
      const put = async (revision: number, unused?: Partial<ToBeUnused>) => {
        const nothing = { groups: [], parties: [], documents: false, at: 0 }
        const write = { type: 'putInitiative', initiative: { revision, definition } } as const
        const writes = [unused === undefined ? write : { ...write, unused: { ...nothing, ...unused } }]
        return !('rejected' in (await tryCommit(storage, { writes })))
      }

      test('[D5][S17] a definition follows only the one before it, and what was written for another one is not written', async () => {
        expect([await put(1), await put(1), await put(3), await put(2)]).toEqual([true, false, false, true])
        const write = async (revision: number) =>
          await tryCommit(storage, {
            writes: [
              { type: 'checkInitiative', revision },
              { type: 'createDocument', document: mou },
            ],
          })
        expect(await write(1)).toEqual({ rejected: 'conflict' })
        expect(await storage.documents.get(mou.id)).toBeNull()
        expect(await write(2)).toEqual({ head: null })
      })

      test('[D5][S17] a definition that needs something to be unused is not kept where a document or a seat names it', async () => {
        await createDocuments(storage, [mou])
        const user = { id: 'u1', name: 'One', createdAt: 1, demo: false }
        const seat = { role: 'cochair', party: partyId('us'), group: groupId('ai') } as const
        const membership = { ...seat, id: 'm1', user: 'u1', from: 1, until: 2, by: null }
        await commit(storage, {
          writes: [
            { type: 'createUser', user },
            { type: 'createMembership', membership },
          ],
        })
        const kept = [
          await put(1, { documents: true }),
          await put(1, { groups: ['cybersecurity', mou.group] }),
          await put(1, { groups: ['ai'] }),
          await put(1, { parties: ['us'] }),
        ]
        expect(kept).toEqual([false, false, false, false])
        expect(await storage.initiative.get()).toBeNull()
        expect(await put(1, { groups: ['cybersecurity'], parties: ['jp'] })).toBe(true)
      })
    })

    describe('audit', () => {
      const note = async (count: number) => {
        await Promise.all(
          Array.from({ length: count }, (_, index) =>
            noteInAudit(storage, {
              at: index,
              actor: index % 2 === 0 ? 'secretariat' : null,
              action: 'snapshot.take',
              subject: '協力覚書',
              detail: { z: index, a: 'x', none: null, yes: true },
            }),
          ),
        )
      }

      test('[K8] an untouched chain is whole, empty, after many entries at once and after reopening', async () => {
        expect(await storage.audit.verify()).toEqual({ rows: 0 })
        await note(30)
        expect(await storage.audit.verify()).toEqual({ rows: 30 })
        storage = await store.reopen()
        expect(await storage.audit.verify()).toEqual({ rows: 30 })
        await note(1)
        expect(await storage.audit.verify()).toEqual({ rows: 31 })
      })

      test('[K8] entries of some actions are read on from where one has read before, and none that is older than asked for', async () => {
        await note(3)
        const other = { at: 9, actor: null, action: 'place.settle', subject: 'document:mou', detail: { closed: 1 } }
        await noteInAudit(storage, other)
        const read = (after: number, more: { since?: number; limit?: number; actions?: string[] } = {}) =>
          storage.audit.entries({ actions: ['place.settle'], since: 0, after, limit: 10, ...more })
        expect(await read(0)).toEqual({ entries: [other], upTo: 4 })
        expect(await read(4)).toEqual({ entries: [], upTo: 4 })
        expect(await read(0, { since: 10 })).toEqual({ entries: [], upTo: 4 })
        const both = ['place.settle', 'snapshot.take']
        const first = await read(0, { actions: both, limit: 2 })
        expect([first.entries.length, first.upTo]).toEqual([2, 2])
        const rest = await read(first.upTo, { actions: both, limit: 2 })
        expect([rest.entries.at(-1), rest.upTo]).toEqual([other, 4])
      })

      test.each([
        ['changed', `update audit set actor = 'us-principal' where seq = 4`, 4],
        ['changed in its detail', `update audit set detail = '{"a":"y"}' where seq = 7`, 7],
        ['without its hash', `update audit set hash = 'x' where seq = 2`, 2],
        ['removed from the middle', 'delete from audit where seq = 5', 5],
        ['removed at the end', 'delete from audit where seq = 10', 10],
        ['forgotten with its head', `update audit_head set seq = 9`, 9],
      ])('[K8] a row %s shows', async (_, statement, brokenAt) => {
        await note(10)
        storage = await store.reopen(statement)
        expect(await storage.audit.verify()).toEqual({ brokenAt })
      })
    })

    describe('the whole', () => {
      const secretariat = {
        id: 'secretariat',
        user: 'secretariat',
        role: 'secretariat',
        party: null,
        group: null,
      } as const
      const fill = async () => {
        await createDocuments(storage, [mou])
        await append(storage, [entry({ clients: [{ clientId: 3, user: 'us-drafter-semiconductors' }] })])
        await storage.log.putCheckpoint(mou.id, 1, bytesOf('seed'))
        await createThread(storage, thread())
        await takeSnapshot(storage, snapshot())
        await commit(storage, {
          writes: [
            { type: 'createUser', user: { id: 'secretariat', name: 'S', createdAt: 1, demo: true } },
            {
              type: 'createMembership',
              membership: { ...secretariat, from: 1, until: null, by: null },
            },
          ],
        })
        await storage.sessions.open('hash', { user: 'secretariat', createdAt: 1, expiresAt: 2, device: '' })
        await storage.reads.mark('secretariat', { document: mou.id }, 3)
        await noteInAudit(storage, { at: 1, actor: null, action: 'seed', subject: mou.id, detail: {} })
      }
      const everything = async () => ({
        text: await storage.log.load(mou.id),
        documents: await storage.documents.list(),
        threads: await storage.threads.list(mou.id),
        snapshot: await storage.snapshots.get(snapshot().id),
        memberships: await storage.people.memberships(),
        session: await storage.sessions.get('hash'),
        reads: await storage.reads.documents('secretariat'),
        audit: await storage.audit.verify(),
      })

      test('[K3] everything is there after closing and opening again', async () => {
        await fill()
        const before = await everything()
        expect(before.text?.head).toBe(2)
        storage = await store.reopen()
        expect(await everything()).toEqual(before)
        await storage.ping()
      })

      test('[K3] closing lets what was begun finish', async () => {
        await createDocuments(storage, [mou])
        const appends = Array.from({ length: 50 }, (_, index) =>
          append(storage, [entry({ base: 1 + index, rows: [row(`${index}`)] })]),
        )
        const noted = noteInAudit(storage, { at: 1, actor: null, action: 'a', subject: 's', detail: {} })
        const loaded = storage.log.load(mou.id)
        const [closed, ...results] = await Promise.all([storage.close(), ...appends])
        expect(closed).toBeUndefined()
        expect(results.at(-1)).toEqual([{ head: 51 }])
        await noted
        expect(await loaded).not.toBeNull()
        storage = await store.reopen()
        expect((await storage.log.load(mou.id))?.head).toBe(51)
        expect(await storage.audit.verify()).toEqual({ rows: 1 })
      })

      test('[S2] a closed store says so, to every call, and closing again does nothing', async () => {
        await createDocuments(storage, [mou])
        const closing = storage.close()
        const late = append(storage, [entry()])
        await expect(late).rejects.toThrow(StorageError)
        await closing
        await storage.close()
        await expect(storage.ping()).rejects.toThrow(StorageError)
        await expect(storage.log.load(mou.id)).rejects.toThrow(StorageError)
        await expect(createDocuments(storage, [plan])).rejects.toThrow(StorageError)
        await expect(storage.audit.verify()).rejects.toThrow(StorageError)
        storage = await store.reopen()
        expect(await texts(mou.id)).toEqual(['seed'])
      })

      test('[K9] a reset empties all but members and the audit, and a new start can follow', async () => {
        await fill()
        await storage.reset()
        expect(await everything()).toEqual({
          text: null,
          documents: [],
          threads: [],
          snapshot: null,
          memberships: [{ actor: { ...secretariat, name: null }, from: 1, until: null, by: null }],
          session: null,
          reads: new Map(),
          audit: { rows: 1 },
        })
        expect(await history(mou.id)).toEqual([])
        expect(await createDocuments(storage, [newDocument({ epoch: 99 })])).toBe(true)
        expect(await append(storage, [entry()])).toEqual([{ rejected: 'gone' }])
        expect((await storage.log.load(mou.id))?.checkpoint).toBeNull()
        await storage.reset()
        await storage.reset()
      })

      test('[K14] [S15] packing changes nothing of the history, and only packs what the checkpoint holds', async () => {
        await createDocuments(storage, [mou])
        const rows = Array.from({ length: 299 }, (_, index) =>
          row(`${'x'.repeat(index % 7)}${index}`, {
            user: index % 3 === 0 ? null : `user ${index % 5}`,
            at: mou.createdAt + index * 37 - (index % 11) * 50,
            bytes: index % 50 === 0 ? bytesOf('') : bytesOf(`edit ${index} 協力覚書 ${'x'.repeat(index % 9)}`),
          }),
        )
        await append(storage, [entry({ rows })])
        const before = await history(mou.id)
        expect(await storage.log.pack(mou.id, 1)).toBe(false)
        await storage.log.putCheckpoint(mou.id, 100, bytesOf('state'))
        expect(await storage.log.pack(mou.id, 101)).toBe(false)
        expect(await storage.log.pack(mou.id, 100)).toBe(true)
        expect(await history(mou.id)).toEqual(before)
        // Added to the segment that is there.
        await storage.log.putCheckpoint(mou.id, 200, bytesOf('state'))
        expect(await storage.log.pack(mou.id, 100)).toBe(true)
        expect(await storage.log.pack(mou.id, 1)).toBe(false)
        await storage.log.putCheckpoint(mou.id, 250, bytesOf('state'))
        expect(await history(mou.id)).toEqual(before)
        expect(await page(95, 205, 1000)).toEqual(Array.from({ length: 110 }, (_, index) => 96 + index))
        expect(await page(95, 1000, 10)).toEqual([96, 97, 98, 99, 100, 101, 102, 103, 104, 105])
        expect(await page(199, 203, 1000)).toEqual([200, 201, 202, 203])
        expect(await append(storage, [entry()])).toEqual([{ head: 301 }])
        expect((await storage.log.load(mou.id))?.updates).toHaveLength(51)
        storage = await store.reopen()
        expect((await history(mou.id)).slice(0, 300)).toEqual(before)
        storage = await store.reopen('update segments set last_seq = 201 where first_seq = 1')
        await expect(history(mou.id)).rejects.toThrow(StorageError)
        storage = await store.reopen('update segments set last_seq = 200, checksum = checksum + 1 where first_seq = 1')
        await expect(history(mou.id)).rejects.toThrow(StorageError)
        storage = await store.reopen('update segments set bytes = zeroblob(20), checksum = null where first_seq = 1')
        await expect(history(mou.id)).rejects.toThrow(StorageError)
        await storage.reset()
        expect(await history(mou.id)).toEqual([])
      })

      test('[K11] a hole within a page of the history is an error, wherever it is', async () => {
        await createDocuments(storage, [mou])
        await append(storage, [entry({ rows: ['2', '3', '4', '5'].map((text) => row(text)) })])
        storage = await store.reopen('delete from updates where seq = 3')
        await expect(history(mou.id)).rejects.toThrow(StorageError)
        expect(await page(3, 5, 9)).toEqual([4, 5])
      })

      test('[K11] rows of a version that kept no checksums are read as they are', async () => {
        await createDocuments(storage, [mou])
        await append(storage, [entry({ rows: [row('2')] })])
        storage = await store.reopen('update updates set checksum = null')
        expect((await history(mou.id)).map(({ bytes }) => textOf(bytes))).toEqual(['seed', '2'])
        await storage.log.putCheckpoint(mou.id, 2, bytesOf('state'))
        expect(await storage.log.pack(mou.id, 1)).toBe(true)
        storage = await store.reopen('update segments set checksum = null')
        expect((await history(mou.id)).map(({ bytes }) => textOf(bytes))).toEqual(['seed', '2'])
      })

      test('[K11] in the place of a damaged checkpoint a text is loaded from its log, packed or not', async () => {
        await fill()
        const whole = (await history(mou.id)).map(({ bytes }) => textOf(bytes))
        storage = await store.reopen(`update checkpoints set bytes = x'00'`)
        const loaded = await storage.log.load(mou.id)
        expect(loaded).toMatchObject({ checkpoint: null, head: 2 })
        expect(loaded?.updates.map(textOf)).toEqual(whole)
        await storage.log.putCheckpoint(mou.id, 2, bytesOf('anew'))
        expect(await storage.log.pack(mou.id, 1)).toBe(true)
        storage = await store.reopen(`update checkpoints set hash = 'x'`)
        expect((await storage.log.load(mou.id))?.updates.map(textOf)).toEqual(whole)
        storage = await store.reopen(`delete from segments`)
        await expect(storage.log.load(mou.id)).rejects.toThrow(StorageError)
      })

      test('[K11] what is handed over beside the columns of a record is no part of it', async () => {
        await fill()
        const more = { more: 'x' }
        const stance = {
          document: mou.id,
          subject: 'phase',
          party: 'us',
          stance: 'for',
          about: '',
          reason: '',
          by: 's',
          at: 1,
        } as const
        const restore = { document: mou.id, snapshot: snapshot().id, label: 'x', by: 's', at: 1, after: 1, last: 2 }
        await commit(storage, {
          writes: [
            { type: 'takeSnapshot', snapshot: { ...snapshot(), id: 'other', ...more } },
            { type: 'noteRestore', restore: { ...restore, ...more } },
            { type: 'takeStance', stance: { ...stance, ...more } },
            { type: 'createUser', user: { id: 'u', name: 'U', createdAt: 1, demo: false, ...more } },
            {
              type: 'createMembership',
              membership: { ...secretariat, id: 'm', user: 'u', from: 1, until: null, by: null, ...more },
            },
            { type: 'createPassword', password: { user: 'u', login: 'l', hash: 'h', ...more } },
          ],
        })
        expect(await storage.snapshots.list(mou.id)).toHaveLength(2)
        expect(await storage.snapshots.restores(mou.id)).toHaveLength(1)
        expect(await storage.stances.of(mou.id)).toHaveLength(1)
        expect(await storage.people.memberships()).toHaveLength(2)
        expect(await storage.accounts.password('l')).toMatchObject({ user: 'u' })
      })

      test('[K11] a damaged record is not changed: with a new checksum it would look whole', async () => {
        await fill()
        storage = await store.reopen(
          `update comments set body = body || 'x'`,
          `update documents set handling = 'x'`,
          'update memberships set "from" = "from" + 1',
        )
        const changes = [
          () => editComment(storage, thread().id, comment().id, 'edited', 7),
          () => changeDocument(storage, mou.id, { archived: true }),
          () => commit(storage, { writes: [{ type: 'endMembership', membership: 'secretariat', until: 9 }] }),
        ]
        for (const change of changes) await expect(change()).rejects.toThrow(RecordDamaged)
        await expect(storage.threads.list(mou.id)).rejects.toThrow(RecordDamaged)
        await expect(storage.documents.list()).rejects.toThrow(RecordDamaged)
        await expect(storage.people.memberships()).rejects.toThrow(RecordDamaged)
        storage = await store.reopen(`update threads set orphaned = 1`)
        const more = comment({ id: '00000000-0000-4000-8000-0000000000c2' })
        await expect(addComment(storage, thread().id, more)).rejects.toThrow(RecordDamaged)
        await expect(changeThread(storage, thread().id, { orphaned: true })).rejects.toThrow(RecordDamaged)
        expect(storage.damages).toBe(2)
      })

      test.each([
        ['document', `update documents set title = '{"en":"x"'`, () => storage.documents.list()],
        ['document', `update documents set "group" = 'no-such-group'`, () => storage.documents.get(mou.id)],
        ['seq', 'update updates set seq = 9 where seq = 2', () => storage.log.load(mou.id)],
        ['turned bit', `update updates set bytes = x'6e6f74686572' where seq = 2`, () => storage.log.load(mou.id)],
        ['turned bit', `update updates set bytes = x'6e6f74686572' where seq = 1`, () => history(mou.id)],
        ['author', `update updates set "user" = 'jp-drafter-ai' where seq = 2`, () => history(mou.id)],
        ['moment', 'update updates set at = at + 1 where seq = 2', () => history(mou.id)],
        ['missing update', 'delete from updates where seq = 2', () => storage.log.load(mou.id)],
        ['missing history', 'delete from updates where seq = 2', () => history(mou.id)],
        ['thread', `update threads set anchor = '{}'`, () => storage.threads.list(mou.id)],
        ['comment', `update comments set mentions = '"x"'`, () => storage.threads.get(thread().id)],
        [
          'snapshot',
          `update snapshots set content = '{"type":"doc","extra":1}'`,
          () => storage.snapshots.get(snapshot().id),
        ],
        [
          'words of a snapshot',
          `update snapshots set content = replace(content, '供給', '需給')`,
          () => storage.snapshots.get(snapshot().id),
        ],
        ['membership', `update memberships set role = 'king'`, () => storage.people.memberships()],
      ])('[K11] a damaged row is an error: %s, %s', async (_, statement, read) => {
        await fill()
        storage = await store.reopen(statement)
        await expect(read()).rejects.toThrow(StorageError)
      })
    })
  })
}
