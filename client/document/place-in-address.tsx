/** Leads to the clause or the comment that the address names: when the page opens, and when the address comes to name another. */
import { useLocation } from '@tanstack/react-router'
import { useEffect, useRef, useSyncExternalStore } from 'react'
import { useThreads } from '#client/threads/queries.ts'
import { placeInAddress } from '#client/editing/links-here.ts'
import { scrollToClause } from '#client/editing/scrolling.ts'
import type { TextEditor } from '#client/editing/text-editor.ts'

/** A comment that the reader may not know of, or that is no more, leads nowhere: of neither is anything said. */
export function PlaceInAddress({
  document,
  text,
  onThread,
}: {
  readonly document: string
  readonly text: TextEditor
  readonly onThread: (thread: string) => void
}) {
  const hash = useLocation({ select: (location) => location.hash })
  const place = placeInAddress(hash)
  const clause = place && 'clause' in place ? place.clause : null
  const thread = place && 'thread' in place ? place.thread : null
  const { threads } = useThreads(document)
  const found = threads?.find(({ id }) => id === thread)
  useSyncExternalStore(text.tracker.placed.subscribe, text.tracker.placed.get)
  const looked = found !== undefined && (found.anchor === null || text.tracker.isLookedFor(found.id))
  const arrived = useRef<string | null>(null)
  useEffect(() => {
    if (clause === null || arrived.current === hash) return
    arrived.current = hash
    scrollToClause(text.editor.view, clause)
  }, [text, clause, hash])
  useEffect(() => {
    if (found === undefined || !looked || arrived.current === hash) return
    arrived.current = hash
    onThread(found.id)
  }, [found, looked, hash, onThread])
  return null
}
