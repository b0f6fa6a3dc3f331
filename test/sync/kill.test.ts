/** SIGKILL on a real server with real connections. `npm run soak` runs many more of the same. */
import { readdirSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { failpoints } from '#server/failpoints.ts'
import { buildArmedServer, killRun, killsPerRound } from '../support/kill-run.ts'

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
