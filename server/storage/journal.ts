/**
 * A journal before a store. New rows are made durable there, at a third of what a transaction costs, and put into the tables many
 * at a time. Nobody sees the difference: whoever reads a log has its rows put into the tables first; two files take turns, so that
 * no append waits for that; and what a process had not put there when it ended, the next one does before it answers.
 */
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import type { Logger } from 'pino'
import { failpoint, inTestBuild } from '../failpoints.ts'
import { journalRoom, openJournalFile, type JournalFile } from './journal-file.ts'
import { decodeRecord, encodeRecord, isPlain, type Run } from './journal-record.ts'
import {
  StorageError,
  type AppendEntry,
  type AppendResult,
  type DocumentRecord,
  type HistoryRow,
  type Storage,
} from './storage.ts'

/** Rows are put into the tables after so long, once what is being put there then is done, or when they fill so much of a file: several of a document cost what one does. */
const moveAfterMs = inTestBuild ? 30 : 2500
/** What is left of a heavy load does not wait for so long: it is many rows, and the work with them belongs to that load. */
const moveRestAfterMs = inTestBuild ? 30 : 500
const moveAtLength = inTestBuild ? 4096 : journalRoom - 64 * 1024
/** Documents whose rows are moved in one transaction: whoever types meanwhile waits for that at most. */
const movedAtOnce = 16
/** Beyond this, who appends waits for the tables: all of it is in memory too. */
const mostLength = 4 * journalRoom

/** Rows of a document that are in the journal and not yet in the tables; they follow on one another, and there is at least one. */
type Kept = { readonly epoch: number; readonly rows: HistoryRow[] }

/** New records go to `active`; `other` holds nothing, or what is being put into the tables or was not taken by them. */
type Files = { readonly active: JournalFile; readonly other: JournalFile }

/** The two files of the journal of that name. */
export const journalPaths = (path: string): readonly [string, string] => [`${path}-a`, `${path}-b`]

/**
 * Puts a journal before a store that no one else has open, in two files whose names begin with `path`. They are removed when the
 * store is closed, unless it did not take all that they hold. Rejects with a `StorageError` if what they hold cannot be read.
 */
