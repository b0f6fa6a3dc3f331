/** A tool that shows a sign alone, and says what it does on hover, on focus and to screen readers. */
import { ActionIcon, Tooltip } from '@mantine/core'
import type { ReactNode } from 'react'

export function ToolButton({
  label,
  onClick,
  children,
}: {
  readonly label: string
  readonly onClick: () => void
  readonly children: ReactNode
}) {
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  )
}
