/** The whole table of who may do what, role by role. */
import { describe, expect, test } from 'vitest'
import { findPersona, personas, type Actor } from '#shared/domain/actors.ts'
import {
  accessTo,
  audiencesFor,
  can,
  circleFor,
  type Audience,
  type DocumentSubject,
  type ThreadSubject,
} from '#shared/domain/permissions.ts'
import { initiative, type Party } from '#shared/domain/initiative.ts'
import { groupId, partyId } from '#test/support/initiative.ts'

const seat = (id: string): Actor => {
  const actor = findPersona(id)
  if (actor === undefined) throw new Error(`No seat ${id}`)
  return actor
}

const semiconductors: DocumentSubject = {
  group: groupId('semiconductors'),
  kind: 'mou',
  parties: initiative().parties,
  delegation: null,
  panelOpen: true,
  phase: 'drafting',
  archived: false,
}
const closedToPanel: DocumentSubject = { ...semiconductors, panelOpen: false }
const archived: DocumentSubject = { ...semiconductors, archived: true }
const agreedText: DocumentSubject = { ...semiconductors, phase: 'agreed' }

/** One seat of each kind, seen from the semiconductors group. `linked` and `unlinked` are co-chairs of other groups. */
const seats = {
  cochair: seat('us-cochair-semiconductors'),
  drafter: seat('jp-drafter-semiconductors'),
  panelist: seat('panelist-semiconductors'),
  otherPanel: seat('panelist-ai'),
  secretariat: seat('secretariat'),
  committee: seat('us-committee'),
  principal: seat('jp-principal'),
  linked: seat('jp-cochair-investment'),
  linkedDrafter: seat('jp-drafter-investment'),
  unlinked: seat('us-cochair-ai'),
} as const satisfies Record<string, Actor>
type Seat = keyof typeof seats

const seatsThat = (allowed: (actor: Actor) => boolean): Seat[] =>
  (Object.keys(seats) as Seat[]).filter((name) => allowed(seats[name]))

test('[D1][D5] the secretariat alone changes the initiative', () => {
  expect(seatsThat((actor) => can(actor, 'initiative.change', null))).toEqual(['secretariat'])
})

test('[D1][H15] the secretariat alone gives seats and ends them', () => {
  expect(seatsThat((actor) => can(actor, 'seats.manage', null))).toEqual(['secretariat'])
})

