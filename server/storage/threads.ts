/** Threads and their comments, kept apart from the text. */
import { template, type Group } from './batch.ts'
import { Comment, readRow, readRows, Thread, ThreadHead } from './records.ts'
import {
  StorageError,
  type CommentRecord,
  type Placed,
  type ThreadChange,
  type ThreadRecord,
  type Threads,
} from './storage.ts'
import type { Store } from './store.ts'

export function threads(store: Store): Threads {
  const { db, run } = store
  const withComments = db
    .selectFrom('threads')
    .innerJoin('comments', 'comments.thread', 'threads.id')
    .selectAll('threads')
    .select([
      'comments.id as comment_id',
      'comments.author as comment_author',
      'comments.body',
      'comments.proposal',
      'comments.replaces',
      'comments.mentions',
      'comments.created_at as commented_at',
      'comments.edited_at',
    ])
    .orderBy('threads.created_at')
    .orderBy('threads.id')
    .orderBy('comments.place')

  return {
    head: (id) =>
      run(async () => {
        const columns = ['document', 'audience', 'party', 'author'] as const
        const row = await db.selectFrom('threads').select(columns).where('id', '=', id).executeTakeFirst()
        return readRow(ThreadHead, 'threads', row)
      }),
    get: (id) =>
      run(async () => {
        const rows = await withComments.where('threads.id', '=', id).execute()
        return readThreads(rows)[0] ?? null
      }),
    list: (document, circles) =>
      run(async () => {
        const all = withComments.where('threads.document', '=', document)
        if (circles === undefined) return readThreads(await all.execute())
        const query = all.where((eb) =>
          eb.or(
            circles.map(({ audience, party }) =>
              eb.and([eb('threads.audience', '=', audience), eb('threads.party', 'is', party)]),
            ),
          ),
        )
        return readThreads(await query.execute())
      }),
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
        })
        .onConflict((conflict) => conflict.column('id').doNothing()),
    { single: true },
  )
  const comment = (thread: string, said: CommentRecord) => [
    takePlace([{ thread }]),
    insertComment([toValues(thread, said)]),
  ]
  return {
    create(thread) {
      if (thread.comments.length === 0) throw new StorageError('A thread starts with a comment')
      const comments = thread.comments.flatMap((said) => comment(thread.id, said))
      return [insertThread([toThreadValues(thread)]), ...comments]
    },
    change: (thread, change) => {
      const columns = toColumns(change)
      if (Object.keys(columns).length === 0) throw new StorageError(`There is nothing to change in thread ${thread}`)
      // Compiled for what it names: few are changed, and there are few ways to.
      const update = template<{ thread: string }>(
        (slot) => db.updateTable('threads').set(columns).where('id', '=', slot('thread')),
        { single: true },
      )
      return [update([{ thread }])]
    },
    place: (placed) => [
      setPlace(placed.map(({ id, anchor, orphaned }) => ({ id, anchor: toText(anchor), orphaned: Number(orphaned) }))),
    ],
    addComment: comment,
    editComment: ({ thread, comment: id, body, at }) => [editComment([{ thread, comment: id, body, at }])],
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

/** Rows hold one comment each and come thread by thread. */
function readThreads(rows: readonly { readonly id: string }[]): ThreadRecord[] {
  const byThread = new Map<string, { id: string }[]>()
  for (const row of rows) {
    const same = byThread.get(row.id)
    if (same === undefined) byThread.set(row.id, [row])
    else same.push(row)
  }
  return [...byThread.values()].flatMap((same) =>
    readRows(Thread, 'threads', same.slice(0, 1)).map((head) => ({
      ...head,
      comments: readRows(Comment, 'comments', same),
    })),
  )
}
