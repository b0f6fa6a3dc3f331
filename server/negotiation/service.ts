/**
 * What the parties make of pending changes: accepting, declining, withdrawing and settling them, proposing one, and moving a text from
 * phase to phase. The edit of the text, where the parties stand and what the audit says of it are written together.
 */
import type { Actor } from '#shared/domain/actors.ts'
import type { Phase } from '#shared/domain/phases.ts'
import type { Standing } from '#shared/editor/changes/alternatives.ts'
import { byPlace, listChanges, type ListedChange } from '#shared/editor/changes/list.ts'
import { changeKey, decideOn, lostWith, settleIn, type Decide } from '#shared/editor/changes/settle.ts'
import { bodyToJson, type JsonNode } from '#shared/editor/text.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import type { Cluster } from '../cluster/cluster.ts'
import type { AuditEntry, DocumentRecord, StanceRecord, Storage, Write } from '../storage/storage.ts'
import type { Clock, Decision, Rooms } from '../sync/types.ts'
import { pendingPhase, phaseSubject, type Asked } from './phases.ts'
import { proposal, type Wanted } from './proposal.ts'
import { digest, saidBy, standings, subjectOf } from './standings.ts'
import { closedPlaces, settlingActions } from '../projections/settlements.ts'
import { createInOrder } from '../lib/in-order.ts'
import { NotDone } from '../lib/not-done.ts'

/** A place that some parties have asked to be settled on `change`, or on the base text where that is null. */
export type Settling = { readonly place: string; readonly change: string | null; readonly consents: readonly string[] }

/** The phase of a document, and the one that some parties have asked for. */
export type PhaseState = {
  readonly phase: Phase
  readonly pending: Asked | null
}

/** All of these reject with a `NotDone` that says why nothing was done; then nothing was. `Done`: whether the text has changed. */
type Done = Promise<{ readonly settled: boolean }>

export type Negotiation = {
  changes(document: DocumentRecord): Promise<{
    readonly changes: readonly Standing[]
    readonly settling: readonly Settling[]
  }>
  propose(actor: Actor, document: DocumentRecord, wanted: Wanted): Promise<readonly Standing[]>
  /** Changes of one party that are accepted in one act, as they were read. If one is another by now, nothing is done. */
  accept(actor: Actor, document: DocumentRecord, changes: readonly (AsRead & { readonly id: string })[]): Done
  decline(actor: Actor, document: DocumentRecord, ids: readonly string[], reason: string): Done
  withdraw(actor: Actor, document: DocumentRecord, ids: readonly string[]): Done
  /** `change`: the one that is to be the text; null: the base. */
  settle(actor: Actor, document: DocumentRecord, place: string, change: string | null): Done
  /** Asks for a phase, or consents to it. The present one: takes back what one's party asked for, or declines what others did. */
  phase(actor: Actor, document: DocumentRecord, phase: Phase, reason: string): Promise<PhaseState>
}

/** What was read of a change; undefined where nothing is said of it. */
export type AsRead = { readonly deletes?: string | undefined; readonly inserts?: string | undefined }

type Options = { storage: Storage; rooms: Rooms; cluster: Cluster; clock: Clock }

