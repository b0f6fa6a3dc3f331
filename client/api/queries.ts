/** What the pages ask the server for, cached: one entry per resource, so that an event can say which of them are out of date. */
import { keepPreviousData, queryOptions, QueryClient } from '@tanstack/react-query'
import { getDocument, listDocuments, type DocumentSummary } from '#shared/api/documents.ts'
import { getDefinition, getGroup, getInitiative } from '#shared/api/initiative.ts'
import { getSession, getSignInWays, listPersonas, type Session } from '#shared/api/session.ts'
import type { Days } from '#shared/domain/days.ts'
import type { Definition } from '#shared/domain/definition.ts'
import { installInitiative, type Group } from '#shared/domain/initiative.ts'
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
  definition: ['definition'],
  initiative: ['initiative'],
  groups: ['group'],
  group: (group: Group) => ['group', group],
  documents: ['documents'],
  document: (id: string) => ['document', id],
  threads: (document: string) => ['document', document, 'threads'],
  changes: (document: string) => ['document', document, 'changes'],
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

/** What the initiative is made of; null where that is not for those who are not signed in. Installed before it is given. */
export const definitionQuery = queryOptions({
  queryKey: queryKeys.definition,
  queryFn: async ({ signal }): Promise<Definition | null> => {
    try {
      const definition = await call(getDefinition, {}, signal)
      installInitiative(definition)
      return definition
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null
      throw error
    }
  },
  staleTime: Infinity,
})

/** How one signs in here. */
export const signInWaysQuery = queryOptions({
  queryKey: ['sign-in'],
  queryFn: async ({ signal }) => (await call(getSignInWays, {}, signal)).ways,
  staleTime: Infinity,
})

export const personasQuery = queryOptions({
  queryKey: ['personas'],
  queryFn: async ({ signal }) => (await call(listPersonas, {}, signal)).personas,
  staleTime: Infinity,
})

/** The initiative as it stands on those days: what is late by the counts of yesterday may not be shown today. */
export const initiativeQuery = (days: Days) =>
  queryOptions({
    queryKey: [...queryKeys.initiative, days],
    queryFn: ({ signal }) => call(getInitiative, {}, signal),
    placeholderData: keepPreviousData,
  })

export const groupQuery = (group: Group) =>
  queryOptions({
    queryKey: queryKeys.group(group),
    queryFn: ({ signal }) => call(getGroup, { params: { group } }, signal),
  })

/** All documents that the reader knows of and that are not put away. */
export const documentsQuery = queryOptions({
  queryKey: queryKeys.documents,
  queryFn: async ({ signal }) => {
    const documents: DocumentSummary[] = []
    let after: string | undefined
    do {
      const page = await call(listDocuments, { query: { after, limit: 200 } }, signal)
      documents.push(...page.documents)
      after = page.next ?? undefined
    } while (after !== undefined)
    return documents
  },
})

export const documentQuery = (id: string) =>
  queryOptions({
    queryKey: queryKeys.document(id),
    queryFn: ({ signal }) => call(getDocument, { params: { id } }, signal),
  })
