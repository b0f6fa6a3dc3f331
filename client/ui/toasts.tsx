/** Short notices of what others did elsewhere. One per document and kind: a newer one takes the place of the older. */
import { notifications, Notifications } from '@mantine/notifications'
import './page-styles.ts'
import '@mantine/notifications/styles.layer.css'
import { IconAt, IconBookmark, IconMessage, type Icon } from '@tabler/icons-react'
import { useNavigate, useRouterState } from '@tanstack/react-router'
import { useCallback } from 'react'
import type { Person } from '#shared/api/common.ts'
import type { ServerEvent } from '#shared/api/events.ts'
import type { LocalizedText } from '#shared/domain/languages.ts'
import { useServerEvent } from '#client/api/events.ts'
import { documentsQuery, queryClient } from '#client/api/queries.ts'
import { currentLanguage, translate } from '#client/i18n/messages.ts'
import { uiMessages } from './messages.ts'
import classes from './toasts.module.css'

type Notice = { readonly id: string; readonly icon: Icon; readonly document: string; readonly says: string }

/** The place where notices appear, and the reason why they do. `me` is never told of my own acts. */
export function Toasts({ me }: { readonly me: Person }) {
  const navigate = useNavigate()
  const path = useRouterState({ select: (state) => state.location.pathname })
  const listen = useCallback(
    (event: ServerEvent) => {
      const notice = noticeOf(event, me)
      if (notice === null) return
      // On the document's own page the thread itself appears.
      if (path === `/documents/${notice.document}` && notice.icon !== IconAt) return
      void show(notice, () => void navigate({ to: '/documents/$id', params: { id: notice.document } }))
    },
    [me, navigate, path],
  )
  useServerEvent(listen)
  return <Notifications position="bottom-right" limit={3} autoClose={7000} containerWidth={360} />
}

function noticeOf(event: ServerEvent, me: Person): Notice | null {
  const t = translate(uiMessages)
  if (event.type === 'snapshot' && event.by.id !== me.id) {
    const says = t('toastSnapshot', { name: nameOf(event.by), label: event.label })
    return { id: `${event.document}:snapshot`, icon: IconBookmark, document: event.document, says }
  }
  if (event.type !== 'thread' || event.by?.id === me.id) return null
  if (event.change !== 'created' && event.change !== 'answered') return null
  const name = event.by === null ? t('someone') : nameOf(event.by)
  if (event.mentions.includes(me.id)) {
    return {
      id: `${event.document}:mention`,
      icon: IconAt,
      document: event.document,
      says: t('toastMention', { name }),
    }
  }
  const says = event.change === 'created' ? t('toastThread', { name }) : t('toastComment', { name })
  return { id: `${event.document}:thread`, icon: IconMessage, document: event.document, says }
}

const nameOf = (person: { readonly name: LocalizedText }) => person.name[currentLanguage()]

async function show({ id, icon: Sign, document, says }: Notice, open: () => void): Promise<void> {
  const t = translate(uiMessages)
  const documents = await queryClient.ensureQueryData(documentsQuery).catch(() => [])
  const title = documents.find((known) => known.id === document)?.title[currentLanguage()] ?? document
  notifications.hide(id)
  notifications.show({
    id,
    icon: <Sign size={18} stroke={1.5} />,
    title: says,
    message: (
      <button
        type="button"
        className={classes.open}
        onClick={() => {
          notifications.hide(id)
          open()
        }}
      >
        {t('toastOpen', { title })}
      </button>
    ),
    withBorder: true,
    closeButtonProps: { 'aria-label': t('close') },
  })
}
