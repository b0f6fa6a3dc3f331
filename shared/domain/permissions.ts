/**
 * What each role may do: one pure function that both sides ask. The client uses it to hide what cannot be done; only the
 * server's answer counts. Anything not allowed here is denied.
 */
import { roleKeys, type Seated } from './actors.ts'
import type { DocumentKind } from './documents.ts'
import { initiative, type Group, type Party } from './initiative.ts'
import type { LocalizedText } from './languages.ts'
import type { Phase } from './phases.ts'

type AudienceEntry = { name: LocalizedText }

/** Who reads a thread: all delegations, one delegation alone, or all delegations and the group's advisory panel. */
export const audiences = {
  joint: { name: { en: 'Joint', ja: '全代表団' } },
  delegation: { name: { en: 'My delegation only', ja: '自代表団のみ' } },
  panel: { name: { en: 'Panel', ja: '諮問パネル' } },
} as const satisfies Record<string, AudienceEntry>

export type Audience = keyof typeof audiences

/** The people who read a thread, and all others of the same audience in a document. Only a delegation's own names a party. */
export type Circle =
  | { audience: Exclude<Audience, 'delegation'>; party: null }
  | { audience: 'delegation'; party: Party }

/** Of something that is told to a circle, that circle alone. */
export const circleOf = (told: Circle): Circle =>
  told.audience === 'delegation'
    ? { audience: told.audience, party: told.party }
    : { audience: told.audience, party: null }

/** To whom someone speaks with that audience; null for whoever has no delegation that could read it. */
export function circleFor({ party }: { party: Party | null }, audience: Audience): Circle | null {
  if (audience !== 'delegation') return { audience, party: null }
  return party === null ? null : { audience, party }
}

/** `archived`: put away by the group; it is read as before, and nobody changes anything in it. */
export type DocumentSubject = {
  group: Group
  kind: DocumentKind
  /** Who participates: their delegations write it and consent to it. Delegations of other parties in its group read it. */
  parties: readonly Party[]
  /** Whose private draft it is: for everybody else it does not exist. Null: it is joint. */
  delegation: Party | null
  panelOpen: boolean
  phase: Phase
  archived: boolean
}

export type ThreadSubject = Circle & { document: DocumentSubject; author: string | null }

type Subjects = {
  /** Its definition: parties, agencies, groups, meetings. */
  'initiative.change': null
  'document.create': { group: Group }
  'document.read': DocumentSubject
  'document.edit': DocumentSubject
  /** Consent for one's party to what all parties do together: another phase, a place settled. */
  'document.consent': DocumentSubject
  'document.openToPanel': DocumentSubject
  'document.rename': DocumentSubject
  /** Put away, or bring back. */
  'document.archive': DocumentSubject
  'document.delete': DocumentSubject
  'thread.read': ThreadSubject
  /** Start a thread for that audience, or answer in it. */
  'thread.comment': ThreadSubject
  'thread.resolve': ThreadSubject
  /** Record what the group did with a panel comment. */
  'thread.dispose': ThreadSubject
  /** Put a proposed wording into the text. */
  'thread.apply': ThreadSubject
  /** Show words of one delegation's thread to both, as a new thread. */
  'thread.publish': ThreadSubject
  'comment.edit': { thread: ThreadSubject; author: string }
  'snapshot.read': DocumentSubject
  'snapshot.take': DocumentSubject
  'snapshot.restore': DocumentSubject
  'history.read': DocumentSubject
  /** How the targets and actions of a document stand, as numbers: nothing of its words. */
  'progress.read': DocumentSubject
  /**
   * How a text was at a moment (milliseconds since 1970), in an agreed version or not. `panelSince`: when it was last opened to the
   * panel, or null.
   */
  'past.read': { document: DocumentSubject & { panelSince: number | null }; at: number; agreed: boolean }
  /** See who holds which seat of the initiative, give seats and end them. */
  'seats.manage': null
}

export type Action = keyof Subjects

const inDelegation = (actor: Seated, group: Group) =>
  (actor.role === 'cochair' || actor.role === 'drafter') && actor.group === group

