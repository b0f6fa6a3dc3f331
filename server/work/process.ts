/** A process that does one job after the other; see `jobs`. It ends with the server that asks it. */
import { jobs } from './jobs.ts'
import { isDeepStrictEqual } from 'node:util'
import { hasInitiative, initiative, installInitiative } from '#shared/domain/initiative.ts'
import { ready, type Ask, type Reply, type Request } from './messages.ts'

async function reply({ name, input }: Ask): Promise<Reply> {
  const began = performance.now()
  const ms = () => performance.now() - began
  try {
    const job: (given: never) => unknown = jobs[name]
    // The name and the input come in one piece that the pool has typed.
    return { output: await job(input as never), ms: ms() }
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error), ms: ms() }
  }
}

const say = (message: Reply | typeof ready) => process.send?.(message)

process.on('message', ({ ask, definition }: Request) => {
  // What follows from a definition is made anew for each that is installed: only another one is.
  if (!hasInitiative() || !isDeepStrictEqual(initiative().definition, definition)) installInitiative(definition)
  void reply(ask).then(say)
})
process.on('disconnect', () => process.exit())
// The server decides when: on Ctrl-C it still answers what it was asked.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {})
say(ready)
