/** Threads and their comments, kept apart from the text. */
import { template, type Group } from './batch.ts'
import { Comment, readRows, ThreadHead } from './records.ts'
import { StorageError, type CommentRecord, type ThreadChange, type ThreadRecord, type Threads } from './storage.ts'
import { runWhole, type Store } from './store.ts'

export function threads(store: Store): Threads {
  const { db, run } = store
  const insert = threadInserts(store)
  const editComment = template<{ thread: string; comment: string; body: string; at: number }>(
    (slot) =>
      db
        .updateTable('comments')
        .set({ body: slot('body'), edited_at: slot('at') })
        .where('id', '=', slot('comment'))
        .where('thread', '=', slot('thread')),
    { single: true },
  )
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
    create: (thread) => run(() => runWhole(store, insert.thread(thread), `Thread ${thread.id} was not created`)),
    get: (id) =>
      run(async () => {
        const rows = await withComments.where('threads.id', '=', id).execute()
        return readThreads(rows)[0] ?? null
      }),
    list: (document) =>
      run(async () => readThreads(await withComments.where('threads.document', '=', document).execute())),
    update: (id, change) =>
      run(async () => {
        const columns = toColumns(change)
        const query = db.updateTable('threads').set(columns).where('id', '=', id)
        const { numUpdatedRows } =
          Object.keys(columns).length > 0 ? await query.executeTakeFirst() : { numUpdatedRows: 0n }
        if (numUpdatedRows === 0n) throw new StorageError(`There is no thread ${id}, or nothing to change in it`)
      }),
    addComment: (thread, comment) =>
      run(() => runWhole(store, insert.comment(thread, comment), `There is no thread ${thread}`)),
    editComment: (thread, comment, body, at) =>
      run(() => runWhole(store, [editComment([{ thread, comment, body, at }])], `There is no comment ${comment}`)),
    commentedSince: (since) =>
      run(async () => {
        const recent = db.selectFrom('comments').select('thread').where('created_at', '>', since)
        return readThreads(await withComments.where('threads.id', 'in', recent).execute())
      }),
  }
}

/** The statements that write a thread with its comments, and one more comment. Throw a `StorageError` for a thread without any. */
export function threadInserts({ db }: Pick<Store, 'db'>): {
  thread: (thread: ThreadRecord) => Group
  comment: (thread: string, comment: CommentRecord) => Group
} {
  const insertComment = commentTemplate(db)
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
      db.insertInto('threads').values({
        id: slot('id'),
        document: slot('document'),
        audience: slot('audience'),
        party: slot('party'),
        author: slot('author'),
        anchor: slot('anchor'),
        orphaned: slot('orphaned'),
        resolved: slot('resolved'),
        disposition: slot('disposition'),
        created_at: slot('createdAt'),
        comment_count: 0,
      }),
    { single: true },
  )
  const comment = (thread: string, said: CommentRecord) => [
    takePlace([{ thread }]),
    insertComment([toValues(thread, said)]),
  ]
  return {
    thread(thread) {
      if (thread.comments.length === 0) throw new StorageError('A thread starts with a comment')
      const comments = thread.comments.flatMap((said) => comment(thread.id, said))
      return [insertThread([toThreadValues(thread)]), ...comments]
    },
    comment,
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
const toColumns = ({ anchor, orphaned, resolved, disposition }: ThreadChange) => ({
  ...(anchor === undefined ? {} : { anchor: toText(anchor) }),
  ...(orphaned === undefined ? {} : { orphaned: Number(orphaned) }),
  ...(resolved === undefined ? {} : { resolved: toText(resolved) }),
  ...(disposition === undefined ? {} : { disposition: toText(disposition) }),
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
    readRows(ThreadHead, 'threads', same.slice(0, 1)).map((head) => ({
      ...head,
      comments: readRows(Comment, 'comments', same),
    })),
  )
}
