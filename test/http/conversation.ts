/** Two honest people who write while something else goes on. */
import { expect } from 'vitest'
import { bodyName } from '#shared/protocol/messages.ts'
import type { TestServer } from '#test/support/server.ts'
import { connectStock, type StockClient } from '#test/support/stock.ts'
import { findWords } from './text.ts'

/** Two people who write by turns, each waiting for what the other wrote, until `flood` is over. Gives how often. */
export async function converseDuring(us: StockClient, jp: StockClient, flood: Promise<unknown>): Promise<number> {
  let over = false
  const ended = flood.finally(() => (over = true))
  let lost = 0
  for (const { provider } of [us, jp]) provider.on('connection-close', () => (lost += 1))
  let turns = 0
  while (!over || turns < 20) {
    const [writer, reader] = turns % 2 === 0 ? [us, jp] : [jp, us]
    turns += 1
    const word = `turn${turns} `
    const { text, index } = findWords(writer.body, 'Participants')
    text.insert(index, word)
    await reader.until(() => JSON.stringify(reader.body).includes(word))
  }
  await ended
  expect(lost).toBe(0)
  expect(JSON.stringify(us.doc.getXmlFragment(bodyName))).toBe(JSON.stringify(jp.doc.getXmlFragment(bodyName)))
  return turns
}

/** A co-chair of each side, in the same text. `headers` go with the upgrade. */
export async function bothSides(server: TestServer, headers: Readonly<Record<string, string>> = {}) {
  const join = async (persona: string) => {
    const client = connectStock(server.url, 'semiconductors-mou', { cookie: await server.signIn(persona), headers })
    await client.synced()
    return client
  }
  return [await join('us-cochair-semiconductors'), await join('jp-cochair-semiconductors')] as const
}

/** Runs `work` so many times, some at once. */
export async function times(count: number, atOnce: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0
  const lane = async () => {
    while (next < count) {
      next += 1
      await work(next)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
}
