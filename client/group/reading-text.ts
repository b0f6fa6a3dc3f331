/** Has a text that exists already read for its preview, in a worker, a moment after it was last changed. */
import { useEffect, useState } from 'react'
import type { DocumentKind } from '#shared/domain/documents.ts'
import { initiative } from '#shared/domain/initiative.ts'
import type { ImportFormat, ImportTexts } from '#shared/domain/imports.ts'
import type { ToRead, WasRead } from './import-worker.ts'

/** `none`: there is nothing to read. `stopped`: the user gave it up. `failed`: it could not be read, for a reason of ours. */
export type Reading =
  | { readonly state: 'none' | 'reading' | 'stopped' | 'failed' }
  | ({ readonly state: 'read' } & WasRead)

/** So long nothing is read while somebody types. */
const pauseMs = 400

/** What is read of these texts; `stop` gives it up, and `again` begins anew. */
export function useReading(
  format: ImportFormat,
  { en = '', ja = '' }: ImportTexts,
  kind: DocumentKind,
): { readonly reading: Reading; readonly stop: () => void; readonly again: () => void } {
  const [reading, setReading] = useState<Reading>({ state: 'none' })
  const [attempt, setAttempt] = useState(0)
  const [stopped, setStopped] = useState(false)
  useEffect(() => {
    setStopped(false)
  }, [format, en, ja, kind, attempt])
  useEffect(() => {
    if (en.trim() === '' && ja.trim() === '') {
      setReading({ state: 'none' })
      return
    }
    if (stopped) {
      setReading({ state: 'stopped' })
      return
    }
    setReading({ state: 'reading' })
    let worker: Worker | null = null
    const timer = setTimeout(() => {
      worker = new Worker(new URL('./import-worker.ts', import.meta.url), { type: 'module' })
      worker.addEventListener('message', ({ data }: MessageEvent<WasRead>) => setReading({ state: 'read', ...data }))
      worker.addEventListener('error', () => setReading({ state: 'failed' }))
      worker.postMessage({ definition: initiative().definition, format, texts: { en, ja }, kind } satisfies ToRead, [])
    }, pauseMs)
    return () => {
      clearTimeout(timer)
      worker?.terminate()
    }
  }, [format, en, ja, kind, attempt, stopped])
  return { reading, stop: () => setStopped(true), again: () => setAttempt((before) => before + 1) }
}
