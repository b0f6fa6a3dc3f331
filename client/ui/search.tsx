/** Search over working groups and documents, opened from the top bar or with Ctrl K. */
import { createSpotlight, Spotlight, useSpotlight } from '@mantine/spotlight'
import './page-styles.ts'
import '@mantine/spotlight/styles.layer.css'
import { IconFileText, IconSearch, IconUsersGroup } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { documentKinds } from '#shared/domain/documents.ts'
import { groupKeys, groups } from '#shared/domain/groups.ts'
import { documentsQuery } from '#client/api/queries.ts'
import { useLanguage, useMessages } from '#client/i18n/messages.ts'
import { useFocusReturnAtOnce } from './focus-return.ts'
import { uiMessages } from './messages.ts'
import classes from './search.module.css'

const [searchStore, search] = createSpotlight()

/** Opens anew whenever `requests` rises. */
export function Search({ requests }: { readonly requests: number }) {
  const t = useMessages(uiMessages)
  const language = useLanguage()
  const navigate = useNavigate()
  const { data: documents = [] } = useQuery({ ...documentsQuery, enabled: requests > 0 })
  useEffect(() => {
    if (requests > 0) search.open()
  }, [requests])
  useFocusReturnAtOnce(useSpotlight(searchStore).opened)
  return (
    <Spotlight
      store={searchStore}
      shortcut={null}
      limit={12}
      scrollable
      overlayProps={{ blur: 0, backgroundOpacity: 0.35 }}
      classNames={{ actionsGroup: classes.group ?? '' }}
      nothingFound={t('searchNothing')}
      searchProps={{
        placeholder: t('searchPlaceholder'),
        'aria-label': t('search'),
        leftSection: <IconSearch size={18} stroke={1.5} />,
      }}
      actions={[
        {
          group: t('searchGroups'),
          actions: groupKeys.map((group) => ({
            id: `group-${group}`,
            label: groups[group].name[language],
            // Found by its name in either language, whichever is shown.
            keywords: [groups[group].name, groups[group].short].flatMap((name) => Object.values(name)),
            leftSection: <IconUsersGroup size={18} stroke={1.5} />,
            onClick: () => void navigate({ to: '/groups/$group', params: { group } }),
          })),
        },
        {
          group: t('searchDocuments'),
          actions: documents.map(({ id, title, group, kind }) => ({
            id,
            label: title[language],
            description: `${groups[group].name[language]} · ${documentKinds[kind].name[language]}`,
            keywords: Object.values(title),
            leftSection: <IconFileText size={18} stroke={1.5} />,
            onClick: () => void navigate({ to: '/documents/$id', params: { id } }),
          })),
        },
      ]}
    />
  )
}
