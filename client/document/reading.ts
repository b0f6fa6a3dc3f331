/** Notes on the server that I have seen the document, while it is on my screen. */
import { useEffect } from 'react'
import { markDocumentRead } from '#shared/api/documents.ts'
import { call } from '#client/api/call.ts'
import { queryClient, queryKeys } from '#client/api/queries.ts'
import type { Store } from '#client/connection/store.ts'

const settleMs = 4000

/** `revision` rises with the text: what I watch being written I have seen. */
export function useReading(document: string, revision: Store<number>): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const mark = () => {
      timer = undefined
      if (globalThis.document.visibilityState !== 'visible') return
      call(markDocumentRead, { params: { id: document } })
        .then(() => queryClient.invalidateQueries({ queryKey: queryKeys.documents }))
        .catch(() => undefined)
    }
    const later = () => {
      timer ??= setTimeout(mark, settleMs)
    }
    mark()
    const stop = revision.subscribe(later)
    globalThis.document.addEventListener('visibilitychange', mark)
    return () => {
      clearTimeout(timer)
      stop()
      globalThis.document.removeEventListener('visibilitychange', mark)
    }
  }, [document, revision])
}
