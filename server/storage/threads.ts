/** Threads and their comments, kept apart from the text. */
import { allOf, template, type Group, type Row } from './batch.ts'
import { Comment, readRow, readRows, Thread, ThreadHead } from './records.ts'
import { sealed, sealedAnew } from './sealing.ts'
import {
  RecordDamaged,
  StorageError,
  type CommentRecord,
  type Placed,
  type ThreadChange,
  type ThreadRecord,
  type Threads,
} from './storage.ts'
import { readAll, type Store } from './store.ts'

export function threads(store: Store): Threads {
  const { db, run } = store
  const inOrder = db.selectFrom('threads').selectAll().orderBy('created_at').orderBy('id')
  const commentsOf = (query: typeof inOrder) =>
    db
      .selectFrom('comments')
      .selectAll()
      .where('thread', 'in', query.clearSelect().clearOrderBy().select('threads.id'))
      .orderBy('place')
  const find = (query: typeof inOrder) =>
    run(async () => {
      const [threadRows, commentRows] = await readAll(store, [allOf(query), allOf(commentsOf(query))])
      return readThreads(threadRows, commentRows)
    })

  return {
    head: (id) =>
      run(async () => {
        const row = await inOrder.where('id', '=', id).executeTakeFirst()
        return readRow(ThreadHead, 'threads', row)
      }),
    get: async (id) => (await find(inOrder.where('id', '=', id)))[0] ?? null,
    list: (document, circles) => {
      const all = inOrder.where('document', '=', document)
      if (circles === undefined) return find(all)
      return find(
        all.where((eb) =>
          eb.or(
            circles.map(({ audience, party }) => eb.and([eb('audience', '=', audience), eb('party', 'is', party)])),
          ),
        ),
      )
    },
  }
}

/** The statements that write and change threads and comments. Throw a `StorageError` for a thread without a comment. */
export function threadWrites({ db }: Store): {
  create: (thread: ThreadRecord) => Group
  change: (thread: string, change: ThreadChange) => Group
  place: (placed: readonly Placed[]) => Group
  addComment: (thread: string, comment: CommentRecord) => Group
  editComment: (edit: { thread: string; comment: string; body: string; at: number }) => Group
} {
  const insertComment = commentTemplate(db)
  const editComment = template<{ thread: string; comment: string; body: string; at: number }>(
    (slot) =>
      db
        .updateTable('comments')
        .set({ body: slot('body'), edited_at: slot('at') })
        .where('id', '=', slot('comment'))
        .where('thread', '=', slot('thread')),
    { single: true },
  )
  const setPlace = template<{ id: string; anchor: string | null; orphaned: number }>(
    (slot) =>
      db
        .updateTable('threads')
        .set({ anchor: slot('anchor'), orphaned: slot('orphaned') })
        .where('id', '=', slot('id')),
    { single: true },
  )
  // Takes the comment's place, and the thread with it, so that two answers at once stand one after the other.
  const takePlace = template<{ thread: string }>(
    (slot) =>
      db
        .updateTable('threads')
        .set((eb) => ({ comment_count: eb('comment_count', '+', 1) }))
        .where('id', '=', slot('thread')),
    { single: true },
  )
  const insertThread = template<ThreadValues>(
    (slot) =>
      db
        .insertInto('threads')
        .values({
          id: slot('id'),
          document: slot('document'),
          audience: slot('audience'),
          party: slot('party'),
          author: slot('author'),
          anchor: slot('anchor'),
          orphaned: slot('orphaned'),
          resolved: slot('resolved'),
          disposition: slot('disposition'),
          undone: slot('undone'),
          created_at: slot('createdAt'),
          comment_count: 0,
          checksum: 0,
        })
        .onConflict((conflict) => conflict.column('id').doNothing()),
    { single: true },
  )
  const comment = (thread: string, said: CommentRecord) => [
    ...sealed('threads', [[thread]], takePlace([{ thread }])),
    insertComment([toValues(thread, said)]),
    ...sealedAnew('comments', [[said.id]]),
  ]
  return {
    create(thread) {
      if (thread.comments.length === 0) throw new StorageError('A thread starts with a comment')
      const comments = thread.comments.flatMap((said) => comment(thread.id, said))
      return [insertThread([toThreadValues(thread)]), ...sealedAnew('threads', [[thread.id]]), ...comments]
    },
    change: (thread, change) => {
      const columns = toColumns(change)
      if (Object.keys(columns).length === 0) throw new StorageError(`There is nothing to change in thread ${thread}`)
      // Compiled for what it names: few are changed, and there are few ways to.
      const update = template<{ thread: string }>(
        (slot) => db.updateTable('threads').set(columns).where('id', '=', slot('thread')),
        { single: true },
      )
      return sealed('threads', [[thread]], update([{ thread }]))
    },
    place: (placed) =>
      sealed(
        'threads',
        placed.map(({ id }) => [id]),
        setPlace(
          placed.map(({ id, anchor, orphaned }) => ({ id, anchor: toText(anchor), orphaned: Number(orphaned) })),
        ),
      ),
    addComment: comment,
    editComment: ({ thread, comment: id, body, at }) =>
      sealed('comments', [[id]], editComment([{ thread, comment: id, body, at }])),
  }
}