export async function withJournal(store: Storage, path: string, logger?: Logger): Promise<Storage> {
  const paths = journalPaths(path)
  /** For rows of documents that the tables do not know; nothing is ever removed from it. */
  const unclaimedPath = `${path}-unclaimed`
  const kept = new Map<string, Kept>()
  /** Where the logs end that were appended to. Whether any other document takes a row, only the tables can tell. */
  const ends = new Map<string, { readonly epoch: number; readonly head: number }>()
  /** Documents whose rows the tables did not take, or may have taken before they failed. */
  const doubtful = new Set<string>()
  const appending = oneAtATime()
  // Asked for within `appending` or by itself; never the other way round.
  const moving = oneAtATime()
  let files: Files | null = null
  let emptying: Promise<void> | null = null
  let cancelMove: (() => void) | null = null
  /** Whether the last file was full before its time had come. */
  let wasFilled = false
  let closed: Promise<void> | null = null
  let ended = false

  // --- Into the tables ---------------------------------------------------------------------------------------------------------

  /** Puts the rows of these documents into the tables, in one transaction; one at a time. Rejects if that fails, and they stay. */
  const move = async (documents: Iterable<string>) => {
    const due: (Kept & { readonly document: string; readonly taken: number })[] = []
    for (const document of documents) {
      const own = kept.get(document)
      if (own === undefined) continue
      const rows = doubtful.has(document) ? await missingRows(document, own) : [...own.rows]
      due.push({ document, epoch: own.epoch, rows, taken: own.rows.length })
    }
    try {
      await putIntoTables(due.filter(({ rows }) => rows.length > 0))
    } catch (error) {
      for (const { document } of due) {
        doubtful.add(document)
        // Whoever appends next meets the same failure.
        ends.delete(document)
      }
      throw error
    }
    for (const { document, taken } of due) {
      const own = kept.get(document)
      own?.rows.splice(0, taken)
      if (own?.rows.length === 0) kept.delete(document)
      doubtful.delete(document)
    }
  }

  const putIntoTables = async (due: readonly (Kept & { readonly document: string })[]) => {
    if (due.length === 0) return
    const results = await store.log.append(
      due.map(({ document, epoch, rows }) => ({ document, epoch, rows, clients: [] })),
    )
    for (const [index, { document, rows }] of due.entries()) {
      const result = results[index]
      // A document that is gone has taken its log with it.
      if (result === undefined || ('lastSeq' in result && result.lastSeq !== rows.at(-1)?.seq)) {
        throw new StorageError(`The log of ${document} is not where the journal goes on`)
      }
    }
  }

  /** Those rows that the tables do not have. */
  const missingRows = async (document: string, { epoch, rows }: Kept): Promise<HistoryRow[]> => {
    const record = await store.documents.get(document)
    if (record?.epoch !== epoch) return []
    const missing = rows.filter(({ seq }) => seq > record.head)
    if (missing.some(({ seq }, index) => seq !== record.head + 1 + index)) {
      throw new StorageError(`Rows of ${document} are missing in the journal`)
    }
    return missing
  }

  /** What there is of a log is in the tables when it resolves. */
  const settled = async (document: string) => {
    if (kept.has(document)) await moving(() => move([document]))
  }

  /** Moves the rows of so many documents that others need not wait. Gives why not, for each whose rows stay. */
  const moveEach = async (documents: readonly string[]): Promise<readonly (readonly [string, unknown])[]> => {
    const failures: (readonly [string, unknown])[] = []
    const moveThese = async (some: readonly string[]) => {
      try {
        await moving(() => move(some))
      } catch (error) {
        const [first, ...more] = some
        // One document's damaged page fails them all: on their own, the others go through.
        if (more.length > 0) for (const document of some) await moveThese([document])
        else if (first !== undefined) failures.push([first, error])
      }
    }
    for (let from = 0; from < documents.length; from += movedAtOnce) {
      await moveThese(documents.slice(from, from + movedAtOnce))
    }
    return failures
  }

  /**
   * Puts everything into the tables and clears the file that it was in; what they do not take goes over to the other file. Rejects,
   * and clears nothing, if they take nothing at all.
   */
  const empty = async () => {
    cancelMove?.()
    cancelMove = null
    const documents = await appending(async () => {
      if (files !== null) {
        const { active } = files
        await inJournal(() => active.settle())
        files = { active: files.other, other: files.active }
      }
      return [...kept.keys()]
    })
    const failures = await moveEach(documents)
    const [first] = failures
    if (first !== undefined) {
      const [document, error] = first
      if (failures.length === documents.length) throw error
      logger?.error(
        { err: error, document, documents: failures.length },
        'The tables do not take the rows of a document',
      )
    }
    failpoint('journal.moved')
    await appending(async () => {
      if (files === null) return
      const { active, other } = files
      const left = failures.flatMap(([document]) => runOf(document) ?? [])
      if (left.length > 0) await inJournal(() => active.append(encodeRecord(left)))
      await inJournal(() => other.erase())
    })
    failpoint('journal.cleared')
  }

  const runOf = (document: string): Run | null => {
    const own = kept.get(document)
    const first = own?.rows[0]?.seq
    return own === undefined || first === undefined ? null : { document, first, ...own }
  }

  /** One at a time: who asks meanwhile waits for the one under way. */
  const emptied = () =>
    (emptying ??= empty().finally(() => {
      emptying = null
    }))

  /** For when nobody waits. Whoever appends to such a document next, or reads it, meets the failure. */
  const emptyBehind = async () => {
    await emptying?.catch(() => {})
    try {
      await emptied()
    } catch (error) {
      logger?.error({ err: error }, 'New rows are kept in the journal, as the tables do not take them')
    }
  }

  // --- Appending ---------------------------------------------------------------------------------------------------------------

  /** The rows with their places in the logs, or null where only the tables can tell whether they are taken. */
  const placed = (entries: readonly AppendEntry[]): Run[] | null => {
    const runs: Run[] = []
    for (const { document, epoch, rows, clients } of entries) {
      const end = ends.get(document)
      if (end?.epoch !== epoch || clients.length > 0 || rows.length === 0 || !rows.every(isPlain)) return null
      runs.push({ document, epoch, first: end.head + 1, rows })
    }
    return runs
  }

  const appendToTables = async (entries: readonly AppendEntry[]): Promise<readonly AppendResult[]> => {
    const documents = entries.map(({ document }) => document)
    // Not known any more should it fail.
    for (const document of documents) ends.delete(document)
    await move(documents)
    const results = await store.log.append(entries)
    for (const [index, { document, epoch }] of entries.entries()) {
      const result = results[index]
      if (result !== undefined && 'lastSeq' in result) ends.set(document, { epoch, head: result.lastSeq })
    }
    return results
  }

  const appendToJournal = async (runs: readonly Run[]): Promise<readonly AppendResult[]> => {
    if (ended) throw new StorageError('The store is closed')
    files ??= (await openFiles(paths)).files
    const { active } = files
    await inJournal(() => active.append(encodeRecord(runs)))
    failpoint('journal.written')
    if (active.length > moveAtLength) {
      wasFilled = true
      void emptyBehind()
    } else if (cancelMove === null) {
      const timer = setTimeout(() => void emptyBehind(), wasFilled ? moveRestAfterMs : moveAfterMs).unref()
      cancelMove = () => clearTimeout(timer)
      wasFilled = false
    }
    return runs.map((run) => {
      const { document, epoch, first, rows } = run
      const head = first + rows.length - 1
      keep(document, epoch, rowsOf(run))
      ends.set(document, { epoch, head })
      return { lastSeq: head }
    })
  }

  const keep = (document: string, epoch: number, rows: readonly HistoryRow[]) => {
    const own = kept.get(document)
    if (own === undefined) kept.set(document, { epoch, rows: [...rows] })
    else for (const row of rows) own.rows.push(row)
  }

  const append = async (entries: readonly AppendEntry[]): Promise<readonly AppendResult[]> => {
    if (closed !== null) throw new StorageError('The store is closed')
    if (entries.length === 0) return []
    if (files !== null && files.active.length > mostLength) await emptyBehind()
    return await appending(async () => {
      const runs = placed(entries)
      return runs === null ? await moving(() => appendToTables(entries)) : await appendToJournal(runs)
    })
  }

  // --- The store ---------------------------------------------------------------------------------------------------------------

  /** Takes up what the process before had not put into the tables. What these do not take now stays here. */
  const recover = async () => {
    const opened = await openFiles(paths)
    files = opened.files
    const unclaimed: Run[] = []
    for (const [document, runs] of opened.runs) {
      const record = await store.documents.get(document)
      // A reset gives a later epoch: what is older was deleted by it.
      const ahead = runs.filter(({ epoch }) => record === null || epoch > record.epoch)
      if (ahead.length > 0) {
        logger?.error(
          { document, file: unclaimedPath },
          'The store lacks a document whose rows are in the journal: they are kept',
        )
        unclaimed.push(...ahead)
      }
      if (record === null) continue
      const rows = runs.filter(({ epoch }) => epoch === record.epoch).flatMap(rowsOf)
      if (rows.length === 0) continue
      keep(document, record.epoch, distinct(rows))
      doubtful.add(document)
    }
    // The files are cleared when the others' rows are in the tables.
    if (unclaimed.length > 0) await keepApart(unclaimed)
    await emptyBehind()
  }

  const keepApart = async (runs: readonly Run[]) =>
    await inJournal(async () => {
      const { file } = await openJournalFile(unclaimedPath)
      try {
        await file.append(encodeRecord(runs))
      } finally {
        await file.close()
      }
    })

  /** Rows of documents that were deleted on purpose would look like those of documents that are lost. */
  const forget = async () => {
    if (files === null) return
    const { active, other } = files
    try {
      await inJournal(() => Promise.all([active.erase(), other.erase()]))
    } catch (error) {
      logger?.error({ err: error }, 'The journal could not be cleared after a reset')
    }
  }

  const close = async () => {
    // After what was begun.
    await appending(async () => {})
    await emptyBehind()
    cancelMove?.()
    try {
      await appending(async () => {
        ended = true
        if (files === null) return
        const { active, other } = files
        await inJournal(async () => {
          await Promise.all([active.close(), other.close()])
          if (kept.size === 0) await Promise.all(paths.map((one) => rm(one)))
        })
      })
    } finally {
      // A store that is left open cannot be opened again.
      await store.close()
    }
  }

  const latest = (document: string): Latest | null => {
    const own = kept.get(document)
    const last = own?.rows.at(-1)
    if (own === undefined || last === undefined) return null
    return { epoch: own.epoch, head: last.seq, changedAt: last.at, changedBy: last.user }
  }

  if (paths.some((one) => existsSync(one))) await recover()

  return {
    ...store,
    log: {
      ...store.log,
      append,
      async load(document) {
        await settled(document)
        return await store.log.load(document)
      },
      async history(document, range) {
        await settled(document)
        return await store.log.history(document, range)
      },
      async putCheckpoint(document, ...state) {
        await settled(document)
        await store.log.putCheckpoint(document, ...state)
      },
    },
    documents: {
      ...store.documents,
      async get(id) {
        const since = latest(id)
        const record = await store.documents.get(id)
        return record === null ? null : upTo(since, record)
      },
      async list() {
        const since = new Map([...kept.keys()].map((id) => [id, latest(id)]))
        const records = await store.documents.list()
        return records.map((record) => upTo(since.get(record.id) ?? null, record))
      },
    },
    async ping() {
      await store.ping()
      if (emptying !== null || doubtful.size > 0) await emptied()
    },
    reset: () =>
      appending(() =>
        moving(async () => {
          await store.reset()
          kept.clear()
          ends.clear()
          doubtful.clear()
          await forget()
        }),
      ),
    close: () => (closed ??= close()),
  }
}

