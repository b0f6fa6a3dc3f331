/** What is derived from documents and kept: never behind the log, and no more work than there are changes. */
import { expect, test } from 'vitest'
import { createLatest } from '#server/projections/latest.ts'

const at = (head: number, epoch = 1) => ({ id: 'mou', head, epoch })

test('[D7] a derived value is brought forward once for each step of the log, however many ask for it', async () => {
  const asked: string[] = []
  const latest = createLatest<number>(({ head }, before) => {
    asked.push(`${before?.seq ?? 'none'} to ${head}`)
    return Promise.resolve({ seq: head, value: head })
  })
  expect(await Promise.all([latest(at(3)), latest(at(3)), latest(at(3))])).toEqual([3, 3, 3])
  expect(await latest(at(3))).toBe(3)
  expect(await latest(at(2))).toBe(3)
  expect(await latest(at(5))).toBe(5)
  expect(asked).toEqual(['none to 3', '3 to 5'])
})

test('[D7] a request for a later step of the log does not share the value of an earlier step that is still being derived', async () => {
  const waiting: (() => void)[] = []
  const latest = createLatest<number>(
    ({ head }) => new Promise((resolve) => waiting.push(() => resolve({ seq: head, value: head }))),
  )
  const earlier = latest(at(1))
  const later = latest(at(2))
  for (const go of waiting) go()
  expect(await Promise.all([earlier, later])).toEqual([1, 2])
})

test('[D7] nothing is kept of a text that was replaced as a whole, nor of a failure', async () => {
  const befores: (number | null)[] = []
  let fails = true
  const latest = createLatest<number>(({ head, epoch }, before) => {
    befores.push(before?.seq ?? null)
    return fails ? Promise.reject(new Error('unreadable')) : Promise.resolve({ seq: head, value: epoch })
  })
  await expect(latest(at(1))).rejects.toThrow('unreadable')
  fails = false
  expect(await latest(at(1))).toBe(1)
  expect(await latest(at(1, 2))).toBe(2)
  expect(befores).toEqual([null, null, null])
})