type ThreadValues = ReturnType<typeof toThreadValues>

const toThreadValues = (thread: ThreadRecord) => ({
  id: thread.id,
  document: thread.document,
  audience: thread.audience,
  party: thread.party,
  author: thread.author,
  anchor: toText(thread.anchor),
  orphaned: Number(thread.orphaned),
  resolved: toText(thread.resolved),
  disposition: toText(thread.disposition),
  undone: toText(thread.undone),
  createdAt: thread.createdAt,
})

const toValues = (thread: string, comment: CommentRecord) => ({
  ...comment,
  thread,
  mentions: JSON.stringify(comment.mentions),
})

const commentTemplate = (db: Store['db']) =>
  template<ReturnType<typeof toValues>>(
    (slot) =>
      db.insertInto('comments').values((eb) => ({
        id: slot('id'),
        thread: slot('thread'),
        place: eb.selectFrom('threads').select('comment_count').where('id', '=', slot('thread')).$asScalar().$notNull(),
        author: slot('author'),
        body: slot('body'),
        proposal: slot('proposal'),
        replaces: slot('replaces'),
        mentions: slot('mentions'),
        created_at: slot('createdAt'),
        edited_at: slot('editedAt'),
        checksum: 0,
      })),
    { single: true },
  )

const toText = (value: object | null) => (value === null ? null : JSON.stringify(value))

/** Only what the change names: an absent key leaves its column as it is. */
const toColumns = ({ anchor, orphaned, resolved, disposition, undone }: ThreadChange) => ({
  ...(anchor === undefined ? {} : { anchor: toText(anchor) }),
  ...(orphaned === undefined ? {} : { orphaned: Number(orphaned) }),
  ...(resolved === undefined ? {} : { resolved: toText(resolved) }),
  ...(disposition === undefined ? {} : { disposition: toText(disposition) }),
  ...(undone === undefined ? {} : { undone: toText(undone) }),
})

function readThreads(threadRows: readonly Row[] = [], commentRows: readonly Row[] = []): ThreadRecord[] {
  const byThread = new Map<string, CommentRecord[]>()
  for (const { thread, ...comment } of readRows(Comment, 'comments', commentRows)) {
    const same = byThread.get(thread)
    if (same === undefined) byThread.set(thread, [comment])
    else same.push(comment)
  }
  return readRows(Thread, 'threads', threadRows).map(({ commentCount, ...thread }) => {
    const comments = byThread.get(thread.id) ?? []
    if (comments.length !== commentCount) throw new RecordDamaged(`Comments of thread ${thread.id} are missing`)
    return { ...thread, comments }
  })
}
