/** The bar above the cards: which threads are shown, and the button for a comment on the whole document. */
import { ActionIcon, Menu, SegmentedControl } from '@mantine/core'
import { IconFilter, IconMessagePlus } from '@tabler/icons-react'
import type { Thread } from '#shared/api/threads.ts'
import { audiencesFor, type Audience } from '#shared/domain/permissions.ts'
import { useEditorSession } from '#client/editing/session.ts'
import { useLanguage, useMessages } from '#client/i18n/messages.ts'
import { audienceLabel } from './audience.tsx'
import { threadMessages } from './messages.ts'
import classes from './threads.module.css'

export type Filter = {
  readonly status: 'open' | 'resolved' | 'mine'
  /** Null for all. */
  readonly audience: Audience | null
}

/** Whether a filter of `user` lets a thread through. */
export const passes = ({ status, audience }: Filter, thread: Thread, user: string): boolean =>
  (audience === null || thread.audience === audience) &&
  (status === 'mine' ? thread.comments.some(({ author }) => author.id === user) : thread.status === status)

export function MarginBar({
  titled,
  filter,
  onFilter,
  onCompose,
}: {
  /** Whether it says itself what it is; false where its frame does. */
  readonly titled: boolean
  readonly filter: Filter
  readonly onFilter: (filter: Filter) => void
  readonly onCompose: () => void
}) {
  const t = useMessages(threadMessages)
  const language = useLanguage()
  const { actor, document } = useEditorSession()
  const audiences = audiencesFor(actor, document)
  const choose = (audience: Audience | null) => onFilter({ ...filter, audience })
  return (
    <div className={classes.bar} data-beside={titled}>
      {titled ? <h2>{t('title')}</h2> : null}
      <SegmentedControl
        size="xs"
        aria-label={t('filter')}
        value={filter.status}
        onChange={(status) => onFilter({ ...filter, status })}
        data={[
          { value: 'open', label: t('filterOpen') },
          { value: 'resolved', label: t('filterResolved') },
          { value: 'mine', label: t('filterMine') },
        ]}
      />
      {audiences.length > 1 ? (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon
              size="md"
              aria-label={t('filterAudience')}
              title={t('filterAudience')}
              variant={filter.audience === null ? 'subtle' : 'light'}
            >
              <IconFilter size={16} stroke={1.5} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => choose(null)} aria-current={filter.audience === null}>
              {t('filterAll')}
            </Menu.Item>
            {audiences.map((each) => (
              <Menu.Item key={each} onClick={() => choose(each)} aria-current={filter.audience === each}>
                {audienceLabel(t, each, actor.party, language)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      ) : null}
      {audiences.length > 0 ? (
        <ActionIcon size="md" aria-label={t('addWhole')} title={t('addWhole')} onClick={onCompose}>
          <IconMessagePlus size={16} stroke={1.5} />
        </ActionIcon>
      ) : null}
    </div>
  )
}
