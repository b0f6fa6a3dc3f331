/** Tools above the text: a sign, and what it does on hover, on focus and to screen readers; those that need it say it in a word. */
import { ActionIcon, Button, Tooltip } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './tool-button.module.css'

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

/** A tool whose word stands beside its sign wherever there is room; `main`: the one that the reader is here for. */
export function WordedTool({
  label,
  onClick,
  main = false,
  children,
}: {
  readonly label: string
  readonly onClick: () => void
  readonly main?: boolean
  readonly children: ReactNode
}) {
  return (
    <Button
      size="compact-sm"
      variant={main ? 'filled' : 'subtle'}
      className={classes.worded ?? ''}
      aria-label={label}
      title={label}
      onClick={onClick}
    >
      {children}
      <span className={classes.word}>{label}</span>
    </Button>
  )
}
