/** SIGKILL on a real server with real connections. `npm run soak` runs many more of the same. */
import { expect, test } from 'vitest'
import { killRun } from '../support/kill-run.ts'

test.each([1, 2, 3, 4])(
  '[S1] nothing acknowledged or shown is lost over ten kills, seed %i',
  async (seed) => {
    const report = await killRun(seed, 10)
    expect(report.losses).toEqual([])
    expect(report.acknowledged).toBeGreaterThan(10)
  },
  120_000,
)
