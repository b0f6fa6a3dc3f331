/**
 * What the initiative is made of, as the secretariat changes it: for each kind of entry what is asked of it, how it is shown in a list,
 * and which parts of the definition are another once it is put in or taken out.
 */
import type { z } from 'zod'
import type { changeInitiative } from '#shared/api/initiative.ts'
import type { Definition } from '#shared/domain/definition.ts'
import type { Party } from '#shared/domain/initiative.ts'
import { languageKeys, localizedBy, type Language, type LocalizedText } from '#shared/domain/languages.ts'

/** How a field is called, by the key of its words. */
type Label =
  | 'name'
  | 'short'
  | 'purpose'
  | 'starts'
  | 'ends'
  | 'prefix'
  | 'timeZone'
  | 'timeZoneName'
  | 'links'
  | 'party'
  | 'lead'
  | 'perYear'
  | 'body'
  | 'date'
  | 'id'

/** What stands in the fields of an entry, by their names; a name is the place in the entry, as the server names it. */
export type Values = Readonly<Record<string, string | boolean | readonly string[]>>

export type Choice = { readonly value: string; readonly name: LocalizedText }

export type Field = {
  readonly name: string
  readonly label: Label
  readonly language: Language | null
  /** `id` is given once, with a new entry. */
  readonly input: 'words' | 'lines' | 'letters' | 'id' | 'day' | 'count' | 'flag' | 'zone' | 'one' | 'many'
  readonly max: number
  readonly choices: readonly Choice[]
}

/** How an entry stands in its list. */
export type Shown = {
  readonly party: Party | null
  readonly title: LocalizedText
  readonly lines: readonly LocalizedText[]
  /** A day to be written behind the title, or null. */
  readonly day: string | null
}

export type Parts = z.input<(typeof changeInitiative)['body']>

export type Kind = {
  readonly key: 'whole' | 'parties' | 'groups' | 'agencies' | 'bodies' | 'meetings'
  /** Whether entries come and go. */
  readonly isList: boolean
  readonly fields: (definition: Definition, own: string | null) => readonly Field[]
  readonly rows: (definition: Definition) => readonly { key: string; values: Values; shown: Shown }[]
  /** With the entry of that key replaced, or one more if it is null. `place`: where the entry is then, before its own fields. */
  readonly put: (definition: Definition, key: string | null, values: Values) => { parts: Parts; place: string }
  readonly remove: (definition: Definition, key: string) => Parts
}

const field = (name: string, label: Label, input: Field['input'], more: Partial<Field> = {}): Field => ({
  name,
  label,
  input,
  language: null,
  max: 40,
  choices: [],
  ...more,
})

const inBoth = (name: string, label: Label, max: number, input: 'words' | 'lines' = 'words') =>
  languageKeys.map((language) => field(`${name}.${language}`, label, input, { language, max }))

const text = (values: Values, name: string): string => {
  const value = values[name]
  return typeof value === 'string' ? value : ''
}
const both = (values: Values, name: string): LocalizedText =>
  localizedBy((language) => text(values, `${name}.${language}`))
const spread = (name: string, words: LocalizedText): Values =>
  Object.fromEntries(languageKeys.map((language) => [`${name}.${language}`, words[language]]))
const many = (values: Values, name: string): string[] => {
  const value = values[name]
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}
const same = (words: string): LocalizedText => localizedBy(() => words)

const shown = (title: LocalizedText, lines: readonly LocalizedText[] = []): Shown => ({
  party: null,
  title,
  lines,
  day: null,
})

/** A kind of which there is a list. `given`: what the server is sent of an entry. */
function listed<Entry, Given>(of: {
  readonly key: Exclude<Kind['key'], 'whole'>
  readonly fields: Kind['fields']
  readonly list: (definition: Definition) => readonly Entry[]
  readonly keyOf: (entry: Entry) => string
  readonly valuesOf: (entry: Entry, definition: Definition) => Values
  readonly shown: (entry: Entry, definition: Definition) => Shown
  readonly given: (values: Values) => Given
  readonly parts: (entries: (Entry | Given)[]) => Parts
  /** The definition without what others say of an entry: it goes with it, and stands with it as it is written anew. */
  readonly unnamed?: (definition: Definition, key: string) => Definition
}): Kind {
  return {
    key: of.key,
    isList: true,
    fields: of.fields,
    rows: (definition) =>
      of.list(definition).map((entry) => ({
        key: of.keyOf(entry),
        values: of.valuesOf(entry, definition),
        shown: of.shown(entry, definition),
      })),
    put(definition, key, values) {
      const entries = of.list(key === null ? definition : (of.unnamed?.(definition, key) ?? definition))
      const at = entries.findIndex((entry) => of.keyOf(entry) === key)
      const given = of.given(values)
      const after = at < 0 ? [...entries, given] : entries.map((entry, index) => (index === at ? given : entry))
      return { parts: of.parts(after), place: `${of.key}.${at < 0 ? entries.length : at}` }
    },
    remove: (definition, key) =>
      of.parts(of.list(of.unnamed?.(definition, key) ?? definition).filter((entry) => of.keyOf(entry) !== key)),
  }
}

const whole: Kind = {
  key: 'whole',
  isList: false,
  fields: () => [
    ...inBoth('name', 'name', 120),
    ...inBoth('purpose', 'purpose', 600, 'lines'),
    field('starts', 'starts', 'day'),
    field('ends', 'ends', 'day'),
  ],
  rows: ({ name, purpose, starts, ends }) => [
    {
      key: 'whole',
      values: { ...spread('name', name), ...spread('purpose', purpose), starts, ends },
      shown: shown(name, [purpose]),
    },
  ],
  put: (_definition, _key, values) => ({
    parts: {
      name: both(values, 'name'),
      purpose: both(values, 'purpose'),
      starts: text(values, 'starts'),
      ends: text(values, 'ends'),
    },
    place: '',
  }),
  remove: () => ({}),
}

