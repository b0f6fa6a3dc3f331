/** Opens and closes the margin; while it is closed the button says how many threads are open in it. */
import { IconLayoutSidebar, IconMessage2 } from '@tabler/icons-react'
import { useThreads } from '#client/threads/queries.ts'
import { useMessages } from '#client/i18n/messages.ts'
import { documentMessages } from '#client/editing/messages.ts'
import { ToolButton } from '#client/editing/tool-button.tsx'
import classes from './document.module.css'

export function MarginButton({
  document,
  beside,
  opened,
  onClick,
}: {
  readonly document: string
  /** Whether the margin stands beside the paper; else it is a sheet. */
  readonly beside: boolean
  readonly opened: boolean
  readonly onClick: () => void
}) {
  const t = useMessages(documentMessages)
  const { threads } = useThreads(document)
  const count = threads?.filter(({ status }) => status === 'open').length ?? 0
  const label = opened ? t('hideMargin') : count === 0 ? t('showMargin') : t('showMarginCount', { count })
  return (
    <ToolButton label={label} onClick={onClick}>
      {beside ? (
        <IconLayoutSidebar size={18} stroke={1.5} style={{ transform: 'scaleX(-1)' }} />
      ) : (
        <IconMessage2 size={18} stroke={1.5} />
      )}
      {opened || count === 0 ? null : <span className={classes.count}>{count}</span>}
    </ToolButton>
  )
}