const participates = ({ party }: Seated, { parties }: DocumentSubject) => party !== null && parties.includes(party)

/** In a delegation of a party that participates. */
const negotiates = (actor: Seated, document: DocumentSubject) =>
  inDelegation(actor, document.group) && participates(actor, document)

const chairs = (actor: Seated, document: DocumentSubject) => actor.role === 'cochair' && negotiates(actor, document)

const isJoint = ({ delegation }: DocumentSubject) => delegation === null

const isForPrincipal = (actor: Seated, document: DocumentSubject) => actor.role === 'principal' && isJoint(document)

/** Whether anything in its text may be changed. */
const isOpen = ({ phase, archived }: DocumentSubject) => phase !== 'agreed' && !archived

/** Whether `actor` may do `action` to `subject`. */
export function can<A extends Action>(actor: Seated, action: A, subject: Subjects[A]): boolean {
  const rule: (actor: Seated, subject: Subjects[A]) => boolean = rules[action]
  return rule(actor, subject)
}

const rules: { [A in Action]: (actor: Seated, subject: Subjects[A]) => boolean } = {
  'initiative.change': (actor) => actor.role === 'secretariat',
  'document.create': (actor, { group }) => inDelegation(actor, group),
  'document.read': readsDrafts,
  'document.edit': (actor, document) => negotiates(actor, document) && isOpen(document),
  'document.consent': (actor, document) => isJoint(document) && chairs(actor, document) && !document.archived,
  'document.openToPanel': (actor, document) => isJoint(document) && chairs(actor, document) && !document.archived,
  'document.rename': (actor, document) => negotiates(actor, document) && isOpen(document),
  'document.archive': (actor, document) =>
    chairs(actor, document) || (isJoint(document) && actor.role === 'secretariat'),
  'document.delete': (actor, document) => chairs(actor, document),
  'thread.read': readsThread,
  'thread.comment': speaksInThread,
  'thread.resolve': (actor, thread) =>
    speaksInThread(actor, thread) && (thread.author === actor.id || inDelegation(actor, thread.document.group)),
  'thread.dispose': (actor, thread) =>
    thread.audience === 'panel' && chairs(actor, thread.document) && !thread.document.archived,
  'thread.apply': (actor, thread) =>
    readsThread(actor, thread) && negotiates(actor, thread.document) && isOpen(thread.document),
  'thread.publish': (actor, thread) =>
    thread.audience === 'delegation' &&
    speaksInThread(actor, thread) &&
    speaksInThread(actor, { document: thread.document, author: thread.author, audience: 'joint', party: null }),
  'comment.edit': (actor, { thread, author }) => author === actor.id && speaksInThread(actor, thread),
  // Whoever knows that there are versions. Principals see no drafts: of these they read the agreed ones.
  'snapshot.read': (actor, document) => isForPrincipal(actor, document) || readsDrafts(actor, document),
  'snapshot.take': (actor, document) =>
    isJoint(document) ? actor.role === 'secretariat' : negotiates(actor, document) && isOpen(document),
  'snapshot.restore': (actor, document) => chairs(actor, document) && isOpen(document),
  // A history begins with the first word.
  'history.read': (actor, document) => readsDrafts(actor, document) && readsFrom(actor, null) === -Infinity,
  'progress.read': (actor, document) => isForPrincipal(actor, document) || readsDrafts(actor, document),
  'past.read': (actor, { document, at, agreed }) =>
    rules['snapshot.read'](actor, document) &&
    (agreed || readsDrafts(actor, document)) &&
    at >= readsFrom(actor, document.panelSince),
  'seats.manage': (actor) => actor.role === 'secretariat',
}

/**
 * Since when someone who reads a document may know how it was: the one rule for its history, its snapshots and their notes, for
 * comparisons and for files. The panel is shown a text from the moment on that it is opened to them, not what was written before.
 */
const readsFrom = (actor: Seated, panelSince: number | null): number =>
  actor.role === 'panelist' ? (panelSince ?? Infinity) : -Infinity