const ofParty = ({ parties }: Definition) => parties.map(({ id, name }): Choice => ({ value: id, name }))

const parties = listed({
  key: 'parties',
  fields: () => [
    ...inBoth('name', 'name', 60),
    field('prefix', 'prefix', 'letters', { max: 4 }),
    field('timeZone', 'timeZone', 'zone'),
    field('timeZoneName', 'timeZoneName', 'words', { max: 8 }),
    field('id', 'id', 'id', { max: 12 }),
  ],
  list: (definition) => definition.parties,
  keyOf: ({ id }): string => id,
  valuesOf: ({ id, prefix, name, timeZone, timeZoneName }) => ({
    ...spread('name', name),
    id,
    prefix,
    timeZone,
    timeZoneName,
  }),
  shown: ({ id, name, timeZone, timeZoneName }) => ({
    ...shown(name, [same(`${timeZone} (${timeZoneName})`)]),
    party: id,
  }),
  given: (values) => ({
    id: text(values, 'id'),
    prefix: text(values, 'prefix'),
    name: both(values, 'name'),
    timeZone: text(values, 'timeZone'),
    timeZoneName: text(values, 'timeZoneName'),
  }),
  parts: (entries) => ({ parties: entries }),
})

const groups = listed({
  key: 'groups',
  fields: (definition, own) => [
    ...inBoth('name', 'name', 120),
    ...inBoth('short', 'short', 40),
    ...inBoth('purpose', 'purpose', 400, 'lines'),
    field('links', 'links', 'many', {
      choices: definition.groups.flatMap(({ id, name }) => (id === own ? [] : [{ value: id, name }])),
    }),
    field('id', 'id', 'id'),
  ],
  list: (definition) => definition.groups,
  keyOf: ({ id }): string => id,
  valuesOf: ({ id, name, short, purpose, links }, definition) => ({
    ...spread('name', name),
    ...spread('short', short),
    ...spread('purpose', purpose),
    id,
    // Said at one of the two, it holds for both.
    links: definition.groups.flatMap((other) =>
      links.includes(other.id) || other.links.includes(id) ? [other.id] : [],
    ),
  }),
  shown: ({ name, purpose }) => shown(name, [purpose]),
  given: (values) => ({
    id: text(values, 'id'),
    name: both(values, 'name'),
    short: both(values, 'short'),
    purpose: both(values, 'purpose'),
    links: many(values, 'links'),
  }),
  parts: (entries) => ({ groups: entries }),
  unnamed: (definition, key) => ({
    ...definition,
    groups: definition.groups.map((group) => ({ ...group, links: group.links.filter((link) => link !== key) })),
  }),
})

const agencies = listed({
  key: 'agencies',
  fields: (definition) => [
    field('party', 'party', 'one', { choices: ofParty(definition) }),
    ...inBoth('name', 'name', 160),
    ...inBoth('short', 'short', 40),
    field('lead', 'lead', 'flag'),
    field('id', 'id', 'id'),
  ],
  list: (definition) => definition.agencies,
  keyOf: ({ id }): string => id,
  valuesOf: ({ id, party, lead, name, short }) => ({
    ...spread('name', name),
    ...spread('short', short),
    id,
    party,
    lead,
  }),
  shown: ({ party, name, short }) => ({ ...shown(name, [short]), party }),
  given: (values) => ({
    id: text(values, 'id'),
    party: text(values, 'party'),
    lead: values['lead'] === true,
    short: both(values, 'short'),
    name: both(values, 'name'),
  }),
  parts: (entries) => ({ agencies: entries }),
})

const bodies = listed({
  key: 'bodies',
  fields: () => [
    ...inBoth('name', 'name', 80),
    field('perYear', 'perYear', 'count', { max: 52 }),
    field('id', 'id', 'id'),
  ],
  list: (definition) => definition.bodies,
  keyOf: ({ id }): string => id,
  valuesOf: ({ id, name, perYear }) => ({ ...spread('name', name), id, perYear: String(perYear) }),
  shown: ({ name, perYear }) =>
    shown(name, [{ en: perYear === 1 ? 'Once a year' : `${perYear} times a year`, ja: `年${perYear}回` }]),
  given: (values) => ({ id: text(values, 'id'), name: both(values, 'name'), perYear: Number(text(values, 'perYear')) }),
  parts: (entries) => ({ bodies: entries }),
})

const meetings = listed({
  key: 'meetings',
  fields: (definition) => [
    field('body', 'body', 'one', { choices: definition.bodies.map(({ id, name }) => ({ value: id, name })) }),
    field('date', 'date', 'day'),
  ],
  list: (definition) => definition.meetings.toSorted((a, b) => a.date.localeCompare(b.date)),
  keyOf: ({ body, date }) => `${body} ${date}`,
  valuesOf: ({ body, date }) => ({ body, date }),
  shown: ({ body, date }, definition) => ({
    ...shown(definition.bodies.find(({ id }) => id === body)?.name ?? same(body)),
    day: date,
  }),
  given: (values) => ({ body: text(values, 'body'), date: text(values, 'date') }),
  parts: (entries) => ({ meetings: entries }),
})

export const kinds: readonly Kind[] = [whole, parties, groups, agencies, bodies, meetings]
