/** In which of their seats someone acts, and which seats count when. */
import { describe, expect, test } from 'vitest'
import { actorName, findPersona, type Actor } from '#shared/domain/actors.ts'
import { actorIn, actorInGroup, type DocumentSubject } from '#shared/domain/permissions.ts'
import { localCluster } from '#server/cluster/local.ts'
import { seatsAt, watchSeats } from '#server/accounts/seats.ts'
import { createLogger } from '#server/http/logger.ts'
import type { MembershipRecord } from '#server/storage/storage.ts'
import { initiative } from '#shared/domain/initiative.ts'
import { groupId } from '#test/support/initiative.ts'
import { manualClock, settled } from '#test/support/memory-log.ts'

const persona = (id: string): Actor => {
  const actor = findPersona(id)
  if (actor === undefined) throw new Error(`No persona ${id}`)
  return actor
}

const document = (group: string): DocumentSubject => ({
  group: groupId(group),
  kind: 'mou',
  panelOpen: false,
  parties: initiative().parties,
  delegation: null,
  phase: 'drafting',
  archived: false,
})

describe('the seat in which someone acts', () => {
  const drafter = persona('us-drafter-semiconductors')
  const chair = persona('us-cochair-ai')
  const committee = persona('us-committee')

  test.each([
    ['semiconductors', drafter.id],
    ['ai', chair.id],
    ['cybersecurity', committee.id],
  ])('[D8] whoever holds seats in two groups and above them acts in %s as %s', (group, id) => {
    for (const seats of [
      [drafter, chair, committee],
      [committee, chair, drafter],
    ] as const) {
      expect(actorIn(seats, document(group)).id).toBe(id)
    }
  })

  test('[D8] a drafter who is the co-chair’s deputy too acts as a co-chair', () => {
    const deputy = { ...persona('us-cochair-semiconductors'), id: 'deputy', user: drafter.user }
    expect(actorIn([drafter, deputy], document('semiconductors'))).toBe(deputy)
    expect(actorInGroup([drafter, deputy], groupId('semiconductors'))).toBe(deputy)
    expect(actorIn([drafter, deputy], { ...document('semiconductors'), archived: true })).toBe(deputy)
  })

  test('[D8] where no seat may do anything, one who reads agreed versions goes before one who reads nothing', () => {
    const principal = persona('us-principal')
    expect(actorIn([drafter, principal], document('cybersecurity'))).toBe(principal)
  })

  test('[D8] a person is called by their name with the seat beside it, a persona by the seat alone', () => {
    expect(actorName(chair)).toEqual({ en: 'US Co-chair', ja: '米国 共同議長' })
    expect(actorName({ ...chair, name: 'Drafter One' })).toEqual({
      en: 'Drafter One, US Co-chair',
      ja: 'Drafter One（米国 共同議長）',
    })
  })
})

describe('when a seat counts', () => {
  const membership = (id: string, from: number, until: number | null): MembershipRecord => ({
    actor: { ...persona('us-cochair-ai'), id, user: `user of ${id}` },
    from,
    until,
    by: null,
  })

  test('[D8] a seat counts from its first moment on and no longer at its last', () => {
    const all = [membership('b', 10, 20), membership('a', 15, null)]
    const at = (now: number) => seatsAt(all, now)?.map(({ id }) => id) ?? null
    expect([9, 10, 15, 19, 20].map(at)).toEqual([null, ['b'], ['b', 'a'], ['b', 'a'], ['a']])
  })

  test('[D8][S9] an open connection is authorized again at the moment at which a seat of its user begins or ends', async () => {
    const clock = manualClock()
    const start = clock.now()
    const memberships = [membership('a', start - 5, start + 1000), membership('b', start + 2000, null)]
    const told: (string | null)[] = []
    const cluster = localCluster()
    cluster.subscribe((message) => message.type === 'rightsChanged' && told.push(message.user))
    const people = { memberships: async () => memberships }
    const stop = watchSeats({ storage: { people }, cluster, clock, logger: createLogger('silent') })
    await settled()
    const passed = async (ms: number) => {
      clock.advance(ms)
      await settled()
      return told.splice(0)
    }
    expect(await passed(999)).toEqual([])
    expect(await passed(1)).toEqual(['user of a'])
    expect(await passed(999)).toEqual([])
    // A seat that is given meanwhile has a last moment of its own.
    memberships.push(membership('c', start, start + 2500))
    cluster.publish({ type: 'rightsChanged', user: 'user of c', document: null })
    await settled()
    told.splice(0)
    expect(await passed(1)).toEqual(['user of b'])
    expect(await passed(500)).toEqual(['user of c'])
    stop()
    expect(await passed(10_000)).toEqual([])
  })
})
