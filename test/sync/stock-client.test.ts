/** The stock y-websocket client against a real server: what any client of that protocol may rely on. */
import * as encoding from 'lib0/encoding'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findClause, findClauseText, readClauses } from '#shared/editor/clauses.ts'
import { closeCode, messageType } from '#shared/protocol/messages.ts'
import * as Y from 'yjs'
import { startTestServer, type TestServer } from '../support/server.ts'
import { connectStock, type StockClient } from '../support/stock.ts'

const mou = 'semiconductors-mou'

const acknowledge = (count: number) =>
  encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, messageType.acknowledge)
    encoding.writeVarUint(encoder, count)
  })

/** Types at the start of the first article's text in a language. */
function write({ body }: StockClient, language: 'en' | 'ja', words: string): void {
  const id = readClauses(body).find(({ kind }) => kind === 'article')?.id ?? ''
  const clause = findClause(body, id)
  const text = clause && findClauseText(clause, language)?.get(0)
  const run = text instanceof Y.XmlElement ? text.get(0) : undefined
  if (!(run instanceof Y.XmlText)) throw new Error('The first article has text')
  run.insert(0, words)
}

const firstArticle = ({ body }: StockClient) => readClauses(body).find(({ kind }) => kind === 'article')

describe('a stock client', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.stop())

  const connect = async (persona: string, params: Record<string, string> = {}, document = mou) =>
    connectStock(server.url, document, { cookie: await server.signIn(persona), params })

  test('[S14] gets the seeded text once, with both languages in every clause', async () => {
    await using client = await connect('us-cochair-semiconductors')
    await client.synced()
    const rows = readClauses(client.body)
    expect(rows.filter(({ kind }) => kind === 'article').length).toBeGreaterThanOrEqual(6)
    for (const { text } of rows) {
      expect(text.en).toMatch(/[A-Za-z]/)
      expect(text.ja).toMatch(/[\u3040-\u9fff]/)
    }
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length)
  })

  test('[S1] two of them converge', async () => {
    await using us = await connect('us-cochair-semiconductors')
    await using jp = await connect('jp-cochair-semiconductors')
    await Promise.all([us.synced(), jp.synced()])
    write(us, 'en', 'Hello ')
    write(jp, 'ja', 'こんにちは、')
    await us.until(() => firstArticle(us)?.text.ja.startsWith('こんにちは、') === true)
    await jp.until(() => firstArticle(jp)?.text.en.startsWith('Hello ') === true)
    expect(firstArticle(us)).toEqual(firstArticle(jp))
  })

  test('[S10] sees others as the server knows them, whatever they claim', async () => {
    await using us = await connect('us-cochair-semiconductors')
    await using jp = await connect('jp-drafter-semiconductors')
    await Promise.all([us.synced(), jp.synced()])
    jp.provider.awareness.setLocalStateField('user', {
      name: 'Someone else',
      party: 'us',
      role: 'principal',
      color: '#000000',
    })
    const seen = () => us.provider.awareness.getStates().get(jp.doc.clientID)?.['user']
    await us.until(() => seen() !== undefined)
    expect(seen()).toMatchObject({
      name: 'JP Drafter',
      party: 'jp',
      role: 'drafter',
      color: expect.stringMatching(/^#[0-9a-f]{6}$/),
    })
    jp.stop()
    await us.until(() => !us.provider.awareness.getStates().has(jp.doc.clientID))
  })

  test('[S8] a reader that types is refused for good, and nothing of it is kept', async () => {
    await using panelist = await connect('panelist-semiconductors')
    await panelist.synced()
    write(panelist, 'en', 'Panel was here. ')
    expect(await panelist.closed).toBe(closeCode.forbidden)
    await using us = await connect('us-cochair-semiconductors')
    await us.synced()
    expect(firstArticle(us)?.text.en).not.toContain('Panel was here')
  })

  test('[S1] with ?v=1 it is told when everything before is on disk; without, nothing of ours reaches it', async () => {
    await using asking = await connect('us-cochair-semiconductors', { v: '1' })
    await using plain = await connect('us-drafter-semiconductors')
    await Promise.all([asking.synced(), plain.synced()])
    write(asking, 'en', 'A')
    asking.send(acknowledge(1))
    await asking.until(() => asking.acknowledged.includes(1))
    const rows = await server.storage.log.history(mou, { after: 0, upTo: 1_000_000, limit: 10_000 })
    expect(rows.at(-1)?.user).toBe('us-cochair-semiconductors')
    write(plain, 'en', 'B')
    plain.send(acknowledge(1))
    await asking.until(() => firstArticle(asking)?.text.en.startsWith('BA') === true)
    expect(plain.messageTypes.filter((type) => type > 3)).toEqual([])
  })

  test('[S8] a refused client that asked for our messages hears the refusal before the close', async () => {
    await using panelist = await connect('panelist-semiconductors', { v: '1' })
    await panelist.synced()
    write(panelist, 'ja', '不可')
    expect(await panelist.closed).toBe(closeCode.forbidden)
    expect(panelist.messageTypes).toContain(messageType.refused)
  })

  test.each([
    ['no session', undefined, mou, closeCode.unauthenticated],
    ['an unknown document', 'secretariat', 'no-such-document', closeCode.notFound],
    ['a malformed id', 'secretariat', '..%2F..%2Fetc', closeCode.notFound],
    ['a document that the role may not open', 'us-cochair-ai', mou, closeCode.notFound],
    ['a document closed to the panel', 'panelist-semiconductors', 'semiconductors-action-plan', closeCode.notFound],
  ])('[S11] %s is turned away with its code', async (_, persona, document, code) => {
    const cookie = persona === undefined ? {} : { cookie: await server.signIn(persona) }
    await using client = connectStock(server.url, document, cookie)
    expect(await client.closed).toBe(code)
    expect(client.body.length).toBe(0)
  })

  test('[S14] an outdated client and a copy of another epoch are told so', async () => {
    await using old = await connect('us-cochair-semiconductors', { schema: '0' })
    expect(await old.closed).toBe(closeCode.clientTooOld)
    await using stale = await connect('us-cochair-semiconductors', { epoch: '1' })
    expect(await stale.closed).toBe(closeCode.wrongEpoch)
  })

  test('[S9] signing out ends the connection for good', async () => {
    const cookie = await server.signIn('us-cochair-semiconductors')
    await using client = connectStock(server.url, mou, { cookie })
    await client.synced()
    await fetch(`${server.url}/api/session`, { method: 'DELETE', headers: { cookie } })
    expect(await client.closed).toBe(closeCode.unauthenticated)
  })

  test('[S11] the session token opens a connection without a cookie', async () => {
    const cookie = await server.signIn('secretariat')
    await using client = connectStock(server.url, mou, { params: { token: cookie.split('=')[1] ?? '' } })
    await client.synced()
    expect(readClauses(client.body).length).toBeGreaterThan(5)
  })
})
