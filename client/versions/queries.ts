/** What the list of versions asks the server for. */
import { queryOptions } from '@tanstack/react-query'
import { listSnapshots } from '#shared/api/snapshots.ts'
import { call } from '#client/api/call.ts'
import { queryKeys } from '#client/api/queries.ts'

/** The snapshots of a document, newest first. */
export const snapshotsQuery = (id: string) =>
  queryOptions({
    queryKey: queryKeys.snapshots(id),
    queryFn: async ({ signal }) => (await call(listSnapshots, { params: { id } }, signal)).snapshots,
  })
