/** The head of a text that is negotiated: its phase, what is open and whose turn it is, and in which view it is shown. */
import { Button, Group, SegmentedControl, Select, Switch } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconListDetails } from '@tabler/icons-react'
import { can } from '#shared/domain/permissions.ts'
import { countOpen } from '#shared/editor/changes/alternatives.ts'
import { views, type View } from '#shared/editor/changes/views.ts'
import { useEditorSession } from '#client/editing/session.ts'
import { useMessages } from '#client/i18n/messages.ts'
import { OpenCounts } from '#client/ui/open-counts.tsx'
import { negotiationMessages } from './messages.ts'
import { DraftTool, ForkTool } from './draft.tsx'
import type { Negotiating } from './negotiating.ts'
import { PhaseTool } from './phase.tsx'
import { usePlaces } from './queries.ts'
import classes from './negotiation.module.css'

/** So wide the five views stand side by side. */
const roomForViews = '(min-width: 75em)'

const isView = (value: string | null): value is View => views.some((view) => view === value)

export function NegotiationBar({
  negotiating,
  onList,
}: {
  readonly negotiating: Negotiating
  readonly onList: () => void
}) {
  const t = useMessages(negotiationMessages)
  const { document, text, actor, editable } = useEditorSession()
  const { places } = usePlaces(document.id, text)
  const roomy = useMediaQuery(roomForViews, window.matchMedia(roomForViews).matches, {
    getInitialValueInEffect: false,
  })
  const mayEdit = can(actor, 'document.edit', document) && actor.party !== null
  const { phase } = document
  const shows = places.length > 0 || phase === 'negotiating'
  const options = views.map((value) => ({ value, label: t(value) }))
  if (phase === 'drafting' && !shows && !mayEdit && document.pending === null) return null
  return (
    <section className={classes.bar} data-sticky={shows || document.delegation !== null} aria-label={t('bar')}>
      <div className={classes.state}>
        {document.delegation === null ? <PhaseTool /> : <DraftTool />}
        {shows ? (
          <OpenCounts open={countOpen(places, actor.party, document.parties)} ofParty={actor.party !== null} />
        ) : null}
        {mayEdit && phase === 'drafting' ? (
          <Switch
            size="xs"
            label={t('suggest')}
            checked={negotiating.chosen}
            onChange={({ currentTarget: { checked } }) => negotiating.choosing(checked)}
          />
        ) : null}
        {mayEdit && document.delegation === null ? <ForkTool /> : null}
        {mayEdit && phase !== 'agreed' && (negotiating.suggests || shows) ? (
          <span className={classes.hint}>
            {t(phase === 'negotiating' ? 'negotiatingHint' : negotiating.suggests ? 'suggestingHint' : 'draftingHint')}
          </span>
        ) : null}
      </div>
      {shows ? (
        <Group gap={8} wrap="nowrap" className={classes.views}>
          {roomy ? (
            <SegmentedControl
              size="xs"
              aria-label={t('view')}
              value={negotiating.view}
              onChange={negotiating.show}
              data={options}
            />
          ) : (
            <Select
              size="xs"
              w={150}
              aria-label={t('view')}
              allowDeselect={false}
              value={negotiating.view}
              onChange={(value) => isView(value) && negotiating.show(value)}
              data={options}
            />
          )}
          <Button
            size="compact-sm"
            variant="subtle"
            leftSection={<IconListDetails size={16} stroke={1.5} />}
            onClick={onList}
          >
            {t('list')}
          </Button>
        </Group>
      ) : null}
      {!negotiating.writes && mayEdit && shows && !editable ? (
        <p className={classes.reading} role="status">
          {t('readingView')}{' '}
          <Button size="compact-sm" variant="subtle" onClick={() => negotiating.show('brackets')}>
            {t('toBrackets')}
          </Button>
        </p>
      ) : null}
    </section>
  )
}
