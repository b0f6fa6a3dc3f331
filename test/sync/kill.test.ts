/** SIGKILL on a real server with real connections. `npm run soak` runs many more of the same. */
import { readdirSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { listDocuments } from '#shared/api/documents.ts'
import { listSnapshots } from '#shared/api/snapshots.ts'
import { listThreads } from '#shared/api/threads.ts'
import { failpoints } from '#server/failpoints.ts'
import { caller } from '../http/client.ts'
import { buildArmedServer, killRun, killsPerRound } from '../support/kill-run.ts'
import { random } from '../support/random.ts'
import { spawnServer } from '../support/server.ts'
import { temporaryFolder } from '../support/storage.ts'

beforeAll(buildArmedServer)

describe.concurrent('kills', () => {
  test.each([1, 2])(
    '[S1] nothing acknowledged or shown is lost over twenty kills, at each failpoint and at any moment, seed %i',
    async (seed) => {
      const { kills, losses, strays, acknowledged, shown } = await killRun(seed, killsPerRound)
      expect(losses).toEqual([])
      expect(strays).toEqual([])
      expect([...kills.values()].reduce((sum, count) => sum + count, 0)).toBe(20)
      expect(failpoints.filter((failpoint) => kills.get(failpoint) !== 1)).toEqual([])
      expect(acknowledged).toBeGreaterThan(500)
      expect(shown).toBeGreaterThan(500)
    },
    300_000,
  )
})

describe.concurrent('a first start', () => {
  const moments = random(18)
  const deaths = [
    ...['append.row:1', 'append.row:18', 'append.committed:1'].map((point) => ({
      at: `the failpoint ${point}`,
      point,
    })),
    ...Array.from({ length: 7 }, () => moments.int(100, 900)).map((ms) => ({ at: `${ms} ms`, ms })),
  ]
  test.each(deaths)('[S1][P5] killed at $at: the next one has the whole demo', async (death) => {
    await using folder = await temporaryFolder()
    const environment = { DATA_DIR: folder.path, LOG_LEVEL: 'info' }
    const first = spawnServer('point' in death ? { ...environment, FAILPOINT: death.point } : environment, {
      program: 'armed',
    })
    if ('ms' in death) setTimeout(() => first.kill('SIGKILL'), death.ms)
    expect((await first.exited).signal).toBe('SIGKILL')
    const second = spawnServer(environment, { program: 'armed' })
    const us = caller({ url: await second.ready }, await second.signIn('us-cochair-semiconductors'))
    const params = { id: 'semiconductors-mou' }
    const { documents } = await us.call(listDocuments)
    const { threads } = await us.call(listThreads, { params })
    const { snapshots } = await us.call(listSnapshots, { params })
    second.kill('SIGKILL')
    await second.exited
    // What a co-chair sees of the eighteen.
    expect([documents.length, threads.length, snapshots.length]).toEqual([12, 3, 1])
  })
})

test('[S1] the program that is shipped has no failpoint', () => {
  const programOf = (folder: string) => {
    const path = new URL(`../../dist/${folder}/`, import.meta.url)
    const files = readdirSync(path).filter((name) => name.endsWith('.js'))
    return files.map((name) => readFileSync(new URL(name, path), 'utf8')).join('\n')
  }
  const [shipped, armed] = [programOf('server'), programOf('test-server')]
  const traces = ['ailpoint', 'FAILPOINT', ...failpoints.filter((point) => point.includes('.'))]
  expect(traces.filter((trace) => !armed.includes(trace))).toEqual([])
  expect(traces.filter((trace) => shipped.includes(trace))).toEqual([])
})