export function createNegotiation({ storage, rooms, cluster, clock }: Options): Negotiation {
  /** Two who consent to the same at once would each find the other missing. */
  const inOrder = createInOrder<string>()

  /** Has `decide` see the text and the stances, and writes what it decides. */
  const command = <T>(
    actor: Actor,
    { id }: DocumentRecord,
    decide: (text: JsonNode, stances: readonly StanceRecord[]) => Decision<T>,
  ): Promise<T> =>
    inOrder(id, async () => {
      const known = await storage.stances.of(id)
      const outcome = await rooms.command(id, actor, ({ body }) => decide(bodyToJson(body), known))
      if (outcome === null) throw new NotDone('missing', 'There is no such document.')
      cluster.publish({ type: 'documentUpdated', document: id, by: actor.id, at: clock.now() })
      return outcome.answer
    })

  const partyOf = (actor: Actor): string => {
    if (actor.party === null) throw new NotDone('forbidden', 'Only the delegations negotiate a text.')
    return actor.party
  }

  const stanceOf = (
    actor: Actor,
    document: DocumentRecord,
    said: Pick<StanceRecord, 'subject' | 'stance' | 'about' | 'reason'>,
  ): StanceRecord => ({ ...said, document: document.id, party: partyOf(actor), by: actor.id, at: clock.now() })

  const note = (actor: Actor, action: string, document: DocumentRecord, detail: AuditEntry['detail']) => [
    { at: clock.now(), actor: actor.id, action, subject: `document:${document.id}`, detail },
  ]

  const settlement = (
    actor: Actor,
    document: DocumentRecord,
    text: JsonNode,
    {
      action,
      decide,
      subjects,
      detail,
    }: { action: string; decide: Decide; subjects: readonly string[]; detail: AuditEntry['detail'] },
  ): Decision<{ readonly settled: boolean }> => {
    if (lostWith(text, decide).length > 0) {
      throw new NotDone('conflict', 'Others have put words into it: settle those first.')
    }
    return {
      settlement: true,
      edit: (body) => settleIn(body, decide),
      writes: [{ type: 'dropStances', document: document.id, subjects }],
      audit: note(actor, action, document, { ...detail, [closedPlaces]: placesClosed(text, decide) }),
      answer: { settled: true },
    }
  }

  return {
    async changes({ id }) {
      const known = await storage.stances.of(id)
      const text = await rooms.read(id, (doc) => bodyToJson(doc.getXmlFragment(bodyName)))
      return text === null
        ? { changes: [], settling: [] }
        : { changes: standings(listChanges(text), known), settling: settlingIn(text, known) }
    },

    propose: (actor, document, wanted) => {
      const by = { party: partyOf(actor), user: actor.id, at: clock.now() }
      return command(actor, document, (text, known) => {
        const { edit, after, made } = proposal(text, wanted, by)
        const answer = standings(listChanges(after), known).filter(({ id }) => made.has(id))
        return { edit, audit: note(actor, 'change.propose', document, { clause: wanted.clause }), answer }
      })
    },

    accept: (actor, document, changes) =>
      command(actor, document, (text, known) => {
        const party = partyOf(actor)
        const accepted = changes.map(({ id, ...asRead }) => {
          const change = changeIn(text, id)
          if (change.party === party)
            throw new NotDone('conflict', 'It is for the other parties to accept what yours proposes.')
          const isAsRead =
            (asRead.deletes ?? change.deletes) === change.deletes &&
            (asRead.inserts ?? change.inserts) === change.inserts
          if (!isAsRead) throw new NotDone('conflict', `It is another by now: “${change.inserts || change.deletes}”.`)
          const subject = subjectOf(id)
          const about = saidBy(change)
          const { isJoint } = consentTo(document, known, { subject, about, party, proposer: change.party })
          return { change, isJoint, stance: stanceOf(actor, document, { subject, stance: 'for', about, reason: '' }) }
        })
        const detail = { change: changes.map(({ id }) => id).join(' '), party }
        // What belongs together becomes text together, or a sentence would stand half settled.
        if (!accepted.every(({ isJoint }) => isJoint)) {
          const audit = note(actor, settlingActions.accept, document, detail)
          const writes = accepted.map(({ stance }): Write => ({ type: 'takeStance', stance }))
          return { writes, audit, answer: { settled: false } }
        }
        const decide = decideOn(
          accepted.map(({ change }) => change),
          'accept',
        )
        const subjects = changes.map(({ id }) => subjectOf(id))
        return settlement(actor, document, text, { action: settlingActions.accept, decide, subjects, detail })
      }),

    decline: (actor, document, ids, reason) =>
      command(actor, document, (text) => {
        const party = partyOf(actor)
        const writes = ids.map((id): Write => {
          const change = changeIn(text, id)
          if (change.party === party)
            throw new NotDone('conflict', 'What your own party proposes is withdrawn, not declined.')
          const said = { subject: subjectOf(id), stance: 'against' as const, about: saidBy(change), reason }
          return { type: 'takeStance', stance: stanceOf(actor, document, said) }
        })
        return {
          writes,
          audit: note(actor, 'change.decline', document, { change: ids.join(' '), party }),
          answer: { settled: false },
        }
      }),

    withdraw: (actor, document, ids) =>
      command(actor, document, (text) => {
        const changes = ids.map((id) => changeIn(text, id))
        if (changes.some(({ party }) => party !== partyOf(actor)))
          throw new NotDone('forbidden', 'Only its own party withdraws a change.')
        const decide = decideOn(changes, 'reject')
        const detail = { change: ids.join(' ') }
        return settlement(actor, document, text, {
          action: 'change.withdraw',
          decide,
          subjects: ids.map(subjectOf),
          detail,
        })
      }),

    settle: (actor, document, place, chosen) =>
      command(actor, document, (text, known) => {
        const there = listChanges(text).filter((change) => change.place === place)
        if (there.length === 0) throw new NotDone('missing', 'There is no such place in the text any more.')
        const choice = there.find(({ id }) => id === chosen)
        if (chosen !== null && choice === undefined) throw new NotDone('conflict', 'That change is not at this place.')
        const subject = placeSubject(place)
        const about = choiceAmong(there, chosen)
        const { isJoint } = consentTo(document, known, { subject, about, party: partyOf(actor) })
        const detail = { place, change: chosen ?? '' }
        if (!isJoint) {
          const stance = stanceOf(actor, document, { subject, stance: 'for', about, reason: '' })
          const audit = note(actor, settlingActions.settle, document, detail)
          return { writes: [{ type: 'takeStance', stance }], audit, answer: { settled: false } }
        }
        const taken = new Set(there.filter((change) => isPartOf(change, choice)).map(changeKey))
        const others = new Set(there.map(changeKey))
        const decide: Decide = (change) => {
          const key = changeKey(change)
          return taken.has(key) ? 'accept' : others.has(key) ? 'reject' : null
        }
        const subjects = [subject, ...there.map(({ id }) => subjectOf(id))]
        return settlement(actor, document, text, { action: settlingActions.settle, decide, subjects, detail })
      }),

    phase: async (actor, document, phase, reason) => {
      const state = await command<PhaseState>(actor, document, (text, known) => {
        const party = partyOf(actor)
        const said = (stance: StanceRecord['stance'], about: Phase): Write => ({
          type: 'takeStance',
          stance: stanceOf(actor, document, { subject: phaseSubject, stance, about, reason }),
        })
        const asked = pendingPhase(document, known)
        if (phase === document.phase) {
          if (asked === null) throw new NotDone('conflict', 'The text is in that phase already.')
          const { phase: other, consents, declined } = asked
          const isOwn = consents.includes(party)
          const audit = note(actor, isOwn ? 'document.phase.withdraw' : 'document.phase.decline', document, {
            phase: other,
            party,
          })
          const writes: Write[] = isOwn
            ? [{ type: 'dropStances', document: document.id, subjects: [phaseSubject] }]
            : [said('against', other)]
          const pending = { phase: other, consents: [...consents], declined: [...declined, { party, reason }] }
          return { writes, audit, answer: { phase, pending: isOwn ? null : pending } }
        }
        if (phase === 'agreed' && listChanges(text).length > 0) {
          throw new NotDone('conflict', 'A text with pending changes cannot be agreed: settle them first.')
        }
        const { consents, isJoint } = consentTo(document, known, { subject: phaseSubject, about: phase, party })
        const audit = note(actor, 'document.phase', document, { phase, party })
        if (!isJoint) {
          const declined = (asked?.declined ?? []).filter((each) => asked?.phase === phase && each.party !== party)
          const pending = { phase, consents: [...consents], declined }
          return { writes: [said('for', phase)], audit, answer: { phase: document.phase, pending } }
        }
        const writes: Write[] = [
          { type: 'changeDocument', document: document.id, change: { phase } },
          { type: 'dropStances', document: document.id, subjects: [phaseSubject] },
        ]
        return { writes, audit, answer: { phase, pending: null } }
      })
      // Who may write in a text depends on its phase.
      if (state.phase !== document.phase) cluster.publish({ type: 'rightsChanged', user: null, document: document.id })
      return state
    },
  }
}

