/** What the pages ask the server for, cached: one entry per resource, so that an event can say which of them are out of date. */
import { queryOptions, QueryClient } from '@tanstack/react-query'
import { getDocument, listDocuments } from '#shared/api/documents.ts'
import { getGroup, getInitiative } from '#shared/api/initiative.ts'
import { getSession, listPersonas, type Session } from '#shared/api/session.ts'
import { listSnapshots } from '#shared/api/snapshots.ts'
import { listThreads } from '#shared/api/threads.ts'
import type { Group } from '#shared/domain/groups.ts'
import { ApiError, call } from './call.ts'

/** Refused is refused: only what may pass by itself is tried again. */
const mayPass = (error: Error) => !(error instanceof ApiError) || error.status === 0 || error.status >= 500

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { retry: (failures, error) => failures < 2 && mayPass(error), staleTime: 30_000 },
    mutations: { retry: false },
  },
})

export const queryKeys = {
  session: ['session'],
  initiative: ['initiative'],
  groups: ['group'],
  group: (group: Group) => ['group', group],
  documents: ['documents'],
  document: (id: string) => ['document', id],
  threads: (document: string) => ['document', document, 'threads'],
  snapshots: (document: string) => ['document', document, 'snapshots'],
} as const

/** Who is signed in; null if no one is. */
export const sessionQuery = queryOptions({
  queryKey: queryKeys.session,
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      return await call(getSession, {}, signal)
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null
      throw error
    }
  },
  staleTime: Infinity,
})

export const personasQuery = queryOptions({
  queryKey: ['personas'],
  queryFn: async ({ signal }) => (await call(listPersonas, {}, signal)).personas,
  staleTime: Infinity,
})

export const initiativeQuery = queryOptions({
  queryKey: queryKeys.initiative,
  queryFn: ({ signal }) => call(getInitiative, {}, signal),
})

export const groupQuery = (group: Group) =>
  queryOptions({
    queryKey: queryKeys.group(group),
    queryFn: ({ signal }) => call(getGroup, { params: { group } }, signal),
  })

/** All documents that the reader may open. */
export const documentsQuery = queryOptions({
  queryKey: queryKeys.documents,
  queryFn: async ({ signal }) => (await call(listDocuments, { query: {} }, signal)).documents,
})

export const documentQuery = (id: string) =>
  queryOptions({
    queryKey: queryKeys.document(id),
    queryFn: ({ signal }) => call(getDocument, { params: { id } }, signal),
  })

export const threadsQuery = (id: string) =>
  queryOptions({
    queryKey: queryKeys.threads(id),
    queryFn: async ({ signal }) => (await call(listThreads, { params: { id } }, signal)).threads,
  })

export const snapshotsQuery = (id: string) =>
  queryOptions({
    queryKey: queryKeys.snapshots(id),
    queryFn: async ({ signal }) => (await call(listSnapshots, { params: { id } }, signal)).snapshots,
  })
