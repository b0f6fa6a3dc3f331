/** An initiative of three parties, other groups and other agencies, from its file alone: from signing in to the exported version. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type * as Y from 'yjs'
import { createDocument } from '#shared/api/document-changes.ts'
import { getDefinition, getGroup, getInitiative } from '#shared/api/initiative.ts'
import { getSession, listPersonas } from '#shared/api/session.ts'
import { exportSnapshot, getSnapshot, takeSnapshot } from '#shared/api/snapshots.ts'
import { createThread, listThreads } from '#shared/api/threads.ts'
import { ownerAttribute } from '#shared/domain/documents.ts'
import { initiative } from '#shared/domain/initiative.ts'
import { appendJson, clauseJson, findClause, readClauses, writeFields } from '#shared/editor/clauses.ts'
import { DefinitionUnusable, openInitiative } from '#server/initiative/open.ts'
import { startTestServer, type TestServer } from '#test/support/server.ts'
import { connectStock } from '#test/support/stock.ts'
import { temporaryFolder, temporaryStorage } from '#test/support/storage.ts'
import { threeParties, threePartiesFile } from '#test/support/three-parties.ts'
import { actingAs, caller } from './client.ts'
import { actorOf } from './live.ts'

let server: TestServer

const clause = '00000000-0000-4000-8000-000000000001'
const parties = ['au', 'jp', 'kr'] as const

beforeAll(async () => {
  const { storage, dispose } = await temporaryStorage()
  await openInitiative(storage, threePartiesFile, 0)
  await dispose()
  server = await startTestServer()
})
afterAll(() => server.stop())

/** A new document of outcome targets that the three delegations can write in. */
async function newTargets(title: string): Promise<string> {
  const chair = await actingAs(server, 'kr-cochair-quantum')
  const group = initiative().groups[0]
  const made = await chair.call(createDocument, {
    body: { group, kind: 'outcome-targets', title: { en: title, ja: title } },
  })
  return made.id
}

const connect = async (persona: string, document: string) =>
  connectStock(server.url, document, { cookie: await server.signIn(persona), params: { v: '1' } })

const clauseIn = (body: Y.XmlFragment) => {
  const found = findClause(body, clause)
  if (found === undefined) throw new Error('The clause has not arrived')
  return found
}