function readsDrafts(actor: Seated, document: DocumentSubject): boolean {
  if (document.delegation !== null) {
    return inDelegation(actor, document.group) && actor.party === document.delegation
  }
  switch (actor.role) {
    case 'cochair':
      return actor.group === document.group || initiative().areLinked(actor.group, document.group)
    case 'drafter':
      return actor.group === document.group
    case 'panelist':
      return actor.group === document.group && document.panelOpen
    case 'secretariat':
    case 'committee':
      return true
    case 'principal':
      return false
  }
}

function readsThread(actor: Seated, { document, audience, party }: ThreadSubject): boolean {
  if (!readsDrafts(actor, document)) return false
  switch (audience) {
    case 'joint':
      return actor.role !== 'panelist'
    case 'delegation':
      return inDelegation(actor, document.group) && actor.party === party
    case 'panel':
      return (
        inDelegation(actor, document.group) ||
        (actor.role === 'panelist' && actor.group === document.group) ||
        actor.role === 'secretariat'
      )
  }
}

/** Whoever sits for a party that does not participate listens only, but for what their own delegation says among itself. */
function speaksInThread(actor: Seated, thread: ThreadSubject): boolean {
  const { audience, document } = thread
  const mayJoin =
    audience === 'delegation' || (isJoint(document) && (actor.party === null || participates(actor, document)))
  return readsThread(actor, thread) && !document.archived && mayJoin
}

/** From the most to the least. */
export const accesses = ['write', 'comment', 'read'] as const
export type Access = (typeof accesses)[number]

/** What `actor` may do in a document's text, or null if they may not open it. */
export function accessTo(actor: Seated, document: DocumentSubject): Access | null {
  if (!can(actor, 'document.read', document)) return null
  if (can(actor, 'document.edit', document)) return 'write'
  return audiencesFor(actor, document).length > 0 ? 'comment' : 'read'
}

/**
 * In which of their seats someone acts in a document: the one that may do the most there; of those that may do alike, one in the
 * document's own group, then the first role in the order of `roles`. `seats`: at least one.
 */
export function actorIn<A extends Seated>(seats: readonly [A, ...A[]], document: DocumentSubject): A {
  const [first, ...others] = seats
  return others.reduce((best, each) => (isBefore(each, best, document) ? each : best), first)
}

function isBefore(one: Seated, other: Seated, document: DocumentSubject): boolean {
  const places = [one, other].map((actor) => [
    reachOf(actor, document),
    actor.group === document.group ? 0 : 1,
    roleKeys.indexOf(actor.role),
  ])
  const [a = [], b = []] = places
  const at = a.findIndex((place, index) => place !== b[index])
  return at >= 0 && (a[at] ?? 0) < (b[at] ?? 0)
}

/** How far down the list of what one may do in a document someone stands; 0 is the most. */
function reachOf(actor: Seated, document: DocumentSubject): number {
  const access = accessTo(actor, document)
  if (access !== null) return accesses.indexOf(access)
  return can(actor, 'snapshot.read', document) ? accesses.length : accesses.length + 1
}

/** In which of their seats someone acts in a group as a whole, as in a document of the most open kind. */
export const actorInGroup = <A extends Seated>(seats: readonly [A, ...A[]], group: Group): A =>
  actorIn(seats, anyDocument(group))

/** What is judged in a group before there is a document: one of the most open kind, in which all parties participate. */
export const anyDocument = (group: Group): DocumentSubject => ({
  group,
  kind: 'note',
  parties: initiative().parties,
  delegation: null,
  panelOpen: true,
  phase: 'drafting',
  archived: false,
})

/** The audiences to which `actor` may speak in a document. */
export function audiencesFor(actor: Seated, document: DocumentSubject): readonly Audience[] {
  const all: readonly Audience[] = ['joint', 'delegation', 'panel']
  return all.filter((audience) => {
    const circle = circleFor(actor, audience)
    return circle !== null && can(actor, 'thread.comment', { ...circle, document, author: actor.id })
  })
}
