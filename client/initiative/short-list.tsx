/** A list that begins short, with a button that shows the rest of it. */
import { Button } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import shapes from '#client/ui/shapes.module.css'

const shortLength = 6

export function ShortList({
  children,
  more,
  fewer,
}: {
  /** The list items, each with its key. */
  readonly children: readonly ReactElement[]
  readonly more: string
  readonly fewer: string
}) {
  const [all, setAll] = useState(false)
  return (
    <>
      <ul className={shapes.list}>{all ? children : children.slice(0, shortLength)}</ul>
      {children.length > shortLength ? (
        <Button variant="subtle" size="compact-sm" mt="xs" onClick={() => setAll(!all)}>
          {all ? fewer : more}
        </Button>
      ) : null}
    </>
  )
}
