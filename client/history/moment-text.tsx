/** The text of one moment, with what changed since another one marked in it. */
import { useEffect, useRef, useState } from 'react'
import type { Party } from '#shared/domain/parties.ts'
import type { ShownLanguages } from '#client/document/languages.ts'
import { useLanguage } from '#client/i18n/messages.ts'
import { openReader, type Content, type Reader } from './reader.ts'

export function MomentText({
  content,
  before,
  side,
  label,
  shown,
  onCompared,
}: {
  readonly content: Content
  /** The text that it is compared with, or null. */
  readonly before: Content | null
  /** Whose the changes are, if they are of one side. */
  readonly side: Party | null
  readonly label: string
  readonly shown: ShownLanguages
  /** Told how many differences there are, or null where nothing was compared. */
  readonly onCompared: (differences: number | null) => void
}) {
  const ref = useRef<HTMLDivElement>(null)
  const language = useLanguage()
  const [reader, setReader] = useState<Reader | null>(null)
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
    if (reader === null) return
    const differences = reader.show(content, before, side)
    onCompared(differences)
    // What changed may stand pages away from what is in view.
    if (differences) ref.current?.querySelector('ins, del')?.scrollIntoView({ block: 'nearest' })
  }, [reader, content, before, side, language, onCompared])
  useEffect(() => {
    reader?.describe(label, shown)
  }, [reader, label, shown])
  return <div ref={ref} />
}
