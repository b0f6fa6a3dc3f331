/** The secretariat's page of what the initiative is made of: one list for each kind of entry, each entry changed by itself. */
import { Button, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Definition } from '#shared/domain/definition.ts'
import { can } from '#shared/domain/permissions.ts'
import { definitionQuery } from '#client/api/queries.ts'
import { formatDay } from '#client/i18n/dates.ts'
import { useLanguage, useLocalized, useMessages } from '#client/i18n/messages.ts'
import { useSession } from '#client/session/session.ts'
import { NotFound, PageSkeleton } from '#client/ui/page-state.tsx'
import { PartyMark } from '#client/ui/party-mark.tsx'
import shapes from '#client/ui/shapes.module.css'
import { Trail } from '#client/ui/trail.tsx'
import { EntryDialog, RemoveDialog } from './definition-dialogs.tsx'
import { kinds, type Kind } from './definition-kinds.ts'
import { definitionMessages } from './definition-messages.ts'
import classes from './definition.module.css'

type Entry = ReturnType<Kind['rows']>[number]
type Open = { readonly kind: Kind; readonly entry: Entry | null; readonly removing: boolean }

export function DefinitionPage() {
  const t = useMessages(definitionMessages)
  const { memberships } = useSession()
  const { data: definition } = useQuery(definitionQuery)
  const [open, setOpen] = useState<Open | null>(null)
  const close = () => setOpen(null)
  if (!memberships.some((seat) => can(seat, 'initiative.change', null))) return <NotFound />
  return (
    <div className={classes.page}>
      <Trail here={t('title')} />
      <Title order={1}>{t('title')}</Title>
      <p className={classes.what}>{t('what')}</p>
      {definition === undefined || definition === null ? (
        <PageSkeleton />
      ) : (
        kinds.map((kind) => <Section key={kind.key} kind={kind} definition={definition} open={setOpen} />)
      )}
      {open === null || !definition ? null : open.removing && open.entry !== null ? (
        <RemoveDialog kind={open.kind} entry={open.entry} onClose={close} />
      ) : (
        <EntryDialog kind={open.kind} definition={definition} entry={open.entry} onClose={close} />
      )}
    </div>
  )
}

function Section({
  kind,
  definition,
  open,
}: {
  readonly kind: Kind
  readonly definition: Definition
  readonly open: (open: Open) => void
}) {
  const t = useMessages(definitionMessages)
  const rows = kind.rows(definition)
  return (
    <section aria-labelledby={`kind-${kind.key}`}>
      <div className={classes.head}>
        <h2 id={`kind-${kind.key}`} className={classes.kind}>
          {t(kind.key)}
        </h2>
        {kind.isList ? (
          <Button
            variant="subtle"
            size="compact-sm"
            aria-label={t('addTo', { kind: t(kind.key) })}
            onClick={() => open({ kind, entry: null, removing: false })}
          >
            {t('add')}
          </Button>
        ) : null}
      </div>
      {rows.length === 0 ? <p className={classes.dim}>{t('none')}</p> : null}
      <ul className={shapes.list}>
        {rows.map((entry) => (
          <Row key={entry.key} kind={kind} entry={entry} definition={definition} open={open} />
        ))}
      </ul>
    </section>
  )
}

function Row({
  kind,
  entry,
  definition,
  open,
}: {
  readonly kind: Kind
  readonly entry: Entry
  readonly definition: Definition
  readonly open: (open: Open) => void
}) {
  const t = useMessages(definitionMessages)
  const say = useLocalized()
  const language = useLanguage()
  const { party, title, lines, day } = entry.shown
  const name = day === null ? say(title) : `${say(title)}, ${formatDay(day, language)}`
  const links = definition.groups.filter(({ id }) => {
    const own = entry.values['links']
    return Array.isArray(own) && own.includes(id)
  })
  return (
    <li className={classes.row} data-entry={`${kind.key} ${entry.key}`}>
      <div className={classes.entry}>
        <div className={classes.title}>
          {party === null ? null : <PartyMark party={party} />}
          {day === null ? null : <span className={classes.day}>{formatDay(day, language)}</span>}
          <span>{say(title)}</span>
        </div>
        {lines.map((line) => (
          <div key={line.en} className={classes.dim}>
            {say(line)}
          </div>
        ))}
        {kind.isList ? null : (
          <div className={classes.dim}>
            {t('window', {
              starts: formatDay(definition.starts, language),
              ends: formatDay(definition.ends, language),
            })}
          </div>
        )}
        {links.length === 0 ? null : (
          <div className={classes.dim}>
            {t('linked', { groups: links.map((group) => say(group.short)).join(language === 'ja' ? '、' : ', ') })}
          </div>
        )}
      </div>
      <div className={classes.actions}>
        <Button
          variant="subtle"
          size="compact-sm"
          aria-label={t('changeOf', { name })}
          onClick={() => open({ kind, entry, removing: false })}
        >
          {t('change')}
        </Button>
        {kind.isList ? (
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            aria-label={t('removeOf', { name })}
            onClick={() => open({ kind, entry, removing: true })}
          >
            {t('remove')}
          </Button>
        ) : null}
      </div>
    </li>
  )
}