describe('documents', () => {
  const access = (document: DocumentSubject) =>
    Object.fromEntries((Object.keys(seats) as Seat[]).map((name) => [name, accessTo(seats[name], document)]))

  test('[D1] access to a draft that is open to the panel', () => {
    expect(access(semiconductors)).toEqual({
      cochair: 'write',
      drafter: 'write',
      panelist: 'comment',
      otherPanel: null,
      secretariat: 'comment',
      committee: 'comment',
      principal: null,
      linked: 'comment',
      linkedDrafter: null,
      unlinked: null,
    })
  })

  test('[D1] a draft that is closed to the panel, and one whose text is agreed', () => {
    expect(accessTo(seats.panelist, closedToPanel)).toBeNull()
    expect(accessTo(seats.cochair, agreedText)).toBe('comment')
    expect(seatsThat((actor) => can(actor, 'document.edit', agreedText))).toEqual([])
  })

  test('[D1][D9] a seat of a party that does not participate reads the document as before, and comments for its own delegation only', () => {
    const ofJapan: DocumentSubject = { ...semiconductors, parties: [partyId('jp')] }
    const changing = ['edit', 'consent', 'openToPanel', 'rename', 'archive', 'delete'] as const
    for (const what of changing) {
      const allowed = seatsThat((actor) => can(actor, `document.${what}`, ofJapan))
      expect(allowed).not.toContain('cochair')
    }
    expect(seatsThat((actor) => can(actor, 'document.edit', ofJapan))).toEqual(['drafter'])
    expect(seatsThat((actor) => can(actor, 'document.read', ofJapan))).toEqual(
      seatsThat((actor) => can(actor, 'document.read', semiconductors)),
    )
    expect(audiencesFor(seats.cochair, ofJapan)).toEqual(['delegation'])
    expect(audiencesFor(seats.drafter, ofJapan)).toEqual(['joint', 'delegation', 'panel'])
    expect(accessTo(seats.cochair, ofJapan)).toBe('comment')
    expect(accessTo(seats.committee, ofJapan)).toBe('read')
    expect(audiencesFor(seats.linked, ofJapan)).toEqual(['joint'])
    expect(audiencesFor(seats.secretariat, ofJapan)).toEqual(['joint', 'panel'])
  })

  test('[D1][V7] what was before the opening to the panel is read by all who read versions but the panel', () => {
    const past = (panelSince: number | null, at: number) => ({
      document: { ...semiconductors, panelSince },
      at,
      agreed: true,
    })
    const readers = seatsThat((actor) => can(actor, 'snapshot.read', semiconductors))
    expect(seatsThat((actor) => can(actor, 'past.read', past(100, 100)))).toEqual(readers)
    const others = readers.filter((name) => name !== 'panelist')
    expect(seatsThat((actor) => can(actor, 'past.read', past(100, 99)))).toEqual(others)
    expect(seatsThat((actor) => can(actor, 'past.read', past(null, 100)))).toEqual(others)
    expect(readers).toContain('panelist')
  })

  test('[D1][W5] principals read agreed versions alone, and how the work stands as numbers', () => {
    const past = (agreed: boolean) => ({ document: { ...semiconductors, panelSince: 0 }, at: 1, agreed })
    const drafts = seatsThat((actor) => can(actor, 'document.read', semiconductors))
    expect(drafts).not.toContain('principal')
    expect(seatsThat((actor) => can(actor, 'past.read', past(false)))).toEqual(drafts)
    const withPrincipal = [...drafts, 'principal'].toSorted()
    expect(seatsThat((actor) => can(actor, 'past.read', past(true))).toSorted()).toEqual(withPrincipal)
    expect(seatsThat((actor) => can(actor, 'progress.read', semiconductors)).toSorted()).toEqual(withPrincipal)
  })

  test('[D1] co-chairs and drafters rename a document, co-chairs and the secretariat archive it, co-chairs alone delete it', () => {
    expect(seatsThat((actor) => can(actor, 'document.rename', semiconductors))).toEqual(['cochair', 'drafter'])
    expect(seatsThat((actor) => can(actor, 'document.archive', semiconductors))).toEqual(['cochair', 'secretariat'])
    expect(seatsThat((actor) => can(actor, 'document.delete', semiconductors))).toEqual(['cochair'])
    expect(seatsThat((actor) => can(actor, 'document.rename', agreedText))).toEqual([])
  })

  test('[D1][H9] an archived document is read by the same seats, and changed by none', () => {
    const readers = seatsThat((actor) => can(actor, 'document.read', semiconductors))
    expect(access(archived)).toEqual(
      Object.fromEntries((Object.keys(seats) as Seat[]).map((name) => [name, readers.includes(name) ? 'read' : null])),
    )
    const thread = { document: archived, audience: 'panel', party: null, author: seats.cochair.id } as const
    const changes = (actor: Actor) => [
      can(actor, 'document.edit', archived),
      can(actor, 'document.rename', archived),
      can(actor, 'document.openToPanel', archived),
      can(actor, 'snapshot.restore', archived),
      can(actor, 'thread.comment', thread),
      can(actor, 'thread.resolve', thread),
      can(actor, 'thread.dispose', thread),
      can(actor, 'thread.apply', thread),
      can(actor, 'thread.publish', { ...thread, audience: 'delegation', party: actor.party ?? partyId('us') }),
      can(actor, 'comment.edit', { thread, author: actor.id }),
    ]
    for (const actor of Object.values(seats)) expect(changes(actor)).not.toContain(true)
    expect(seatsThat((actor) => can(actor, 'document.archive', archived))).toEqual(['cochair', 'secretariat'])
    expect(seatsThat((actor) => can(actor, 'thread.read', thread))).toContain('panelist')
  })

  test('[D1] who creates, opens to the panel, snapshots and restores', () => {
    expect(seatsThat((actor) => can(actor, 'document.create', { group: groupId('semiconductors') }))).toEqual([
      'cochair',
      'drafter',
    ])
    expect(seatsThat((actor) => can(actor, 'document.openToPanel', semiconductors))).toEqual(['cochair'])
    expect(seatsThat((actor) => can(actor, 'snapshot.take', semiconductors))).toEqual(['secretariat'])
    expect(seatsThat((actor) => can(actor, 'snapshot.restore', semiconductors))).toEqual(['cochair'])
    expect(seatsThat((actor) => can(actor, 'snapshot.restore', agreedText))).toEqual([])
    expect(seatsThat((actor) => can(actor, 'snapshot.read', semiconductors))).toEqual([
      'cochair',
      'drafter',
      'panelist',
      'secretariat',
      'committee',
      'principal',
      'linked',
    ])
    expect(seatsThat((actor) => can(actor, 'history.read', semiconductors))).toEqual([
      'cochair',
      'drafter',
      'secretariat',
      'committee',
      'linked',
    ])
  })
})

