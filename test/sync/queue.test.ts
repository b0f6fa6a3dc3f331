/** Whoever sends much, or what must not stand, waits behind themselves. */
import { expect, onTestFinished, test, vi } from 'vitest'
import { TaskQueue } from '#server/sync/queue.ts'
import type { Task } from '#server/sync/tasks.ts'
import { openSession } from '#server/sync/session.ts'
import { updateFrame } from '#server/sync/frames.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import { document, startEngine, textOf } from '../support/engine.ts'
import { element, writeUpdate } from '../support/hostile-updates.ts'
import { settled } from '../support/memory-log.ts'
import { actorOf, joinPeer } from '../support/peer.ts'

const sessionOf = (persona: string) =>
  openSession(
    {
      actor: actorOf(persona),
      tokenHash: persona,
      writes: true,
      canReadHistory: true,
      acknowledges: true,
      epoch: null,
    },
    { send() {}, close() {}, bufferedAmount: 0 },
    async () => null,
  )

test('[S5] [S6] of each user’s tasks one goes in turn, in the order in which they came', () => {
  const [many, few, none] = ['us-drafter-ai', 'jp-cochair-ai', 'secretariat'].map(sessionOf)
  if (many === undefined || few === undefined || none === undefined) throw new Error('There are three sessions')
  const queue = new TaskQueue()
  const tasks = new Map<Task, string>()
  const push = (name: string, task: Task) => {
    tasks.set(task, name)
    queue.push(task)
  }
  const message = (session: typeof many, count: number): Task => ({
    type: 'message',
    session,
    message: { type: 'acknowledge', count },
    size: 1,
  })
  const take = (most: number) => queue.take(most).map((task) => tasks.get(task))
  for (let at = 1; at <= 6; at += 1) push(`many ${at}`, message(many, at))
  push('few 1', message(few, 1))
  push('few 2', message(few, 2))
  push('none 1', { type: 'greet', session: none })
  push('read', { type: 'read', view() {}, fail() {}, missing() {} })
  expect(queue.length).toBe(10)
  expect(take(3)).toEqual(['many 1', 'few 1', 'none 1'])
  push('few 3', message(few, 3))
  expect(take(4)).toEqual(['read', 'many 2', 'few 2', 'many 3'])
  expect(queue.some((task) => task.type === 'message' && task.session === few)).toBe(true)
  expect(queue.some((task) => task.type === 'greet')).toBe(false)
  expect(take(2)).toEqual(['few 3', 'many 4'])
  expect(queue.takeAll().map((task) => tasks.get(task))).toEqual(['many 5', 'many 6'])
  expect(queue.length).toBe(0)
})

test('[S5] a lane that is never empty keeps its order, however much has gone through it', () => {
  const session = sessionOf('us-drafter-ai')
  const queue = new TaskQueue()
  const taken: number[] = []
  const take = (most: number) => {
    for (const task of queue.take(most)) {
      if (task.type === 'message' && task.message.type === 'acknowledge') taken.push(task.message.count)
    }
  }
  for (let count = 0; count < 5000; count += 1) {
    queue.push({ type: 'message', session, message: { type: 'acknowledge', count }, size: 1 })
    if (count % 3 > 0) take(1)
  }
  take(Number.POSITIVE_INFINITY)
  expect(taken).toEqual(Array.from({ length: 5000 }, (_, count) => count))
})

test('[S5] [S6] an edit beside a flood of another user goes with the next batch', async () => {
  const engine = startEngine()
  const flooder = joinPeer(engine.rooms, document, { persona: 'us-drafter-ai' })
  const writer = joinPeer(engine.rooms, document, { persona: 'jp-cochair-ai' })
  const reader = joinPeer(engine.rooms, document, { persona: 'secretariat', writes: false })
  await settled()
  const written: string[][] = []
  engine.log.before.append = (entries) => {
    written.push(entries.flatMap(({ rows }) => rows.map(({ user }) => user ?? '')))
  }
  for (let sent = 0; sent < 3000; sent += 1) textOf(flooder.body, 0, 'en').insert(0, 'x')
  textOf(writer.body, 1, 'ja').insert(0, '続')
  for (let turn = 0; turn < 20; turn += 1) await settled()
  expect(written.findIndex((users) => users.includes('jp-cochair-ai'))).toBe(0)
  expect(written.flat().filter((user) => user === 'us-drafter-ai').length).toBeGreaterThan(1)
  expect(textOf(reader.body, 1, 'ja').toString()).toContain('続')
})

test('[S6] what a refusal costs everyone is its author’s, so that it cannot be had again and again', async () => {
  const engine = startEngine()
  const reader = joinPeer(engine.rooms, document, { persona: 'secretariat', writes: false })
  await settled()
  let loads = 0
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => loads * 60)
  onTestFinished(() => clock.mockRestore())
  engine.log.before.load = () => {
    loads += 1
  }
  for (let tried = 0; tried < 60; tried += 1) {
    const hostile = joinPeer(engine.rooms, document, { persona: 'us-drafter-ai' })
    await settled()
    hostile.send(
      updateFrame(
        writeUpdate([{ client: 1000 + tried, clock: 0, structs: [element('clauseText', { parent: bodyName })] }]),
      ),
    )
    await settled()
    await settled()
    expect(hostile.closed?.code).toBe(4403)
  }
  // A second in all, then nothing of theirs is applied any more.
  expect(loads).toBe(17)
  expect(reader.closed).toBeNull()
})
