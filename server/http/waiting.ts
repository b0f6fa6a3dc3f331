/** What waits for someone, by what their role is for: the first thing that they are shown. */
import type { Logger } from 'pino'
import type { Waiting } from '#shared/api/initiative.ts'
import type { Actor } from '#shared/domain/actors.ts'
import type { Days } from '#shared/domain/days.ts'
import { localizedBy, type LocalizedText } from '#shared/domain/languages.ts'
import { actorIn, can } from '#shared/domain/permissions.ts'
import { isLate, type ClauseRow } from '#shared/editor/clauses.ts'
import { excerpt } from '../history/changes.ts'
import type { DocumentRecord, Storage, ThreadRecord } from '../storage/storage.ts'
import { threadSubject, type ThreadService } from '../threads/service.ts'
import type { Activity } from '../projections/activity.ts'
import type { Seats } from './context.ts'
import type { Reads } from './documents.ts'
import { instant } from './instant.ts'
import type { Overviews } from '../projections/overviews.ts'
import type { People } from './people.ts'
import { unlessUnreadable } from '../storage/unreadable.ts'

/** A draft of which a snapshot was taken within so long needs no other one yet. */
const recentMs = 7 * 24 * 60 * 60 * 1000
const mostWords = 160
const most = 60

type Options = {
  storage: Storage
  threads: ThreadService
  overviews: Overviews
  activity: Activity
  people: People
  logger: Logger
}
type Found = Partial<Omit<Waiting, 'type'>> & Pick<Waiting, 'type'> & { readonly order: string }

type WaitingList = (
  seats: Seats,
  documents: readonly DocumentRecord[],
  moment: { readonly reads: Reads; readonly days: Days; readonly now: number },
) => Promise<Waiting[]>

export function createWaiting({ storage, threads, overviews, activity, people, logger }: Options): WaitingList {
  /** Agreed versions that a principal has not had open. */
  async function agreed(actor: Actor, document: DocumentRecord, reads: Reads): Promise<Found[]> {
    const seen = reads.documents.get(document.id) ?? 0
    const taken = await storage.snapshots.list(document.id)
    return taken
      .filter((each) => each.at > seen && can(actor, 'past.read', { ...each, document }))
      .map(({ label, at }) => ({
        type: 'agreedVersion',
        words: bothWays(label),
        since: instant(at),
        order: `0 ${instant(at)}`,
      }))
  }

  /** What is blocked, then what is late, the longest first. */
  async function troubles(document: DocumentRecord, days: Days): Promise<Found[]> {
    if (document.kind !== 'outcome-targets' && document.kind !== 'action-plan') return []
    const rows = await unlessUnreadable(logger, { document: document.id }, overviews.rows(document), [])
    return rows.flatMap((row): Found[] => {
      const clause = { id: row.id, label: row.label, title: row.title }
      const due = row.fields.due ?? null
      if (row.fields.status === 'blocked') {
        return [{ type: 'blocked', clause, due, words: reasonOf(row), order: `0 ${due ?? '9'}` }]
      }
      return isLate(row, days) ? [{ type: 'late', clause, due, words: reasonOf(row), order: `1 ${due ?? '9'}` }] : []
    })
  }

  const aboutThread = ({ id, comments }: ThreadRecord): Pick<Found, 'thread' | 'words' | 'since' | 'order'> => {
    const last = comments.at(-1)
    const since = instant(last?.createdAt ?? 0)
    return { thread: id, words: bothWays(excerpt((last?.body ?? '').trim(), mostWords)), since, order: `0 ${since}` }
  }

  const isOpen = ({ audience, resolved, disposition }: ThreadRecord) =>
    audience === 'panel' && resolved === null && disposition === null
  const fromPanel = (author: string | undefined) => author !== undefined && people.actor(author)?.role === 'panelist'

  /** What was said to the panel last and not answered by it, and drafts that a panelist has not read as they stand. */
  async function forPanel(actor: Actor, document: DocumentRecord, reads: Reads): Promise<Found[]> {
    const asked = (await threads.of(actor, document)).filter(
      (thread) => isOpen(thread) && !fromPanel(thread.comments.at(-1)?.author),
    )
    const seen = Math.max(reads.documents.get(document.id) ?? 0, document.panelSince ?? 0)
    const unread = !reads.documents.has(document.id) || (await activity.since(document, seen)).length > 0
    return [
      ...asked.map((thread): Found => ({ type: 'answer', ...aboutThread(thread) })),
      ...(unread ? [{ type: 'unread' as const, since: instant(document.changedAt), order: `1 ${document.id}` }] : []),
    ]
  }

  /** What the panel said and the group has not answered for the record. */
  async function forChairs(actor: Actor, document: DocumentRecord): Promise<Found[]> {
    const open = (await threads.of(actor, document)).filter(
      (thread) =>
        isOpen(thread) && fromPanel(thread.author) && can(actor, 'thread.dispose', threadSubject(document, thread)),
    )
    return open.map((thread): Found => ({ type: 'disposition', ...aboutThread(thread) }))
  }

  /** Texts that were written in since their last snapshot, or never had one. */
  async function forSecretariat(document: DocumentRecord, now: number): Promise<Found[]> {
    const [last] = await storage.snapshots.list(document.id)
    const written = document.head > (last?.seq ?? (document.createdBy === null ? 0 : 1))
    if (!written || (last !== undefined && now - last.at < recentMs)) return []
    return [{ type: 'snapshot', since: last ? instant(last.at) : null, order: last ? instant(last.at) : '' }]
  }

  return async (seats, documents, { reads, days, now }) => {
    const of = async (document: DocumentRecord): Promise<Found[]> => {
      const actor = actorIn(seats, document)
      if (actor.role === 'principal') return await agreed(actor, document, reads)
      if (!can(actor, 'document.read', document)) return []
      switch (actor.role) {
        case 'committee':
          return await troubles(document, days)
        case 'panelist':
          return await forPanel(actor, document, reads)
        case 'secretariat':
          return await forSecretariat(document, now)
        case 'cochair':
          return document.group === actor.group ? await forChairs(actor, document) : []
        case 'drafter':
          return []
      }
    }
    const found = await Promise.all(
      documents.map(async (document) => (await of(document)).map((each) => ({ document, each }))),
    )
    return found
      .flat()
      .toSorted((a, b) => a.each.order.localeCompare(b.each.order))
      .slice(0, most)
      .map(({ document: { id, title, group, kind }, each: { order: _order, ...each } }) => ({
        clause: null,
        thread: null,
        words: null,
        due: null,
        since: null,
        ...each,
        document: id,
        title,
        group,
        kind,
      }))
  }
}

/** Words that are written once, whatever the reader's language. */
const bothWays = (words: string): LocalizedText => localizedBy(() => words)

function reasonOf({ fields: { statusReasonEn = '', statusReasonJa = '' } }: ClauseRow): LocalizedText | null {
  return statusReasonEn + statusReasonJa === '' ? null : { en: statusReasonEn, ja: statusReasonJa }
}
