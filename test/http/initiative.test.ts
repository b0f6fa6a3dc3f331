/** Changing the initiative: by the secretariat alone, whole or not at all, nothing that is in use, and heard of by open pages. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { changeInitiative, getDefinition, getGroup, getInitiative } from '#shared/api/initiative.ts'
import { initiative, installInitiative } from '#shared/domain/initiative.ts'
import { openInitiative } from '#server/initiative/open.ts'
import { shippedDefinition } from '#test/support/initiative.ts'
import { startTestServer, type TestServer } from '#test/support/server.ts'
import { actingAs, readEvents, type Caller } from './client.ts'

let server: TestServer
let secretariat: Caller

beforeAll(async () => {
  server = await startTestServer()
  await openInitiative(server.storage, null, 0)
  secretariat = await actingAs(server, 'secretariat')
})
afterEach(() => installInitiative(shippedDefinition))
afterAll(() => server.stop())

const { groups, agencies, parties, meetings } = shippedDefinition
const [first] = groups
const space = { ...first, id: 'space', name: { en: 'Outer space', ja: '宇宙' }, links: ['ai'] }

describe('changing the initiative', () => {
  test('[D5] nobody but the secretariat changes the definition', async () => {
    for (const persona of ['us-cochair-ai', 'jp-principal', 'us-committee', 'panelist-ai']) {
      const reader = await actingAs(server, persona)
      await reader.expectRefused(changeInitiative, { body: { meetings: [] } }, 403)
    }
    expect(initiative().meetings).toHaveLength(meetings.length)
  })

  test('[D5] what does not fit together is refused with every fault and its place, and nothing changes', async () => {
    const body = { groups: [{ ...space, links: ['nowhere'] }, ...groups], ends: '2025-01-01' }
    const { errors } = await secretariat.expectRefused(changeInitiative, { body }, 422)
    expect(errors?.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['groups.0.links.0', 'ends', 'meetings.0.date']),
    )
    expect((await server.storage.initiative.get())?.revision).toBe(1)
  })

  test('[D5] a party, a group with documents and an agency that owns something cannot be removed', async () => {
    const refused = async (body: object) => {
      const { detail, errors } = await secretariat.expectRefused(changeInitiative, { body }, 409)
      return `${detail} ${errors?.map(({ path }) => path).join(' ')}`
    }
    const [us] = parties
    const third = { ...us, id: 'au', prefix: 'AU' }
    expect(await refused({ parties: [...parties, third] })).toContain('while there is no document')
    const withoutAi = await refused({ groups: groups.filter(({ id }) => id !== 'ai') })
    expect(withoutAi).toContain('The group “ai” has documents')
    expect(withoutAi).toContain('groups.ai.documents groups.ai.seats')
    expect(await refused({ agencies: agencies.filter(({ id }) => id !== 'us-bis') })).toContain('“us-bis” owns')
  })

  test('[D5][K7] a change is kept with its audit, told to whoever has a page open, and there after a restart', async () => {
    const reader = await actingAs(server, 'jp-cochair-ai')
    const events = await readEvents(server, reader.cookie)
    const changed = await secretariat.call(changeInitiative, { body: { groups: [...groups, space] } })
    expect(changed.groups.at(-1)?.id).toBe('space')
    await events.until('initiative')
    events.close()
    expect((await reader.call(getInitiative)).groups.map(({ id }) => id)).toContain('space')
    expect((await reader.call(getDefinition)).groups).toHaveLength(groups.length + 1)
    const chair = await actingAs(server, 'us-cochair-space')
    expect((await chair.call(getGroup, { params: { group: 'space' } })).links).toEqual(['ai'])
    expect(await server.storage.audit.verify()).toHaveProperty('rows')
    installInitiative(shippedDefinition)
    await openInitiative(server.storage, null, 0)
    expect(initiative().groups).toContain('space')
  })
})