const placeSubject = (place: string) => `place:${place}`

/** Names a choice by all that it is made among: whoever consented to other wordings than these has not consented to them. */
const choiceAmong = (there: readonly ListedChange[], chosen: string | null) =>
  digest([chosen, ...there.map((change) => [changeKey(change), saidBy(change)])])

function settlingIn(text: JsonNode, known: readonly StanceRecord[]): Settling[] {
  const asked = known.filter(({ subject, stance }) => subject.startsWith(placeSubject('')) && stance === 'for')
  if (asked.length === 0) return []
  return [...byPlace(listChanges(text))].flatMap(([place, there]) => {
    const here = asked.filter(({ subject }) => subject === placeSubject(place))
    return [null, ...there.map(({ id }) => id)].flatMap((change) => {
      const about = choiceAmong(there, change)
      const consents = here.filter((each) => each.about === about).map(({ party }) => party)
      return consents.length > 0 ? [{ place, change, consents }] : []
    })
  })
}

/** How many places are open no more once it is decided: those at which nothing is left. */
const placesClosed = (text: JsonNode, decide: Decide): number =>
  [...byPlace(listChanges(text)).values()].filter((there) => there.every((change) => decide(change) !== null)).length

const changeIn = (text: JsonNode, id: string): ListedChange => {
  const change = listChanges(text).find((each) => each.id === id)
  if (change === undefined) throw new NotDone('missing', 'There is no such change in the text any more.')
  return change
}

/** The alternative that a change is of: what its party puts in there, with what it takes out for it. */
const isPartOf = (change: ListedChange, choice: ListedChange | undefined): boolean =>
  choice !== undefined && (change.id === choice.id || (change.party === choice.party && change.inserts === ''))

/**
 * The parties that are for something as it is now once `party` is too, and whether those are all that have to be: all that
 * participate in the document but the one that proposed it.
 */
function consentTo(
  { parties }: DocumentRecord,
  known: readonly StanceRecord[],
  {
    subject,
    about,
    party,
    proposer = null,
  }: Pick<StanceRecord, 'subject' | 'about' | 'party'> & { readonly proposer?: string | null },
): { readonly consents: ReadonlySet<string>; readonly isJoint: boolean } {
  const before = known.filter((each) => each.subject === subject && each.about === about && each.stance === 'for')
  const consents = new Set([...before.map((each) => each.party), party])
  return { consents, isJoint: parties.every((each) => each === proposer || consents.has(each)) }
}
