/** Who may be mentioned: those who may read what is being written, by names that tell them apart. */
import { SeatSchema, type Person } from '#shared/api/common.ts'
import { initiative, type Group } from '#shared/domain/initiative.ts'
import type { LocalizedText } from '#shared/domain/languages.ts'
import { can, type ThreadSubject } from '#shared/domain/permissions.ts'

/** Those of `people` who may read a thread, the group's own first. A delegate of another group is called by the group too. */
export function readersOf(people: readonly Person[], thread: ThreadSubject): Person[] {
  const here = thread.document.group
  const distance = ({ group }: Person) => (group === here ? 0 : group === null ? 1 : 2)
  return people
    .filter((person) => {
      const seat = SeatSchema.safeParse(person)
      return seat.success && can({ id: person.id, ...seat.data }, 'thread.read', thread)
    })
    .toSorted((a, b) => distance(a) - distance(b))
    .map((person) => ({ ...person, name: nameAmong(person, here) }))
}

function nameAmong({ name, party, group }: Person, here: Group): LocalizedText {
  if (party === null || group === null || group === here) return name
  const { short } = initiative().group(group)
  return { en: `${name.en}, ${short.en}`, ja: `${name.ja}（${short.ja}）` }
}

/** The ids of those whose names stand behind an "@" in the words. Of names that begin alike the longest counts. */
export function mentionsIn(words: string, people: readonly Person[]): string[] {
  const names = people
    .flatMap(({ id, name }) => [name.en, name.ja].map((each) => ({ id, name: each })))
    .toSorted((a, b) => b.name.length - a.name.length)
  const mentioned = words
    .split('@')
    .slice(1)
    .flatMap((rest) => names.find(({ name }) => rest.startsWith(name))?.id ?? [])
  return [...new Set(mentioned)]
}
