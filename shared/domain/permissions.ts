/**
 * What each role may do: one pure function that both sides ask. The client uses it to hide what cannot be done; only the
 * server's answer counts. Anything not allowed here is denied.
 */
import type { Actor } from './actors.ts'
import type { DocumentKind } from './documents.ts'
import { areLinked, type Group } from './groups.ts'
import type { LocalizedText } from './languages.ts'
import type { Party } from './parties.ts'

type AudienceEntry = { name: LocalizedText }

/** Who reads a thread: both delegations, one delegation alone, or both delegations and the group's advisory panel. */
export const audiences = {
  joint: { name: { en: 'Joint', ja: '両代表団' } },
  delegation: { name: { en: 'My delegation only', ja: '自代表団のみ' } },
  panel: { name: { en: 'Panel', ja: '諮問パネル' } },
} as const satisfies Record<string, AudienceEntry>

export type Audience = keyof typeof audiences

export type DocumentSubject = { group: Group; kind: DocumentKind; panelOpen: boolean; frozen: boolean }

/** `party` is the delegation whose thread it is; null unless the audience is one delegation. */
export type ThreadSubject = {
  document: DocumentSubject
  audience: Audience
  party: Party | null
  author: string | null
}

type Subjects = {
  'document.create': { group: Group }
  'document.read': DocumentSubject
  'document.edit': DocumentSubject
  'document.openToPanel': DocumentSubject
  'thread.read': ThreadSubject
  /** Start a thread for that audience, or answer in it. */
  'thread.comment': ThreadSubject
  'thread.resolve': ThreadSubject
  /** Record what the group did with a panel comment. */
  'thread.dispose': ThreadSubject
  /** Put a proposed wording into the text. */
  'thread.apply': ThreadSubject
  'comment.edit': { thread: ThreadSubject; author: string }
  'snapshot.read': DocumentSubject
  'snapshot.take': DocumentSubject
  'snapshot.restore': DocumentSubject
  'history.read': DocumentSubject
}

export type Action = keyof Subjects

const inDelegation = (actor: Actor, group: Group) =>
  (actor.role === 'cochair' || actor.role === 'drafter') && actor.group === group

/** Whether `actor` may do `action` to `subject`. */
export function can<A extends Action>(actor: Actor, action: A, subject: Subjects[A]): boolean {
  const rule: (actor: Actor, subject: Subjects[A]) => boolean = rules[action]
  return rule(actor, subject)
}

const rules: { [A in Action]: (actor: Actor, subject: Subjects[A]) => boolean } = {
  'document.create': (actor, { group }) => inDelegation(actor, group),
  'document.read': readsDrafts,
  'document.edit': (actor, document) => inDelegation(actor, document.group) && !document.frozen,
  'document.openToPanel': (actor, document) => actor.role === 'cochair' && actor.group === document.group,
  'thread.read': readsThread,
  'thread.comment': readsThread,
  'thread.resolve': (actor, thread) =>
    readsThread(actor, thread) && (thread.author === actor.id || inDelegation(actor, thread.document.group)),
  'thread.dispose': (actor, thread) =>
    thread.audience === 'panel' && actor.role === 'cochair' && actor.group === thread.document.group,
  'thread.apply': (actor, thread) =>
    readsThread(actor, thread) && inDelegation(actor, thread.document.group) && !thread.document.frozen,
  'comment.edit': (actor, { thread, author }) => author === actor.id && readsThread(actor, thread),
  // Principals see no drafts; what they read are the versions that were taken for the record.
  'snapshot.read': (actor, document) => actor.role === 'principal' || readsDrafts(actor, document),
  'snapshot.take': (actor) => actor.role === 'secretariat',
  'snapshot.restore': (actor, document) =>
    actor.role === 'cochair' && actor.group === document.group && !document.frozen,
  // The panel is shown a text from the day on that it is opened to them, not what was written before.
  'history.read': (actor, document) => actor.role !== 'panelist' && readsDrafts(actor, document),
}

function readsDrafts(actor: Actor, document: DocumentSubject): boolean {
  switch (actor.role) {
    case 'cochair':
      return actor.group === document.group || areLinked(actor.group, document.group)
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

function readsThread(actor: Actor, { document, audience, party }: ThreadSubject): boolean {
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

export type Access = 'write' | 'comment' | 'read'

/** What `actor` may do in a document's text, or null if they may not open it. */
export function accessTo(actor: Actor, document: DocumentSubject): Access | null {
  if (!can(actor, 'document.read', document)) return null
  if (can(actor, 'document.edit', document)) return 'write'
  return audiencesFor(actor, document).length > 0 ? 'comment' : 'read'
}

/** The audiences to which `actor` may speak in a document. */
export function audiencesFor(actor: Actor, document: DocumentSubject): readonly Audience[] {
  const all: readonly Audience[] = ['joint', 'delegation', 'panel']
  return all.filter((audience) =>
    can(actor, 'thread.comment', {
      document,
      audience,
      party: audience === 'delegation' ? actor.party : null,
      author: actor.id,
    }),
  )
}
