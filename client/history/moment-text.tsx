/** The text of one moment, with what changed since another one marked in it. */
import { useEffect, useRef, useState } from 'react'
import { isLanguage, type Language } from '#shared/domain/languages.ts'
import type { Party } from '#shared/domain/initiative.ts'
import type { Sign } from '#shared/editor/signs.ts'
import type { Reference } from '#client/editing/references.ts'
import type { ShownLanguages } from '#client/editing/languages.ts'
import { useLanguage } from '#client/i18n/messages.ts'
import { usePaper } from '#client/ui/print.ts'
import { SignsNote } from '#client/ui/words.tsx'
import { openReader, type Content, type Reader } from './reader.ts'

const none: readonly Reference[] = []

/** How many differences are marked, and in which language if that one alone has some and is not shown. */
export type Compared = { readonly differences: number; readonly hiddenIn: Language | null }

export function MomentText({
  content,
  before,
  side,
  references = none,
  label,
  shown,
  onCompared,
}: {
  readonly content: Content
  /** The text that it is compared with, or null. */
  readonly before: Content | null
  /** Whose the changes are, if they are of one side. */
  readonly side: Party | null
  /** What fields may point to, as it is named now: it stands in another document, which has a history of its own. */
  readonly references?: readonly Reference[]
  readonly label: string
  readonly shown: ShownLanguages
  /** Told what the comparison found, or null where nothing was compared. */
  readonly onCompared: (compared: Compared | null) => void
}) {
  const ref = useRef<HTMLDivElement>(null)
  const language = useLanguage()
  const [reader, setReader] = useState<Reader | null>(null)
  const [found, setFound] = useState<readonly Sign[]>([])
  useEffect(() => {
    if (ref.current === null) return undefined
    const opened = openReader(ref.current)
    setReader(opened)
    return () => {
      setReader(null)
      opened.close()
    }
  }, [])
  useEffect(() => {
    reader?.refer((clause) => references.find(({ id }) => id === clause)?.name ?? null)
  }, [reader, references])
  useEffect(() => {
    reader?.describe(label, shown)
  }, [reader, label, shown])
  useEffect(() => {
    if (reader === null) return
    const differences = reader.show(content, before, side)
    setFound(reader.signs().map(({ sign }) => sign))
    const marked = [...(ref.current?.querySelectorAll('ins, del') ?? [])]
    const inView = marked.find((mark) => mark.checkVisibility())
    // What changed may stand pages away from what is in view.
    inView?.scrollIntoView({ block: 'center' })
    const hidden = inView ? undefined : marked[0]?.closest('[data-clause-text]')?.getAttribute('lang')
    onCompared(differences === null ? null : { differences, hiddenIn: isLanguage(hidden) ? hidden : null })
  }, [reader, content, before, side, language, shown, onCompared])
  usePaper(() => ({ title: null, handling: '', version: label, audience: null }))
  return (
    <div data-printed="over">
      <SignsNote signs={found} onShow={null} />
      <div ref={ref} />
    </div>
  )
}
