/** The outcome targets that actions may serve: read from the group's own targets, live. */
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { DocumentSummary } from '#shared/api/documents.ts'
import { readClauses } from '#shared/editor/clauses.ts'
import { documentQuery, documentsQuery } from '#client/api/queries.ts'
import { useDocument, useLoaded } from '#client/connection/shared.ts'
import type { LocalizedText } from '#shared/domain/languages.ts'

/** A clause elsewhere that a field may point to. */
export type Reference = { readonly id: string; readonly name: LocalizedText }

const nothing: readonly Reference[] = []
const pauseMs = 500

/** The clauses that fields of this document may point to; none where the document has no such fields. */
export function useReferences(document: Pick<DocumentSummary, 'group' | 'kind'>): readonly Reference[] {
  const wanted = document.kind === 'action-plan'
  const { data: documents } = useQuery({ ...documentsQuery, enabled: wanted })
  const targets = wanted
    ? documents?.find(
        ({ group, kind, access }) => group === document.group && kind === 'outcome-targets' && access !== null,
      )
    : undefined
  const { data: detail } = useQuery({ ...documentQuery(targets?.id ?? ''), enabled: targets !== undefined })
  const connection = useDocument(targets?.id ?? '', targets === undefined ? null : detail)
  const loaded = useLoaded(connection)
  const [references, setReferences] = useState(nothing)
  useEffect(() => {
    if (connection === null || !loaded) return undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    const read = () => {
      timer = undefined
      setReferences(
        readClauses(connection.body)
          .filter(({ kind }) => kind === 'outcomeTarget')
          .map(({ id, label, title }) => ({
            id,
            name: { en: `${label.en}: ${title.en}`, ja: `${label.ja}　${title.ja}` },
          })),
      )
    }
    const later = () => {
      timer ??= setTimeout(read, pauseMs)
    }
    read()
    connection.body.observeDeep(later)
    return () => {
      clearTimeout(timer)
      connection.body.unobserveDeep(later)
    }
  }, [connection, loaded])
  return references
}
