/** What the margin asks the server for, and what it shows before the server has answered. */
import { queryOptions, useQuery } from '@tanstack/react-query'
import { useMemo, useSyncExternalStore } from 'react'
import { listThreads, type Thread } from '#shared/api/threads.ts'
import { call } from '#client/api/call.ts'
import { queryKeys } from '#client/api/queries.ts'
import { expectedOf } from './expected.ts'

/** The threads of a document that I may see, as the server has them. */
export const threadsQuery = (id: string) =>
  queryOptions({
    queryKey: queryKeys.threads(id),
    queryFn: async ({ signal }) => (await call(listThreads, { params: { id } }, signal)).threads,
  })

/** The threads of a document that I may see, with my changes that are on their way; undefined until they are here. */
export function useThreads(document: string): {
  readonly threads: readonly Thread[] | undefined
  readonly error: Error | null
  readonly refetch: () => unknown
} {
  const { data, error, refetch } = useQuery(threadsQuery(document))
  const expected = expectedOf(document)
  const changes = useSyncExternalStore(expected.subscribe, expected.get)
  const threads = useMemo(
    () => data && changes.reduce<readonly Thread[]>((now, change) => change(now), data),
    [data, changes],
  )
  return { threads, error, refetch }
}
