/** Where the parties stand on the changes of a document, and what one asks the server to do with them. */
import { queryOptions, useQuery } from '@tanstack/react-query'
import { useMemo, useSyncExternalStore } from 'react'
import type { z } from 'zod'
import { listChanges } from '#shared/api/changes.ts'
import { openPlaces, type OpenPlace, type Standing } from '#shared/editor/changes/alternatives.ts'
import type { ListedChange } from '#shared/editor/changes/list.ts'
import { call } from '#client/api/call.ts'
import { queryKeys } from '#client/api/queries.ts'
import type { TextEditor } from '#client/editing/text-editor.ts'

/** The changes of a document as the server lists them. */
export const changesQuery = (document: string) =>
  queryOptions({
    queryKey: queryKeys.changes(document),
    queryFn: ({ signal }) => call(listChanges, { params: { id: document } }, signal),
  })

/** A choice that some parties, not yet all, would settle a place on; `change` null: the text as it stands. */
export type Settling = { readonly place: string; readonly change: string | null; readonly consents: readonly string[] }

const local = (document: string, id: string) => id.slice(document.length + 1)

type Answer = z.output<(typeof listChanges)['response']>

/** The open places of `changes`, with what the server last said of each as it reads now. */
export function placesOf(
  document: string,
  changes: readonly ListedChange[],
  answer: Answer | undefined,
): { readonly places: readonly OpenPlace[]; readonly settling: readonly Settling[] } {
  const said = new Map((answer?.changes ?? []).map((change) => [local(document, change.id), change]))
  const standings = changes.map((change): Standing => {
    const known = said.get(change.id)
    // What was said of other words is not said of these.
    const same = known?.deletes === change.deletes && known.inserts === change.inserts
    return same
      ? { ...change, accepted: known.accepted, declined: known.declined }
      : { ...change, accepted: [], declined: [] }
  })
  const settling = (answer?.settling ?? []).map(({ place, change, consents }) => ({
    place: local(document, place),
    change: change === null ? null : local(document, change),
    consents,
  }))
  return { places: openPlaces(standings), settling }
}

/** The open places of the text on the page, with where the parties stand on each change as it reads here. */
export function usePlaces(document: string, text: TextEditor): ReturnType<typeof placesOf> {
  const changes = useSyncExternalStore(text.changes.subscribe, text.changes.get)
  const { data } = useQuery({ ...changesQuery(document), enabled: changes.length > 0 })
  return useMemo(() => placesOf(document, changes, data), [changes, data, document])
}
