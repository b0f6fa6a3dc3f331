/** The clauses of an open document as rows that follow the text, and the way back: changing fields in the same text. */
import { useMemo, useSyncExternalStore } from 'react'
import type { ClauseAttribute, DocumentKind } from '#shared/domain/documents.ts'
import { findClause, readClauses, writeFields, type ClauseRow } from '#shared/editor/clauses.ts'
import type { DocumentSummary } from '#shared/api/documents.ts'
import { documentQuery } from '#client/api/queries.ts'
import { useQuery } from '@tanstack/react-query'
import type { DocumentConnection } from '#client/connection/connection.ts'
import { useDocument, useLoaded, useSaveState } from '#client/connection/shared.ts'
import { isFinal } from '#client/connection/state.ts'

export type FieldChange = { readonly [A in ClauseAttribute]?: string | null }

export type LiveRows = {
  readonly summary: DocumentSummary
  readonly connection: DocumentConnection | null
  /** Null until the text is here. */
  readonly rows: readonly ClauseRow[] | null
  /** Fills in fields of a clause; null where the reader may not, or may no longer. */
  readonly change: ((clause: string, fields: FieldChange) => void) | null
  readonly error: Error | null
}

/** Marks the changes that come from a table or board. */
const origin = { name: 'projection' }

/** The first document of a kind among a group's, live; null if the group has none that the reader may open. */
export function useLiveRows(documents: readonly DocumentSummary[], kind: DocumentKind): LiveRows | null {
  const summary = documents.find(
    (document) => document.kind === kind && document.access !== null && document.delegation === null,
  )
  const { data: detail, error } = useQuery({ ...documentQuery(summary?.id ?? ''), enabled: summary !== undefined })
  const connection = useDocument(summary?.id ?? '', detail)
  const loaded = useLoaded(connection)
  const state = useSaveState(connection)
  const rows = useRows(connection)
  if (summary === undefined) return null
  const mayWrite = detail?.access === 'write' && loaded && state !== null && !isFinal(state)
  const change = (id: string, fields: FieldChange) => {
    const clause = connection && findClause(connection.body, id)
    if (clause) writeFields(clause, fields, origin)
  }
  return { summary, connection, rows: loaded ? rows : null, change: mayWrite ? change : null, error }
}

/** Rows are read again at most once per frame, however fast others type. */
function useRows(connection: DocumentConnection | null): readonly ClauseRow[] {
  const store = useMemo(() => {
    if (connection === null) return emptyStore
    let rows = readClauses(connection.body)
    return {
      get: () => rows,
      subscribe: (watcher: () => void) => {
        let frame: number | null = null
        const refresh = () => {
          frame = null
          rows = readClauses(connection.body)
          watcher()
        }
        const schedule = () => {
          frame ??= requestAnimationFrame(refresh)
        }
        schedule()
        connection.body.observeDeep(schedule)
        return () => {
          connection.body.unobserveDeep(schedule)
          if (frame !== null) cancelAnimationFrame(frame)
        }
      },
    }
  }, [connection])
  return useSyncExternalStore(store.subscribe, store.get)
}

const noRows: readonly ClauseRow[] = []
const emptyStore = { get: () => noRows, subscribe: () => () => undefined }