describe('three parties', () => {
  test('[D5] the seats of the demo are those of the definition’s parties and groups', async () => {
    const { personas } = await caller(server).call(listPersonas)
    // Two in each delegation of each group, a panel for each group, the secretariat, and two above for each party.
    expect(personas).toHaveLength(3 * 4 * 2 + 4 + 1 + 3 * 2)
    const chair = await actingAs(server, 'au-cochair-undersea-cables')
    const { person } = await chair.call(getSession)
    expect(person).toMatchObject({
      party: 'au',
      group: 'undersea-cables',
      name: { en: 'AU Co-chair', ja: '豪州 共同議長' },
    })
  })

  test('[D5] the overview gives the definition, its groups in their order and the seats of each party', async () => {
    const reader = await actingAs(server, 'jp-drafter-quantum')
    const { name, groups, bodies, parties: given, agencies, meetings, languages } = await reader.call(getInitiative)
    expect({ name, bodies, parties: given, agencies, meetings, languages }).toEqual({
      name: threeParties.name,
      bodies: threeParties.bodies,
      parties: threeParties.parties,
      agencies: threeParties.agencies,
      meetings: threeParties.meetings,
      languages: ['en', 'ja'],
    })
    expect(groups.map(({ id }) => id)).toEqual(['quantum', 'undersea-cables', 'biotechnology', 'standards'])
    expect(groups[3]?.links).toEqual(['quantum', 'biotechnology'])
    expect(groups[0]?.seats.map(({ party }) => party)).toEqual([...parties])
    expect(await caller(server).call(getDefinition)).toEqual(threeParties)
  })

  test('[D5] a group of another initiative is not there', async () => {
    const reader = await actingAs(server, 'jp-drafter-quantum')
    await reader.expectRefused(getGroup, { params: { group: 'semiconductors' } }, 404)
    const { people } = await reader.call(getGroup, { params: { group: 'quantum' } })
    expect(people.map(({ id }) => id)).toContain('kr-drafter-quantum')
  })

  test('[D5] three delegations write in one document at once, each names its own owner, and none overwrites another', async () => {
    const document = await newTargets('Shared test beds')
    const clients = await Promise.all(parties.map((party) => connect(`${party}-drafter-quantum`, document)))
    await Promise.all(clients.map((client) => client.synced()))
    const owners = { au: 'dfat', jp: 'mofa-japan', kr: 'msit' } as const
    const [first] = clients
    if (first !== undefined) appendJson(first.body, [clauseJson({ id: clause, kind: 'outcomeTarget' })], null)
    await Promise.all(clients.map((client) => client.until(() => findClause(client.body, clause) !== undefined)))
    for (const [index, client] of clients.entries()) {
      const [party, id] = [parties[index], initiative().parties[index]]
      if (party !== undefined && id !== undefined) {
        writeFields(clauseIn(client.body), { [ownerAttribute(id)]: owners[party] }, null)
      }
    }
    const expected = { ownerAu: 'dfat', ownerJp: 'mofa-japan', ownerKr: 'msit' }
    const fieldsOf = (body: Y.XmlFragment) => readClauses(body).find(({ id }) => id === clause)?.fields ?? {}
    for (const client of clients) {
      await client.until(() => Object.keys(expected).every((name) => Object.hasOwn(fieldsOf(client.body), name)))
      expect(fieldsOf(client.body)).toEqual(expected)
      client.stop()
    }
  })

  test('[D5][T1] a private thread of each delegation is there for its own people and for neither of the other two', async () => {
    const document = await newTargets('Where each side stands')
    const params = { id: document }
    for (const party of parties) {
      const chair = await actingAs(server, `${party}-cochair-quantum`)
      await chair.call(createThread, { params, body: { audience: 'delegation', body: `Only for ${party}.` } })
    }
    for (const party of parties) {
      const drafter = await actingAs(server, `${party}-drafter-quantum`)
      const { threads } = await drafter.call(listThreads, { params })
      expect(threads.map((thread) => [thread.party, thread.comments[0]?.body])).toEqual([[party, `Only for ${party}.`]])
    }
    const secretariat = await actingAs(server, 'secretariat')
    expect((await secretariat.call(listThreads, { params })).threads).toEqual([])
  })

  test('[D5] a version keeps the owners of all three parties, and its file names each of them', async () => {
    const document = await newTargets('For the record')
    const [au, jp, kr] = initiative().parties.map((party) => ownerAttribute(party))
    const fields = { [au ?? 'due']: 'disr', [jp ?? 'due']: 'mofa-japan', [kr ?? 'due']: 'mofa-korea' }
    await server.rooms.edit(document, actorOf('kr-cochair-quantum'), (body) =>
      appendJson(body, [clauseJson({ id: clause, kind: 'outcomeTarget', fields })], null),
    )
    const secretariat = await actingAs(server, 'secretariat')
    const { id } = await secretariat.call(takeSnapshot, { params: { id: document }, body: { label: 'First' } })
    const { content } = await secretariat.call(getSnapshot, { params: { id } })
    expect(JSON.stringify(content)).toContain('"ownerKr":"mofa-korea"')
    const path = exportSnapshot.path.replace('{id}', id)
    const { text } = await secretariat.send('GET', `${path}?format=markdown&language=en`)
    for (const words of ['(AU)', '(JP)', '(KR)', 'Department of Industry, Science and Resources'])
      expect(text).toContain(words)
  })
})

describe('a store and its initiative', () => {
  test('[D5] a store keeps the initiative that it was made for, whatever file is named later', async () => {
    await using store = await temporaryStorage()
    await openInitiative(store.storage, threePartiesFile, 0)
    await openInitiative(store.storage, null, 0)
    expect(initiative().parties).toEqual([...parties])
    expect(await store.storage.initiative.get()).toEqual({ revision: 1, definition: threeParties })
  })

  test('[D5] a wrong file is refused with every fault and its place, and nothing is stored', async () => {
    await using store = await temporaryStorage()
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'initiative.json')
    const refusal = async () =>
      await openInitiative(store.storage, file, 0).then(
        () => '',
        (error: unknown) => (error instanceof DefinitionUnusable ? error.message : String(error)),
      )
    expect(await refusal()).toContain('cannot be read')
    await writeFile(file, '{ "name": ')
    expect(await refusal()).toContain('is not JSON')
    await writeFile(
      file,
      JSON.stringify({ ...threeParties, parties: threeParties.parties.slice(0, 1), starts: 'soon' }),
    )
    const words = await refusal()
    for (const place of ['parties: ', 'starts: ', 'agencies.2.party: ']) expect(words).toContain(place)
    expect(await store.storage.initiative.get()).toBeNull()
  })
})
