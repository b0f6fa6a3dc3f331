/** A small button beside selected words that starts a comment on them. */
import { Button } from '@mantine/core'
import type { Editor } from '@tiptap/core'
import { useEffect, useState, type ReactNode } from 'react'
import { selectedPassage } from '#client/editor/places.ts'
import classes from './document.module.css'

const settleMs = 180
const barsHeight = 104

export function CommentBubble({
  editor,
  label,
  icon,
  beside,
  onComment,
}: {
  readonly editor: Editor
  readonly label: string
  readonly icon: ReactNode
  /** What else can be asked about the selected words. */
  readonly beside?: ReactNode
  readonly onComment: () => void
}) {
  const [at, setAt] = useState<{ x: number; y: number } | null>(null)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const place = () => {
      if (editor.isDestroyed) return
      const passage = selectedPassage(editor.state.selection)
      if (passage === null) {
        setAt(null)
        return
      }
      const start = editor.view.coordsAtPos(passage.from)
      const end = editor.view.coordsAtPos(passage.to)
      const oneLine = Math.abs(start.top - end.top) < 4
      const y = start.top - 6
      const visible = y > barsHeight && y < window.innerHeight
      setAt(visible ? { x: oneLine ? (start.left + end.left) / 2 : start.left + 60, y } : null)
    }
    const later = () => {
      setAt(null)
      clearTimeout(timer)
      timer = setTimeout(place, settleMs)
    }
    editor.on('selectionUpdate', later)
    window.addEventListener('scroll', later, { passive: true })
    return () => {
      clearTimeout(timer)
      editor.off('selectionUpdate', later)
      window.removeEventListener('scroll', later)
    }
  }, [editor])
  if (at === null) return null
  return (
    <div className={classes.bubble} style={{ left: at.x, top: at.y }}>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={icon}
        // Taking the focus would take the selection with it.
        onMouseDown={(event) => event.preventDefault()}
        onClick={onComment}
      >
        {label}
      </Button>
      {beside}
    </div>
  )
}
