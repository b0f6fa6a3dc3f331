/** What the pool and its processes tell each other. */
import type { Definition } from '#shared/domain/definition.ts'
import type { jobs } from './jobs.ts'

export type JobName = keyof typeof jobs
export type Input<Name extends JobName> = Parameters<(typeof jobs)[Name]>[0]
export type Output<Name extends JobName> = Awaited<ReturnType<(typeof jobs)[Name]>>

export type Ask = { readonly [Name in JobName]: { readonly name: Name; readonly input: Input<Name> } }[JobName]

/** What a process is sent: a job, and the definition of the initiative that it is done for. */
export type Request = { readonly ask: Ask; readonly definition: Definition }

/** Said once by a process that has started. */
export const ready = 'ready'

/** `ms`: how long the job took. */
export type Reply = { readonly ms: number } & ({ readonly output: unknown } | { readonly failure: string })
