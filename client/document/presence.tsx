/** Who else is in this document, in the top bar: a click leads to where they are in the text. */
import { Tooltip } from '@mantine/core'
import { useEffect, useState } from 'react'
import { parties } from '#shared/domain/parties.ts'
import type { DocumentConnection } from '#client/connection/connection.ts'
import { caretOf, othersIn, presenceRole, type Presence } from '#client/editor/carets.ts'
import { useLanguage, useMessages } from '#client/i18n/messages.ts'
import { PartyMark } from '#client/ui/party-mark.tsx'
import { documentMessages } from './messages.ts'
import { scrollToPosition } from './scrolling.ts'
import type { TextEditor } from './text-editor.ts'
import classes from './document.module.css'

const shownAtMost = 5

const sameSeat = (a: Presence, b: Presence) => a.name === b.name && a.role === b.role && a.party === b.party

/** The others, one per seat: someone with two windows is here once. */
function useOthers(connection: DocumentConnection): readonly Presence[] {
  const [others, setOthers] = useState<readonly Presence[]>([])
  useEffect(() => {
    const { awareness } = connection
    const read = () => {
      const now = othersIn(awareness).filter(
        (person, at, all) => all.findIndex((each) => sameSeat(each, person)) === at,
      )
      setOthers((before) =>
        before.length === now.length &&
        before.every((person, at) => person.client === now[at]?.client && sameSeat(person, now[at]))
          ? before
          : now,
      )
    }
    read()
    awareness.on('change', read)
    return () => awareness.off('change', read)
  }, [connection])
  return others
}

export function DocumentPresence({
  connection,
  text,
}: {
  readonly connection: DocumentConnection
  readonly text: TextEditor
}) {
  const t = useMessages(documentMessages)
  const language = useLanguage()
  const others = useOthers(connection)
  if (others.length === 0) return null
  const go = (person: Presence) => {
    const pos = caretOf(text.editor.view, connection.awareness, person.client)
    if (pos !== null) scrollToPosition(text.editor.view, pos)
  }
  const nameOf = (person: Presence) =>
    person.party === null
      ? presenceRole(person, language)
      : `${parties[person.party].prefix} ${presenceRole(person, language)}`
  return (
    <span className={classes.people} role="group" aria-label={t('here')}>
      {others.slice(0, shownAtMost).map((person) => {
        const side =
          person.party === null ? `var(--role-${person.role ?? 'secretariat'})` : `var(--party-${person.party})`
        return (
          <Tooltip key={person.client} label={t('goToCaret', { name: nameOf(person) })}>
            <button
              type="button"
              className={classes.person}
              style={{ '--side': side }}
              aria-label={t('goToCaret', { name: nameOf(person) })}
              onClick={() => go(person)}
            >
              {person.party === null ? null : <PartyMark party={person.party} />}
              {person.party === null ? (
                <span className={classes.initial}>{presenceRole(person, language).slice(0, 1)}</span>
              ) : null}
              <span className={person.party === null ? classes.personSeat : classes.personRole}>
                {presenceRole(person, language)}
              </span>
            </button>
          </Tooltip>
        )
      })}
      {others.length > shownAtMost ? <span className={classes.note}>+{others.length - shownAtMost}</span> : null}
    </span>
  )
}
