/** Who may read a document: fetched with the margin, not with the first page. */
import { queryOptions } from '@tanstack/react-query'
import { listReaders } from '#shared/api/threads.ts'
import { call } from './call.ts'
import { queryKeys } from './queries.ts'

/** Everyone who may open a document. */
export const readersQuery = (document: string) =>
  queryOptions({
    queryKey: [...queryKeys.document(document), 'people'],
    queryFn: async ({ signal }) => (await call(listReaders, { params: { id: document } }, signal)).people,
  })