type Latest = Pick<DocumentRecord, 'epoch' | 'head' | 'changedAt' | 'changedBy'>

/** A record with what the journal knew before it was read; the rows may be in it by now. */
const upTo = (since: Latest | null, record: DocumentRecord): DocumentRecord =>
  since !== null && since.epoch === record.epoch && since.head > record.head ? { ...record, ...since } : record

const rowsOf = ({ first, rows }: Run): HistoryRow[] =>
  rows.map(({ user, at, bytes }, index) => ({ seq: first + index, user, at, bytes }))

/** In the order of their places; rows that went over to the other file are in both. */
function distinct(rows: readonly HistoryRow[]): HistoryRow[] {
  const sorted = rows.toSorted((a, b) => a.seq - b.seq)
  return sorted.filter(({ seq }, index) => seq !== sorted[index + 1]?.seq)
}

async function openFiles(
  paths: readonly [string, string],
): Promise<{ files: Files; runs: ReadonlyMap<string, readonly Run[]> }> {
  return await inJournal(async () => {
    const active = await openJournalFile(paths[0])
    const other = await openJournalFile(paths[1]).catch(async (error: unknown) => {
      await active.file.close()
      throw error
    })
    const runs = new Map<string, Run[]>()
    for (const run of [...other.records, ...active.records].flatMap(decodeRecord)) {
      const known = runs.get(run.document)
      if (known === undefined) runs.set(run.document, [run])
      else known.push(run)
    }
    return { files: { active: active.file, other: other.file }, runs }
  })
}

async function inJournal<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const why = error instanceof Error ? error.message : 'for an unknown reason'
    throw new StorageError(`The journal failed: ${why}`, { cause: error })
  }
}

/** Runs what it is given one after the other, in the order in which it was asked to. */
function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const result = last.then(work, work)
    last = result
    return result
  }
}
