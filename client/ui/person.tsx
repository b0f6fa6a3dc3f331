/** People as they are shown everywhere: their side's sign and the name of their seat. */
import { Popover, Tooltip, UnstyledButton } from '@mantine/core'
import { useState } from 'react'
import type { Person } from '#shared/api/common.ts'
import { initiative } from '#shared/domain/initiative.ts'
import { roles } from '#shared/domain/actors.ts'
import { useHeard } from '#client/api/events.ts'
import { useLanguage, useLocalized, useMessages } from '#client/i18n/messages.ts'
import { PersonMark } from './party-mark.tsx'
import { uiMessages } from './messages.ts'
import classes from './person.module.css'
import { partyColour } from '#client/lib/party-colour.ts'

/** Those of `people` who are here now: nobody while the server is not heard, as it could not say who has left. */
export function useHere(people: readonly Person[]): readonly Person[] {
  return useHeard() ? people : nobody
}

const nobody: readonly Person[] = []

/** Sign and name; `online` adds a dot and a word for it. */
export function PersonChip({
  person,
  online = false,
  roleOnly = false,
}: {
  readonly person: Person
  readonly online?: boolean
  /** Show the role alone, where the side stands in the heading already. */
  readonly roleOnly?: boolean
}) {
  const say = useLocalized()
  const t = useMessages(uiMessages)
  return (
    <span className={classes.chip}>
      <PersonMark person={person} />
      <span>{say(roleOnly ? roles[person.role].name : person.name)}</span>
      {online ? <span className={classes.online}>{t('online')}</span> : null}
    </span>
  )
}

/** Who is here, as a row of small signs with initials; the names on hover and focus, and as a list on a click. */
export function PeopleHere({ people, max = 4 }: { readonly people: readonly Person[]; readonly max?: number }) {
  const say = useLocalized()
  const language = useLanguage()
  const t = useMessages(uiMessages)
  const [opened, setOpened] = useState(false)
  if (people.length === 0) return null
  const full = (person: Person) => {
    const group =
      person.group === null || person.role === 'panelist' ? null : initiative().group(person.group).short[language]
    if (group === null) return say(person.name)
    return language === 'ja' ? `${say(person.name)}（${group}）` : `${say(person.name)}, ${group}`
  }
  const names = people.map(full).join(language === 'ja' ? '、' : '; ')
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" withinPortal>
      <Tooltip label={names} multiline maw={320} disabled={opened}>
        <Popover.Target>
          <UnstyledButton
            className={classes.people}
            aria-label={t('whoIsHere', { names })}
            onClick={() => setOpened(!opened)}
          >
            {people.slice(0, max).map((person) => (
              <span
                key={person.id}
                className={classes.avatar}
                data-mark={person.party === null ? 'square' : initiative().party(person.party).mark}
                style={{
                  '--side': person.party === null ? `var(--role-${person.role})` : partyColour(person.party),
                }}
              >
                {person.party === null
                  ? initialOf(say(roles[person.role].name))
                  : initiative().party(person.party).prefix}
              </span>
            ))}
            {people.length > max ? (
              <span className={classes.rest}>{t('more', { count: people.length - max })}</span>
            ) : null}
          </UnstyledButton>
        </Popover.Target>
      </Tooltip>
      <Popover.Dropdown>
        <ul className={classes.list}>
          {people.map((person) => (
            <li key={person.id} className={classes.chip}>
              <PersonMark person={person} />
              {full(person)}
            </li>
          ))}
        </ul>
      </Popover.Dropdown>
    </Popover>
  )
}

const initialOf = (name: string) => name.slice(0, 1)
