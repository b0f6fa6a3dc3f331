/** The outline and the margin where they stand: columns beside the paper, or drawers over it. */
import { Drawer } from '@mantine/core'
import { useContext, type ReactNode } from 'react'
import { documentMessages } from '#client/editing/messages.ts'
import { scrollToClause } from '#client/editing/scrolling.ts'
import { EditorSessionContext } from '#client/editing/session.ts'
import { useMessages } from '#client/i18n/messages.ts'
import type { Commenting } from '#client/threads/commenting.ts'
import { Margin, type GuestCard } from '#client/threads/margin.tsx'
import { Outline } from './outline-pane.tsx'
import type { Panel } from './panel.ts'
import classes from './document.module.css'

export function OutlinePanel({ panel }: { readonly panel: Panel }) {
  const t = useMessages(documentMessages)
  const session = useContext(EditorSessionContext)
  const outline = session ? (
    <Outline
      titled={panel.beside}
      onJump={(clause) => {
        panel.closeDrawer()
        scrollToClause(session.text.editor.view, clause)
      }}
    />
  ) : null
  return (
    <>
      {panel.shown ? <div className={classes.outline}>{outline}</div> : <div />}
      <Sheet opened={panel.drawer} onClose={panel.closeDrawer} title={t('outline')} position="left">
        {outline}
      </Sheet>
    </>
  )
}

export function MarginPanel({
  panel,
  commenting,
  guest,
}: {
  readonly panel: Panel
  readonly commenting: Commenting
  readonly guest: GuestCard | null
}) {
  const t = useMessages(documentMessages)
  const session = useContext(EditorSessionContext)
  const margin = session ? <Margin beside={panel.beside} commenting={commenting} guest={guest} /> : null
  if (panel.beside) return <div className={classes.margin}>{panel.shown ? margin : null}</div>
  return (
    <Sheet opened={panel.drawer} onClose={panel.closeDrawer} title={t('margin')} position="bottom">
      {margin}
    </Sheet>
  )
}

function Sheet({
  opened,
  onClose,
  title,
  position,
  children,
}: {
  readonly opened: boolean
  readonly onClose: () => void
  readonly title: string
  readonly position: 'left' | 'bottom'
  readonly children: ReactNode
}) {
  const t = useMessages(documentMessages)
  return (
    <Drawer
      closeButtonProps={{ 'aria-label': t('dismiss') }}
      opened={opened}
      onClose={onClose}
      title={title}
      position={position}
      size={position === 'left' ? 'xs' : '75%'}
      padding="sm"
    >
      {children}
    </Drawer>
  )
}
