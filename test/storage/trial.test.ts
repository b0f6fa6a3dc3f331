import { test, expect } from 'vitest'
import { temporaryStorage } from '#test/support/storage.ts'
test('trial', async () => {
  let t = performance.now()
  const { storage, dispose } = await temporaryStorage()
  console.log('open ms', performance.now() - t)
  const ok = await storage.documents.create([
    {
      id: 'a',
      group: 'ai',
      kind: 'mou',
      title: { en: 'a', ja: 'b' },
      panelOpen: false,
      schemaVersion: 1,
      createdAt: 1,
      createdBy: null,
      epoch: 5,
      state: new Uint8Array([1]),
      clientId: 4294967295,
    },
  ])
  expect(ok).toBe(true)
  console.log(await storage.log.load('a'), await storage.documents.list())
  const bytes = new Uint8Array(60)
  for (const group of [1, 1, 100]) {
    const times: number[] = []
    t = performance.now()
    const n = group === 1 ? 2000 : 500
    for (let i = 0; i < n; i++) {
      const s = performance.now()
      const r = await storage.log.append([
        {
          document: 'a',
          epoch: 5,
          clients: [],
          rows: Array.from({ length: group }, () => ({ user: 'us', at: 3, bytes })),
        },
      ])
      times.push(performance.now() - s)
    }
    const total = performance.now() - t
    times.sort((a, b) => a - b)
    console.log(group, 'p50', times[n >> 1], 'p99', times[Math.floor(n * 0.99)], 'rows/s', ((n * group) / total) * 1000)
  }
  t = performance.now()
  const l = await storage.log.load('a')
  console.log('load', l!.updates.length, performance.now() - t)
  t = performance.now()
  await dispose()
  console.log('close ms', performance.now() - t)
})
