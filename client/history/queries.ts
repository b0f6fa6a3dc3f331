/** What the history is made of, as the server tells it. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { getAuthors, getHistory, getMoment, getTimeline } from '#shared/api/history.ts'
import { call } from '#client/api/call.ts'

/** Texts are large: those that the slider has left are soon let go. */
const momentMs = 60_000
/** Client ids are new with each page that is opened: who has just begun to write is asked for again after this. */
const authorsMs = 5000

/** The marks of the slider, as of now. */
export const timelineQuery = (document: string) =>
  queryOptions({
    queryKey: ['history', document, 'timeline'],
    queryFn: async ({ signal }) => (await call(getTimeline, { params: { id: document } }, signal)).marks,
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
  })

/** The text as it stood after change `seq`; a request for a moment that nobody waits for any more is called off. */
export const momentQuery = (document: string, seq: number) =>
  queryOptions({
    queryKey: ['history', document, 'moment', seq],
    queryFn: ({ signal }) => call(getMoment, { params: { id: document, seq: String(seq) } }, signal),
    staleTime: Infinity,
    gcTime: momentMs,
  })

/** Runs of changes, newest first. */
export const runsQuery = (document: string) =>
  infiniteQueryOptions({
    queryKey: ['history', document, 'runs'],
    queryFn: ({ signal, pageParam }) =>
      call(getHistory, { params: { id: document }, query: pageParam === null ? {} : { before: pageParam } }, signal),
    initialPageParam: null as number | null,
    getNextPageParam: ({ entries, more }) => (more ? (entries.at(-1)?.firstSeq ?? null) : null),
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
  })

/** Whose each writing client is. */
export const authorsQuery = (document: string) =>
  queryOptions({
    queryKey: ['history', document, 'authors'],
    queryFn: async ({ signal }) => (await call(getAuthors, { params: { id: document } }, signal)).clients,
    staleTime: authorsMs,
  })
