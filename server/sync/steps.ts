/** Long work on one document, cut into steps between which the other documents get their turn. */
import { setImmediate } from 'node:timers/promises'

/** Does all of `work`, whose steps end where it yields, and gives what it returns. Rejects with what it throws. */
export async function inSteps<Result>(work: Generator<void, Result>): Promise<Result> {
  for (;;) {
    const step = work.next()
    if (step.done === true) return step.value
    await setImmediate()
  }
}
