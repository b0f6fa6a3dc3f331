/** An initiative of three parties, other groups and other agencies, from its file alone: from signing in to the exported version. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type * as Y from 'yjs'
import { acceptChange, changePhase, proposeChange, settlePlace } from '#shared/api/changes.ts'
import { createDocument, deleteDocument, updateDocument } from '#shared/api/document-changes.ts'
import { getDocument, listDocuments } from '#shared/api/documents.ts'
import { getDefinition, getGroup, getInitiative } from '#shared/api/initiative.ts'
import { getSession, listPersonas } from '#shared/api/session.ts'
import { exportSnapshot, getSnapshot, takeSnapshot } from '#shared/api/snapshots.ts'
import { createThread, listThreads } from '#shared/api/threads.ts'
import { ownerAttribute } from '#shared/domain/documents.ts'
import { initiative } from '#shared/domain/initiative.ts'
import { closeCode } from '#shared/protocol/messages.ts'
import { appendJson, clauseJson, findClause, readClauses, writeFields } from '#shared/editor/clauses.ts'
import { DefinitionUnusable, openInitiative } from '#server/initiative/open.ts'
import { line, run } from '#test/support/changes.ts'
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

describe('who participates in a document', () => {
  const group = 'quantum'
  const title = { en: 'Between two', ja: '二者の文書' }
  const exact = 'Each side shall share data.'

  /** A document of JP and KR with one sentence, made by KR, who did not name themselves. */
  async function betweenTwo() {
    const kr = await actingAs(server, 'kr-cochair-quantum')
    const made = await kr.call(createDocument, { body: { group, kind: 'note', title, parties: ['jp'] } })
    const nodes = [clauseJson({ id: clause, kind: 'article' }, { en: [line([run(exact)])] })]
    await server.rooms.edit(made.id, actorOf('kr-cochair-quantum'), (body) => appendJson(body, nodes, null))
    const jp = await actingAs(server, 'jp-cochair-quantum')
    const au = await actingAs(server, 'au-cochair-quantum')
    return { made, params: { id: made.id }, kr, jp, au }
  }

  test('[D9] all parties participate unless a document names its own, whose maker’s party is always among them', async () => {
    const { made, kr, params } = await betweenTwo()
    expect(made).toMatchObject({ parties: ['jp', 'kr'], delegation: null, pending: null, access: 'write' })
    const { documents } = await kr.call(listDocuments)
    expect(documents.find(({ id }) => id === made.id)).toMatchObject({ parties: ['jp', 'kr'], delegation: null })
    const other = await newTargets('Among all')
    expect((await kr.call(getDocument, { params: { id: other } })).parties).toEqual([...parties])
    const body = { group, kind: 'note', title, parties: [] }
    const { errors } = await kr.expectRefused(createDocument, { body }, 422)
    expect(errors?.map(({ path }) => path)).toEqual(['parties'])
    const unknown = { ...body, parties: ['us'] }
    expect((await kr.expectRefused(createDocument, { body: unknown }, 422)).errors?.[0]?.path).toBe('parties.0')
    expect((await kr.call(getDocument, { params })).parties).toEqual(['jp', 'kr'])
  })

  test('[D1][D9] the delegation of a party that does not participate reads a document of its group, speaks among itself, and changes nothing', async () => {
    const { params, au } = await betweenTwo()
    expect(await au.call(getDocument, { params })).toMatchObject({ access: 'comment', parties: ['jp', 'kr'] })
    await au.call(createThread, { params, body: { audience: 'delegation', body: 'Watch this.' } })
    await au.expectRefused(createThread, { params, body: { audience: 'joint', body: 'And us?' } }, 403)
    const wording = { clause, language: 'en', exact: 'shall', with: 'may' }
    await au.expectRefused(proposeChange, { params, body: wording }, 403)
    await au.expectRefused(changePhase, { params, body: { phase: 'negotiating' } }, 403)
    for (const body of [{ title: { en: 'Ours', ja: '私たち' } }, { archived: true }, { panelOpen: true }]) {
      await au.expectRefused(updateDocument, { params, body }, 403)
    }
    await au.expectRefused(deleteDocument, { params }, 403)
    const client = await connect('au-cochair-quantum', params.id)
    await client.synced()
    appendJson(client.body, [clauseJson({ id: crypto.randomUUID(), kind: 'article' })], null)
    expect(await client.closed).toBe(closeCode.forbidden)
    client.stop()
    const committee = await actingAs(server, 'au-committee')
    await committee.expectRefused(createThread, { params, body: { audience: 'joint', body: 'And us?' } }, 403)
    const secretariat = await actingAs(server, 'secretariat')
    await secretariat.call(createThread, { params, body: { audience: 'joint', body: 'For the record.' } })
  })

  test('[N3][D9] what two of three parties have consented to is done without the third where these two participate', async () => {
    const { params, kr, jp } = await betweenTwo()
    const asked = await kr.call(changePhase, { params, body: { phase: 'negotiating' } })
    expect(asked.pending).toEqual({ phase: 'negotiating', consents: ['kr'] })
    expect((await jp.call(getDocument, { params })).pending).toEqual(asked.pending)
    expect((await jp.call(changePhase, { params, body: { phase: 'negotiating' } })).phase).toBe('negotiating')
    expect(await jp.call(getDocument, { params })).toMatchObject({ phase: 'negotiating', pending: null })
    const wording = { clause, language: 'en', exact: 'shall', with: 'may' }
    const { changes } = await kr.call(proposeChange, { params, body: wording })
    const [change] = changes
    expect(await jp.call(acceptChange, { params: { id: change?.id ?? '' }, body: {} })).toEqual({ settled: true })
    const place = changes[1]?.place ?? ''
    const settled = { params: { id: place }, body: { change: null } }
    expect(await kr.call(settlePlace, settled)).toEqual({ settled: false })
    expect(await jp.call(settlePlace, settled)).toEqual({ settled: true })
  })

  test('[N3][D9] where all three participate, a change waits for both of the others', async () => {
    const id = await newTargets('Among three')
    const [, jp, kr] = await Promise.all(parties.map((party) => actingAs(server, `${party}-cochair-quantum`)))
    const nodes = [clauseJson({ id: clause, kind: 'outcomeTarget' }, { en: [line([run(exact)])] })]
    await server.rooms.edit(id, actorOf('kr-cochair-quantum'), (body) => appendJson(body, nodes, null))
    const body = { clause, language: 'en', exact: 'shall', with: '' }
    const made = await kr?.call(proposeChange, { params: { id }, body })
    const change = { params: { id: made?.changes[0]?.id ?? '' }, body: {} }
    expect(await jp?.call(acceptChange, change)).toEqual({ settled: false })
    const au = await actingAs(server, 'au-drafter-quantum')
    expect(await au.call(acceptChange, change)).toEqual({ settled: true })
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
