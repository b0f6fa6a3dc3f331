/**
 * Honest people of three parties are not refused, however late everything reaches them: a smaller number of edits here, 20,000 with
 * `HONEST_EDITS=20000 npm test -- test/negotiation/honest`.
 */
import { expect, test } from 'vitest'
import { negotiate } from '../support/negotiators.ts'
import { random } from '../support/random.ts'

const wanted = Number(process.env['HONEST_EDITS'] ?? 400)
const perText = 100
const mostMilliseconds = 1_200_000

function tryOut(count: number, undoes: boolean) {
  const refused: string[] = []
  let [edits, sent, healed] = [0, 0, 0]
  for (let seed = 1; edits < count; seed += 1) {
    const session = negotiate(random(seed), perText, { undoes })
    edits += session.edits
    sent += session.sent
    healed += session.healed
    refused.push(...session.refused.map((objection) => `${objection} (seed ${seed})`))
  }
  process.stdout.write(
    `honest: ${edits} edits in ${sent} updates, ${healed} healed, refused: ${refused.join() || 'none'}\n`,
  )
  return { edits, refused: refused.length }
}

test(
  '[N1] [N2] of honest edits by three parties in copies that lag at most one in five thousand is refused, and rejecting everything gives back the base; seeds from 1',
  () => {
    const { edits, refused } = tryOut(wanted, false)
    expect(refused).toBeLessThanOrEqual(Math.floor(edits / 5000))
  },
  mostMilliseconds,
)

test(
  '[N1] [N2] where one edit in twenty is undone, at most one in three hundred is refused, and the base stands; seeds from 1',
  () => {
    const { edits, refused } = tryOut(Math.min(wanted, 3000), true)
    expect(refused).toBeLessThanOrEqual(Math.ceil(edits / 300))
  },
  mostMilliseconds,
)

const seeds = Number(process.env['NEGOTIATION_SEEDS'] ?? 3)
test(
  `[N3] [N5] all copies agree after any interleaving of suggestions and settlements, and only settlements change the base; ${seeds} seeds`,
  () => {
    let settlements = 0
    for (let seed = 1; seed <= seeds; seed += 1)
      settlements += negotiate(random(seed), perText, { settles: true }).settlements
    expect(settlements).toBeGreaterThan(seeds)
  },
  mostMilliseconds,
)
