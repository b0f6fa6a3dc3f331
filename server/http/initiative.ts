/** The initiative and its groups at a glance, each number counted only over what the reader may see. */
import type { Logger } from 'pino'
import { getGroup, getInitiative, type Change, type GroupOverview } from '#shared/api/initiative.ts'
import type { Actor } from '#shared/domain/actors.ts'
import { groupKeys, groups, initiative, linkedGroups, type Group } from '#shared/domain/groups.ts'
import { can } from '#shared/domain/permissions.ts'
import type { DocumentRecord, Storage } from '../storage/storage.ts'
import type { Clock, Rooms } from '../sync/types.ts'
import { visibleThreads, type ThreadService } from '../threads/service.ts'
import { joinRuns, type Activity } from './activity.ts'
import type { App } from './context.ts'
import { knows, type Reads, type Summaries } from './documents.ts'
import { serveEndpoint } from './endpoints.ts'
import type { Events } from './events.ts'
import type { Overviews } from './overviews.ts'
import { personOf, type People } from './people.ts'
import { unlessUnreadable } from './unreadable.ts'

const maxChanges = 50

type Options = {
  logger: Logger
  storage: Storage
  rooms: Rooms
  clock: Clock
  people: People
  activity: Activity
  overviews: Overviews
  threads: ThreadService
  summaries: Summaries
  events: Events
}

export function serveInitiative(app: App, options: Options): void {
  const { logger, storage, rooms, clock, people, activity, overviews, threads, summaries, events } = options
  const today = () => new Date(clock.now()).toISOString().slice(0, 10)

  async function overview(actor: Actor, group: Group, documents: readonly DocumentRecord[]): Promise<GroupOverview> {
    const own = documents.filter((document) => document.group === group && can(actor, 'document.read', document))
    const targets = own.filter(({ kind }) => kind === 'outcome-targets')
    const plans = own.filter(({ kind }) => kind === 'action-plan')
    const members = people.all().filter((member) => member.group === group)
    const unreadable: GroupOverview['unreadable'] = []
    // One damaged document must not take the page from everyone: what it would count in is said to be unknown.
    const count = async <T>(what: (typeof unreadable)[number], counting: Promise<T>): Promise<T | null> => {
      const counted = await unlessUnreadable(logger, { group, what }, counting, null)
      if (counted === null) unreadable.push(what)
      return counted
    }
    return {
      id: group,
      name: groups[group].name,
      purpose: groups[group].purpose,
      links: [...linkedGroups(group)],
      seats: members.filter(({ role }) => role === 'cochair').map(personOf),
      online: online(own, members),
      targets: targets.length === 0 ? null : await count('targets', overviews.targets(targets)),
      lateActions: plans.length === 0 ? null : await count('lateActions', overviews.lateActions(plans, today())),
      unreadable,
    }
  }

  /** The group's members who are here, and whoever has one of its documents open that the reader may open too. */
  function online(documents: readonly DocumentRecord[], members: readonly Actor[]) {
    const here = new Set([...events.online(), ...rooms.present().map((visit) => visit.actor)].map(({ id }) => id))
    const visitors = rooms.present().filter(({ document }) => documents.some(({ id }) => id === document))
    const found = [...members.filter(({ id }) => here.has(id)), ...visitors.map((visit) => visit.actor)]
    return [...new Map(found.map((actor) => [actor.id, personOf(actor)])).values()]
  }

  async function changesOf(actor: Actor, document: DocumentRecord, reads: Reads): Promise<Change[]> {
    const since = reads.documents.get(document.id) ?? document.createdAt
    const { id, title, group, kind } = document
    const changes: Change[] = []
    const add = (type: Change['type'], happened: readonly { by: string | null; at: number }[], count: number) => {
      const newest = Math.max(...happened.map(({ at }) => at))
      if (happened.length === 0) return
      const by = [...new Set(happened.flatMap((one) => (one.by === null ? [] : [one.by])))].map((user) =>
        people.person(user),
      )
      changes.push({ document: id, title, group, kind, type, by, at: new Date(newest).toISOString(), count })
    }
    if (can(actor, 'document.read', document)) {
      const written = (await activity.since(document, since)).filter(({ user }) => user !== actor.id)
      const edits = written.map(({ user, at }) => ({ by: user, at }))
      add('edited', edits, joinRuns(written).length)
      const comments = visibleThreads(actor, document, await threads.of(id))
        .flatMap((thread) => thread.comments)
        .filter(({ author, createdAt }) => author !== actor.id && createdAt > since)
        .map(({ author, createdAt }) => ({ by: author, at: createdAt }))
      add('commented', comments, comments.length)
    }
    if (can(actor, 'snapshot.read', document)) {
      const taken = (await storage.snapshots.list(id)).filter(({ by, at }) => by !== actor.id && at > since)
      add('snapshot', taken, taken.length)
    }
    return changes
  }

  serveEndpoint(app, getInitiative, async ({ signedIn: { actor } }) => {
    const [documents, reads] = await Promise.all([storage.documents.list(), summaries.reads(actor)])
    const known = documents.filter((document) => knows(actor, document))
    const changes = await Promise.all(known.map((document) => changesOf(actor, document, reads)))
    const { name, purpose, starts, ends, meetings } = initiative
    return {
      name,
      purpose,
      starts,
      ends,
      today: today(),
      meetings: [...meetings],
      groups: await Promise.all(groupKeys.map((group) => overview(actor, group, documents))),
      changes: changes
        .flat()
        .toSorted((a, b) => b.at.localeCompare(a.at))
        .slice(0, maxChanges),
    }
  })

  serveEndpoint(app, getGroup, async ({ signedIn: { actor }, params: { group } }) => {
    const [documents, reads] = await Promise.all([storage.documents.list(), summaries.reads(actor)])
    const own = documents.filter((document) => document.group === group && knows(actor, document))
    return {
      ...(await overview(actor, group, documents)),
      documents: await Promise.all(own.map((document) => summaries.of(actor, document, reads))),
      people: people
        .all()
        .filter((member) => member.group === group)
        .map(personOf),
    }
  })
}
