/** Who else is in this document, in the top bar: a click leads to where they last wrote. And what they see of me. */
import { Popover, Switch, Tooltip } from '@mantine/core'
import { IconEye, IconEyeOff } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { initiative } from '#shared/domain/initiative.ts'
import type { DocumentConnection } from '#client/connection/connection.ts'
import { useSeen } from '#client/connection/seen.ts'
import { othersIn, presenceRole, type Presence } from '#client/editor/carets.ts'
import { useLanguage, useMessages } from '#client/i18n/messages.ts'
import { PartyMark } from '#client/ui/party-mark.tsx'
import { useRememberedSwitch } from '#client/lib/storage.ts'
import { documentMessages } from '#client/editing/messages.ts'
import { scrollToPosition } from '#client/editing/scrolling.ts'
import { useEditorSession } from '#client/editing/session.ts'
import type { TextEditor } from '#client/editing/text-editor.ts'
import classes from './document.module.css'
import { partyColour } from '#client/lib/party-colour.ts'

const shownAtMost = 5

/** Someone who is here, in how many windows, and whether they have been anywhere in the text. */
type Other = Presence & { readonly placed: boolean; readonly windows: number }

const sameSeat = (a: Presence, b: Presence) => a.id === b.id

/** The others, one per seat: someone with two windows is here once. */
function useOthers(connection: DocumentConnection, text: TextEditor): readonly Other[] {
  const [others, setOthers] = useState<readonly Other[]>([])
  useEffect(() => {
    const { awareness } = connection
    const { whereabouts, editor } = text
    const read = () => {
      if (editor.isDestroyed) return
      const now = othersIn(awareness)
        .map((person) => ({ ...person, placed: whereabouts.placeOf(editor.view, person.client) !== null }))
        .toSorted((a, b) => Number(b.placed) - Number(a.placed))
        .flatMap((person, at, all) => {
          const same = all.filter((each) => sameSeat(each, person))
          return all.indexOf(same[0] ?? person) === at ? [{ ...person, windows: same.length }] : []
        })
        .toSorted((a, b) => a.client - b.client)
      const key = (people: readonly Other[]) => JSON.stringify(people)
      setOthers((before) => (key(before) === key(now) ? before : now))
    }
    read()
    awareness.on('change', read)
    return () => awareness.off('change', read)
  }, [connection, text])
  return others
}

export function DocumentPresence() {
  const t = useMessages(documentMessages)
  const {
    actor,
    connection,
    text,
    document: { group },
  } = useEditorSession()
  const language = useLanguage()
  const others = useOthers(connection, text)
  const go = (person: Presence) => {
    const pos = text.whereabouts.placeOf(text.editor.view, person.client)
    if (pos !== null) scrollToPosition(text.editor.view, pos)
  }
  const nameOf = (person: Other) => {
    if (person.id === actor.id) return t('youElsewhere')
    const prefix = person.party === null ? '' : `${initiative().party(person.party).prefix} `
    const seat = `${prefix}${presenceRole(person, language)}`
    // Co-chairs of other groups are called the same.
    const name =
      person.group === null || person.group === group
        ? seat
        : t('ofGroup', { name: seat, group: initiative().group(person.group).short[language] })
    return person.windows > 1 ? t('inWindows', { name, count: person.windows }) : name
  }
  return (
    <span className={classes.presence}>
      {others.length === 0 ? null : (
        <span className={classes.people} role="group" aria-label={t('here')}>
          {others.slice(0, shownAtMost).map((person) => {
            const label = t(person.placed ? 'goToCaret' : 'noCaret', { name: nameOf(person) })
            return (
              <Tooltip key={person.client} label={label}>
                {person.placed ? (
                  <button
                    type="button"
                    className={classes.person}
                    style={sideOf(person)}
                    aria-label={label}
                    onClick={() => go(person)}
                  >
                    <Chip person={person} mine={person.id === actor.id} />
                  </button>
                ) : (
                  <span className={classes.person} style={sideOf(person)} role="img" aria-label={label}>
                    <Chip person={person} mine={person.id === actor.id} />
                  </span>
                )}
              </Tooltip>
            )
          })}
          {others.length > shownAtMost ? <span className={classes.note}>+{others.length - shownAtMost}</span> : null}
        </span>
      )}
      <SeenOfMe others={others.map(nameOf)} />
    </span>
  )
}

const sideOf = ({ party, role }: Presence) => ({
  '--side': party === null ? `var(--role-${role ?? 'secretariat'})` : partyColour(party),
})

function Chip({ person, mine }: { readonly person: Presence; readonly mine: boolean }) {
  const t = useMessages(documentMessages)
  const language = useLanguage()
  const role = mine ? t('you') : presenceRole(person, language)
  return (
    <>
      {person.party === null ? null : <PartyMark party={person.party} />}
      <span className={person.party === null ? undefined : classes.personRole}>{role}</span>
    </>
  )
}

/** What others see of me here, said in a sentence, and how to have them see more or nothing. */
function SeenOfMe({ others }: { readonly others: readonly string[] }) {
  const t = useMessages(documentMessages)
  const { document, actor, text } = useEditorSession()
  const [seen, setSeen] = useSeen()
  const [selecting, setSelecting] = useRememberedSwitch(`alternat.showSelection.${actor.id}.${document.id}`, false)
  useEffect(() => text.telling.showSelection(selecting && seen), [text, selecting, seen])
  const Sign = seen ? IconEye : IconEyeOff
  return (
    <Popover position="bottom-end" width={320} withinPortal trapFocus returnFocus>
      <Popover.Target>
        <button
          type="button"
          className={classes.seen}
          aria-label={seen ? t('presence') : `${t('presence')} (${t('unseen')})`}
          title={t('presence')}
        >
          <Sign size={16} stroke={1.5} aria-hidden />
          {others.length > 0 ? <span className={classes.seenCount}>{others.length}</span> : null}
        </button>
      </Popover.Target>
      <Popover.Dropdown className={classes.seenMenu}>
        <h2>{t('here')}</h2>
        {others.length === 0 ? (
          <p>{t('alone')}</p>
        ) : (
          <ul>
            {others.map((name, at) => (
              <li key={at}>{name}</li>
            ))}
          </ul>
        )}
        <h2>{t('seenOfMe')}</h2>
        <p>{t(!seen ? 'seenRuleUnseen' : selecting ? 'seenRuleSelection' : 'seenRule')}</p>
        <Switch
          label={t('showSelection')}
          checked={selecting && seen}
          disabled={!seen}
          onChange={(event) => setSelecting(event.currentTarget.checked)}
        />
        <Switch label={t('readUnseen')} checked={!seen} onChange={(event) => setSeen(!event.currentTarget.checked)} />
      </Popover.Dropdown>
    </Popover>
  )
}