describe('threads', () => {
  const thread = (audience: Audience, party: Party | null = null): ThreadSubject => {
    const circle = circleFor({ party }, audience)
    if (circle === null) throw new RangeError('A thread of one delegation is a party’s')
    return { ...circle, document: semiconductors, author: seats.cochair.id }
  }

  test('[T1] a delegation’s thread is read by that delegation in that group, and by nobody else at all', () => {
    const readers = personas()
      .filter((actor) => can(actor, 'thread.read', thread('delegation', partyId('us'))))
      .map(({ id }) => id)
    expect(readers).toEqual(['us-cochair-semiconductors', 'us-drafter-semiconductors'])
  })

  test('[T2] joint and panel threads', () => {
    expect(seatsThat((actor) => can(actor, 'thread.read', thread('joint')))).toEqual([
      'cochair',
      'drafter',
      'secretariat',
      'committee',
      'linked',
    ])
    expect(seatsThat((actor) => can(actor, 'thread.read', thread('panel')))).toEqual([
      'cochair',
      'drafter',
      'panelist',
      'secretariat',
    ])
    expect(can(seats.panelist, 'thread.read', { ...thread('panel'), document: closedToPanel })).toBe(false)
  })

  test('[T2] the audiences that each may speak to', () => {
    expect(audiencesFor(seats.cochair, semiconductors)).toEqual(['joint', 'delegation', 'panel'])
    expect(audiencesFor(seats.panelist, semiconductors)).toEqual(['panel'])
    expect(audiencesFor(seats.secretariat, semiconductors)).toEqual(['joint', 'panel'])
    expect(audiencesFor(seats.committee, semiconductors)).toEqual(['joint'])
    expect(audiencesFor(seats.linked, semiconductors)).toEqual(['joint'])
    expect(audiencesFor(seats.principal, semiconductors)).toEqual([])
  })

  test('[T12] who resolves: the author, and the group’s delegations', () => {
    const joint = { ...thread('joint'), author: seats.committee.id }
    expect(seatsThat((actor) => can(actor, 'thread.resolve', joint))).toEqual(['cochair', 'drafter', 'committee'])
  })

  test('[T16] dispositions are for co-chairs of the group, on panel threads only', () => {
    expect(seatsThat((actor) => can(actor, 'thread.dispose', thread('panel')))).toEqual(['cochair'])
    expect(seatsThat((actor) => can(actor, 'thread.dispose', thread('joint')))).toEqual([])
  })

  test('[T14] applying a wording is for those who edit the text, and never in an agreed one', () => {
    expect(seatsThat((actor) => can(actor, 'thread.apply', thread('panel')))).toEqual(['cochair', 'drafter'])
    expect(seatsThat((actor) => can(actor, 'thread.apply', { ...thread('panel'), document: agreedText }))).toEqual([])
  })

  test('[T22] a delegation’s thread is published by that delegation alone, and no other thread is', () => {
    const publishers = personas()
      .filter((actor) => can(actor, 'thread.publish', thread('delegation', partyId('us'))))
      .map(({ id }) => id)
    expect(publishers).toEqual(['us-cochair-semiconductors', 'us-drafter-semiconductors'])
    for (const audience of ['joint', 'panel'] as const) {
      expect(seatsThat((actor) => can(actor, 'thread.publish', thread(audience)))).toEqual([])
    }
  })

  test('[T11] one’s own comment only, and only while one may still read the thread', () => {
    const edit = (actor: Actor, author: string, subject: ThreadSubject) =>
      can(actor, 'comment.edit', { thread: subject, author })
    expect(edit(seats.panelist, seats.panelist.id, thread('panel'))).toBe(true)
    expect(edit(seats.cochair, seats.panelist.id, thread('panel'))).toBe(false)
    expect(edit(seats.panelist, seats.panelist.id, { ...thread('panel'), document: closedToPanel })).toBe(false)
  })
})
