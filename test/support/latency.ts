/**
 * Whether waiting tells a secret: the same thing is timed where there is much of it and where there is none, by turns, and nobody
 * may be able to tell the times apart. Ready for whatever must not be counted from outside: what is hidden is the arms' business,
 * what is timed the probe's.
 */
import type { Random } from './random.ts'

/** How long each thing that was done took, in milliseconds. */
export type Times<Thing extends string> = Readonly<Record<Thing, number>>

/** The times of each arm, in the order of the rounds. */
export type Samples<Arm, Thing extends string> = ReadonlyMap<Arm, readonly Times<Thing>[]>

/**
 * So many rounds, in each of which every arm has its turn, in an order that chance decides: whatever else the machine does meets
 * all of them alike. The first rounds, in which code is compiled and caches fill, are not counted.
 */
export async function takeTurns<Arm, Thing extends string>(
  arms: readonly Arm[],
  { rounds, warmUp, chance }: { rounds: number; warmUp: number; chance: Random },
  probe: (arm: Arm) => Promise<Times<Thing>>,
): Promise<Samples<Arm, Thing>> {
  const samples = new Map<Arm, Times<Thing>[]>(arms.map((arm) => [arm, []]))
  for (let round = -warmUp; round < rounds; round += 1) {
    for (const arm of chance.shuffled(arms)) {
      const times = await probe(arm)
      if (round >= 0) samples.get(arm)?.push(times)
    }
  }
  return samples
}

/** How long `work` takes, in milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

/** Only times of about the same moment are compared: a machine that grows slower meanwhile makes no difference of one. */
const block = 5

/**
 * The chance that a time of `b` is longer than one of `a` (AUC): 0.5 where they cannot be told apart, 1 where each of `b` is
 * longer. Ranks alone count, so that a few very long times weigh no more than others.
 */
export function distinguishability(a: readonly number[], b: readonly number[]): number {
  const blocks: number[] = []
  for (let from = 0; from < Math.min(a.length, b.length); from += block) {
    const [before, after] = [a.slice(from, from + block), b.slice(from, from + block)]
    let longer = 0
    for (const x of before) for (const y of after) longer += y > x ? 1 : y === x ? 0.5 : 0
    blocks.push(longer / (before.length * after.length))
  }
  return blocks.reduce((sum, each) => sum + each, 0) / blocks.length
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((x, y) => x - y)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** Beyond these bounds on the AUC two hundred probes tell one from the other. */
const [least, most] = [0.4, 0.6]
const rounds = 200
const warmUp = 10

export const tells = ({ auc }: { readonly auc: number }): boolean => auc < least || auc > most

/**
 * Times each thing two hundred times in every arm. By chance alone one figure in two thousand lies outside the bounds: where one
 * does, as many rounds again and twice over decide with the first, by which chance has as good as none.
 */
export async function measure<Arm, Thing extends string>(
  arms: readonly Arm[],
  things: readonly Thing[],
  chance: Random,
  probe: (arm: Arm) => Promise<Times<Thing>>,
): Promise<Row<Arm, Thing>[]> {
  const first = await takeTurns(arms, { rounds, warmUp, chance }, probe)
  const rows = compare(first, things)
  // Nor can chance alone be as far off as this.
  if (!rows.some(tells) || rows.some(({ auc }) => auc < 0.25 || auc > 0.75)) return rows
  const more = await takeTurns(arms, { rounds: 2 * rounds, warmUp: 0, chance }, probe)
  return compare(new Map(arms.map((arm) => [arm, [...(first.get(arm) ?? []), ...(more.get(arm) ?? [])]])), things)
}

export type Row<Arm, Thing> = { readonly thing: Thing; readonly arm: Arm; readonly ms: number; readonly auc: number }

/** For each thing and each arm how long it takes at the median, and how well it can be told from the first arm. */
export function compare<Arm, Thing extends string>(
  samples: Samples<Arm, Thing>,
  things: readonly Thing[],
): Row<Arm, Thing>[] {
  const [first = []] = samples.values()
  return things.flatMap((thing) =>
    [...samples].map(([arm, times]) => {
      const of = (each: readonly Times<Thing>[]) => each.map((one) => one[thing])
      return { thing, arm, ms: median(of(times)), auc: distinguishability(of(first), of(times)) }
    }),
  )
}
