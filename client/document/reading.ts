/** Notes on the server that I have seen the document, while it is on my screen; and what others wrote while it was not. */
import { useEffect, useState } from 'react'
import type { z } from 'zod'
import { markDocumentRead } from '#shared/api/document-changes.ts'
import { call } from '#client/api/call.ts'
import { queryClient, queryKeys } from '#client/api/queries.ts'
import type { Store } from '#client/lib/store.ts'

const settleMs = 4000

export type Missed = NonNullable<z.output<typeof markDocumentRead.response>['missed']>

/**
 * What others wrote while the document was not on my screen: before it was opened, or while another page lay over it. `revision`
 * rises with the text: what I watch being written I have seen.
 */
export function useReading(document: string, revision: Store<number>): [Missed | null, () => void] {
  const [missed, setMissed] = useState<Missed | null>(null)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let here = true
    const mark = async (back: boolean) => {
      timer = undefined
      if (globalThis.document.visibilityState !== 'visible') return
      const answer = await call(markDocumentRead, { params: { id: document } }).catch(() => null)
      if (!here || answer === null) return
      void queryClient.invalidateQueries({ queryKey: queryKeys.documents })
      // The earliest change that I have not seen stays the earliest until I have looked.
      if (back && answer.missed) setMissed((before) => before ?? answer.missed)
    }
    const later = () => {
      timer ??= setTimeout(() => void mark(false), settleMs)
    }
    const comeBack = () => void mark(true)
    comeBack()
    const stop = revision.subscribe(later)
    globalThis.document.addEventListener('visibilitychange', comeBack)
    return () => {
      here = false
      clearTimeout(timer)
      stop()
      globalThis.document.removeEventListener('visibilitychange', comeBack)
    }
  }, [document, revision])
  return [missed, () => setMissed(null)]
}
