/** The palette: goes to working groups and documents, and does what the page offers; opened from the top bar or with Ctrl K. */
import { Kbd } from '@mantine/core'
import { createSpotlight, Spotlight, useSpotlight } from '@mantine/spotlight'
import './page-styles.ts'
import '@mantine/spotlight/styles.layer.css'
import { IconFileText, IconSearch, IconUsersGroup } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { documentKinds } from '#shared/domain/documents.ts'
import { initiative } from '#shared/domain/initiative.ts'
import { documentsQuery } from '#client/api/queries.ts'
import { useLanguage, useMessages } from '#client/i18n/messages.ts'
import { useFocusReturnAtOnce } from './focus-return.ts'
import { uiMessages } from './messages.ts'
import { offersNow, type Offer } from './palette.ts'
import classes from './search.module.css'

const [searchStore, search] = createSpotlight()

/** Opens anew whenever `requests` rises. */
export function Search({ requests }: { readonly requests: number }) {
  const t = useMessages(uiMessages)
  const language = useLanguage()
  const navigate = useNavigate()
  const { data: documents = [] } = useQuery({ ...documentsQuery, enabled: requests > 0 })
  const [offers, setOffers] = useState<readonly Offer[]>([])
  useEffect(() => {
    if (requests === 0) return
    // What can be done as things stand: the selection in the text is as it was left.
    setOffers(offersNow())
    search.open()
  }, [requests])
  useFocusReturnAtOnce(useSpotlight(searchStore).opened)
  const sections = [...new Set(offers.map(({ section }) => section))]
  return (
    <Spotlight
      store={searchStore}
      shortcut={null}
      limit={100}
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
          actions: initiative().groups.map((group) => ({
            id: `group-${group}`,
            label: initiative().group(group).name[language],
            // Found by its name in either language, whichever is shown.
            keywords: [initiative().group(group).name, initiative().group(group).short].flatMap((name) =>
              Object.values(name),
            ),
            leftSection: <IconUsersGroup size={18} stroke={1.5} />,
            onClick: () => void navigate({ to: '/groups/$group', params: { group } }),
          })),
        },
        {
          group: t('searchDocuments'),
          actions: documents.map(({ id, title, group, kind }) => ({
            id,
            label: title[language],
            description: `${initiative().group(group).name[language]} · ${documentKinds[kind].name[language]}`,
            keywords: Object.values(title),
            leftSection: <IconFileText size={18} stroke={1.5} />,
            onClick: () => void navigate({ to: '/documents/$id', params: { id } }),
          })),
        },
        ...sections.map((section) => ({
          group: section,
          actions: offers
            .filter((offer) => offer.section === section)
            .map(({ id, label, keywords, keys, run }) => ({
              id,
              label,
              keywords: [...keywords],
              rightSection: keys === null ? null : <Kbd size="xs">{keys}</Kbd>,
              // The text has the focus again by then, and keeps it: a command may take it elsewhere.
              onClick: () => setTimeout(run, 0),
            })),
        })),
      ]}
    />
  )
}
