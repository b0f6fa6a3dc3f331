/** The initiative and its groups at a glance, each number counted only over what the reader may see. */
import type { Logger } from 'pino'
import type { z } from 'zod'
import type { Definition, DefinitionParts } from '#shared/domain/definition.ts'
import {
  changeInitiative,
  getDefinition,
  getGroup,
  getInitiative,
  type Change,
  type GroupOverview,
} from '#shared/api/initiative.ts'
import type { Actor } from '#shared/domain/actors.ts'
import { daysAt } from '#shared/domain/days.ts'
import { ownerAttribute } from '#shared/domain/documents.ts'
import { initiative, installInitiative, type Group } from '#shared/domain/initiative.ts'
import { actorIn, can } from '#shared/domain/permissions.ts'
import { readClauses } from '#shared/editor/clauses.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { changedDefinition, detailOf, hindrances, toBeUnused } from '../initiative/change.ts'
import { seatPersonas } from '../demo/index.ts'
import { tryCommit } from '../storage/commit.ts'
import type { DocumentRecord, Storage } from '../storage/storage.ts'
import type { Clock, Rooms } from '../sync/types.ts'
import type { ThreadService } from '../threads/service.ts'
import { joinRuns, type Activity } from '../projections/activity.ts'
import type { App, Seats } from './context.ts'
import { knows, type Reads, type Summaries } from './documents.ts'
import { serveEndpoint } from './endpoints.ts'
import type { Events } from './events.ts'
import { instant } from './instant.ts'
import { sumOf, type OpenIn } from '../negotiation/open.ts'
import type { Overviews } from '../projections/overviews.ts'
import type { Settlements } from '../projections/settlements.ts'
import { personOf, type People } from './people.ts'
import { forbidden, HttpProblem, notSignedIn } from './problems.ts'
import { unlessUnreadable } from '../storage/unreadable.ts'
import { createWaiting } from './waiting.ts'

const maxChanges = 50

/** The parts that are given. */
const defined = (parts: z.output<typeof DefinitionParts>): Partial<Definition> =>
  Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined))

type Options = {
  logger: Logger
  cluster: Cluster
  storage: Storage
  rooms: Rooms
  clock: Clock
  people: People
  activity: Activity
  overviews: Overviews
  openIn: OpenIn
  settlements: Settlements
  threads: ThreadService
  summaries: Summaries
  events: Events
  demo: boolean
}

export function serveInitiative(app: App, options: Options): void {
  const { logger, cluster, storage, rooms, clock, people, activity, overviews, threads, summaries, events, demo } =
    options
  const { openIn, settlements } = options
  const waiting = createWaiting(options)
  const today = () => instant(clock.now()).slice(0, 10)

  async function overview(seats: Seats, group: Group, documents: readonly DocumentRecord[]): Promise<GroupOverview> {
    // A private draft says the same once more, or what is not said yet: it counts for nobody.
    const ofGroup = documents.filter(({ delegation, group: of }) => of === group && delegation === null)
    const own = ofGroup.filter((document) => can(actorIn(seats, document), 'document.read', document))
    const counted = ofGroup.filter((document) => can(actorIn(seats, document), 'progress.read', document))
    const targets = counted.filter(({ kind }) => kind === 'outcome-targets')
    const plans = counted.filter(({ kind }) => kind === 'action-plan')
    const members = people.all().filter((member) => member.group === group)
    const unreadable: GroupOverview['unreadable'] = []
    // One damaged document must not take the page from everyone: what it would count in is said to be unknown.
    const count = async <T>(what: (typeof unreadable)[number], counting: Promise<T>): Promise<T | null> => {
      const result = await unlessUnreadable(logger, { group, what }, counting, null)
      if (result === null) unreadable.push(what)
      return result
    }
    return {
      id: group,
      name: initiative().group(group).name,
      purpose: initiative().group(group).purpose,
      links: [...initiative().linkedGroups(group)],
      seats: members.filter(({ role }) => role === 'cochair').map(personOf),
      online: online(own, members),
      targets: targets.length === 0 ? null : await count('targets', overviews.targets(targets)),
      lateActions:
        plans.length === 0 ? null : await count('lateActions', overviews.lateActions(plans, daysAt(clock.now()))),
      open: own.length === 0 ? null : await count('open', openOver(seats, own)),
      unreadable,
    }
  }

  async function openOver(seats: Seats, documents: readonly DocumentRecord[]) {
    const [all, settled] = await Promise.all([
      Promise.all(documents.map((document) => openIn(document, actorIn(seats, document).party))),
      settlements.lately(documents),
    ])
    return { ...sumOf(all), settled }
  }

  /** Over all groups. Where that of one is unknown, so is the sum. */
  function openInAll(groups: readonly GroupOverview[]): GroupOverview['open'] {
    const known = groups.flatMap(({ open }) => open ?? [])
    if (known.length === 0 || groups.some(({ unreadable }) => unreadable.includes('open'))) return null
    return { ...sumOf(known), settled: known.reduce((sum, { settled }) => sum + settled, 0) }
  }

  /** The group's members who are here, and whoever has one of its documents open that the reader may open too. */
  function online(documents: readonly DocumentRecord[], members: readonly Actor[]) {
    const visits = rooms.present().filter(({ shown }) => shown)
    const here = new Set([...events.online(), ...visits.map((visit) => visit.actor)].map(({ id }) => id))
    const visitors = visits.filter(({ document }) => documents.some(({ id }) => id === document))
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
      changes.push({ document: id, title, group, kind, type, by, at: instant(newest), count })
    }
    if (can(actor, 'document.read', document)) {
      const written = (await activity.since(document, since)).filter(({ user }) => user !== actor.id)
      const edits = written.map(({ user, at }) => ({ by: user, at }))
      add('edited', edits, joinRuns(written).length)
      const comments = (await threads.of(actor, document))
        .flatMap((thread) => thread.comments)
        .filter(({ author, createdAt }) => author !== actor.id && createdAt > since)
        .map(({ author, createdAt }) => ({ by: author, at: createdAt }))
      add('commented', comments, comments.length)
      const restored = (await storage.snapshots.restores(id)).filter(({ by, at }) => by !== actor.id && at > since)
      add('restored', restored, restored.length)
    }
    if (can(actor, 'snapshot.read', document)) {
      const taken = (await storage.snapshots.list(id)).filter(
        (each) => each.by !== actor.id && each.at > since && can(actor, 'past.read', { ...each, document }),
      )
      add('snapshot', taken, taken.length)
    }
    return changes
  }

  serveEndpoint(app, getInitiative, async ({ signedIn: { user, seats } }) => {
    const [documents, reads] = await Promise.all([storage.documents.list(), summaries.reads(user.id)])
    const open = documents.filter(({ archived }) => !archived)
    const known = open.filter((document) => knows(seats, document))
    const changes = await Promise.all(known.map((document) => changesOf(actorIn(seats, document), document, reads)))
    const now = clock.now()
    const groups = await Promise.all(initiative().groups.map((group) => overview(seats, group, open)))
    const { name, purpose, starts, ends, languages, parties, agencies, bodies, meetings } = initiative().definition
    return {
      name,
      purpose,
      starts,
      ends,
      today: today(),
      languages,
      parties,
      agencies,
      bodies,
      meetings,
      groups,
      open: openInAll(groups),
      waiting: await waiting(seats, known, { reads, days: daysAt(now), now }),
      changes: changes
        .flat()
        .toSorted((a, b) => b.at.localeCompare(a.at))
        .slice(0, maxChanges),
    }
  })

  serveEndpoint(app, changeInitiative, async ({ signedIn: { seats }, body }) => {
    const actor = seats.find((seat) => can(seat, 'initiative.change', null))
    if (actor === undefined) throw forbidden('The secretariat keeps the initiative’s definition.')
    const stored = await storage.initiative.get()
    const before = stored?.definition ?? initiative().definition
    const changed = changedDefinition(before, defined(body))
    if ('problems' in changed)
      throw new HttpProblem(422, 'The definition does not fit together.', { errors: changed.problems })
    const { definition } = changed
    const at = clock.now()
    const [memberships, invitations, documents] = await Promise.all([
      storage.people.memberships(),
      storage.accounts.invitations(),
      storage.documents.list(),
    ])
    // What one delegation has for itself may not show in why something cannot be changed.
    const joint = documents.filter(({ delegation }) => delegation === null)
    const invited = invitations.filter(({ expiresAt }) => expiresAt > at)
    const members = memberships.map((membership) => membership.actor)
    const owners = new Set(body.agencies === undefined ? [] : (await Promise.all(joint.map(ownersIn))).flat())
    const errors = hindrances(before, definition, { members, invited, documents: joint, owners })
    const [hindrance] = errors
    if (hindrance !== undefined) {
      throw new HttpProblem(409, `What is in use stays: ${hindrance.message}`, { errors })
    }
    const result = await tryCommit(storage, {
      writes: [
        {
          type: 'putInitiative',
          initiative: { revision: (stored?.revision ?? 0) + 1, definition },
          unused: toBeUnused(before, definition, at),
        },
      ],
      audit: [
        {
          at,
          actor: actor.id,
          action: 'initiative.change',
          subject: 'initiative',
          detail: detailOf(before, definition, defined(body)),
        },
      ],
    })
    if ('rejected' in result)
      throw new HttpProblem(409, 'Somebody changed the definition meanwhile, or wrote what needs it: look at it again.')
    installInitiative(definition)
    if (demo) await seatPersonas(storage, at)
    cluster.publish({ type: 'rightsChanged', user: null, document: null })
    cluster.publish({ type: 'initiativeChanged' })
    return definition
  })

  /** The agencies that the clauses of a document name as owners. */
  const ownersIn = async ({ id }: DocumentRecord): Promise<string[]> =>
    (await rooms.read(id, (doc) =>
      readClauses(doc.getXmlFragment(bodyName)).flatMap(({ fields }) =>
        initiative().parties.flatMap((party) => fields[ownerAttribute(party)] ?? []),
      ),
    )) ?? []

  serveEndpoint(app, getDefinition, async ({ signedIn }) => {
    if (!demo && signedIn === null) throw notSignedIn()
    return initiative().definition
  })

  serveEndpoint(app, getGroup, async ({ signedIn: { user, seats }, params: { group } }) => {
    const [documents, reads] = await Promise.all([storage.documents.list(), summaries.reads(user.id)])
    const open = documents.filter(({ archived }) => !archived)
    const own = open.filter((document) => document.group === group && knows(seats, document))
    return {
      ...(await overview(seats, group, open)),
      documents: await Promise.all(own.map((document) => summaries.of(actorIn(seats, document), document, reads))),
      people: people
        .all()
        .filter((member) => member.group === group)
        .map(personOf),
    }
  })
}
