/** What an initiative is made of, as a file says it: one schema, and the checks that its parts fit one another. */
import { z } from 'zod'
import { languageKeys, type LocalizedText } from './languages.ts'

/** Neither empty nor with signs that cannot be read: these words stand in every page. */
const words = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((text) => !/[\p{Cc}\p{Surrogate}]/u.test(text), 'Leave out control characters and halves of characters.')

const localized = (max: number) =>
  z.strictObject({ en: words(max), ja: words(max) } satisfies Record<keyof LocalizedText, z.ZodType>)

const id = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, 'Use lower-case letters and digits, a letter first, and single hyphens.')

/** Where a seat's id says whose it is, one of these stands in the place of a party. */
const reserved = ['panelist', 'secretariat', 'none']

const PartyId = z
  .string()
  .min(2)
  .max(12)
  .regex(/^[a-z][a-z0-9]*$/, 'Use lower-case letters and digits, a letter first.')
  .refine((given) => !reserved.includes(given), `No party can be called ${reserved.join(', ')}.`)
  .brand<'Party'>()
const AgencyId = id(40).brand<'Agency'>()
const GroupId = id(40).brand<'Group'>()
const BodyId = id(40).brand<'Body'>()

export type Party = z.output<typeof PartyId>
export type Agency = z.output<typeof AgencyId>
export type Group = z.output<typeof GroupId>
export type Body = z.output<typeof BodyId>

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

const Day = z.iso.date()

/** There is a colour and a sign for so many. */
export const mostParties = 8

const parts = {
  name: localized(120),
  /** What it is for, in a sentence or two. */
  purpose: localized(600),
  /** The languages of every text. */
  languages: z.array(z.enum(languageKeys)),
  /** Its first and its last day. */
  starts: Day,
  ends: Day,
  /** In the neutral order of the initiative; each party's own copy names that party first. */
  parties: z
    .array(
      z.strictObject({
        id: PartyId,
        /** Letters that stand wherever a colour alone would speak. */
        prefix: words(4),
        name: localized(60),
        timeZone: z.string().refine(isTimeZone, 'Name a time zone of the IANA list, such as Asia/Tokyo.'),
        /** How the zone is called where a time of day stands beside it. */
        timeZoneName: words(8),
      }),
    )
    .min(2)
    .max(mostParties),
  /** Who can own an outcome target or an action. `lead` marks those that sit on the management committee. */
  agencies: z
    .array(
      z.strictObject({ id: AgencyId, party: PartyId, lead: z.boolean(), short: localized(40), name: localized(160) }),
    )
    .max(200),
  groups: z
    .array(
      z.strictObject({
        id: GroupId,
        name: localized(120),
        /** For narrow columns. */
        short: localized(40),
        purpose: localized(400),
        /** Groups whose texts depend on this one's, or on whose texts it depends: said at one of the two, it holds for both. */
        links: z.array(GroupId),
      }),
    )
    .min(1)
    .max(40),
  /** Who meets above the working groups, the highest last. */
  bodies: z.array(z.strictObject({ id: BodyId, name: localized(80), perYear: z.int().min(1).max(52) })).max(10),
  meetings: z.array(z.strictObject({ body: BodyId, date: Day })).max(400),
}

/** The parts of a definition, each to be given by itself. */
export const DefinitionParts = z.strictObject(parts).partial()
export const Definition = z.strictObject(parts)
export type Definition = z.output<typeof Definition>

/** `path`: the place in the file, `groups.2.links.0`. */
export type DefinitionProblem = { readonly path: string; readonly message: string }

/**
 * Reads a definition. Gives it, or everything that is wrong with it by its place:
 * `readDefinition({ ...definition, parties: [] })` gives `{ problems: [{ path: 'parties', ... }, ...] }`.
 */
export function readDefinition(value: unknown): { definition: Definition } | { problems: DefinitionProblem[] } {
  const result = Definition.safeParse(value)
  const problems = [
    ...(result.error?.issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message })) ?? []),
    ...misfits(Loose.parse(value)),
  ]
  return result.success && problems.length === 0 ? { definition: result.data } : { problems }
}

/** What is left of any value where only ids, references and days are looked at: one fault must not hide the others. */
const given = z.string().catch('')
const list = <Entry extends z.ZodType>(entry: Entry) => z.array(entry).catch([])
const Loose = z
  .object({
    languages: list(given),
    starts: given,
    ends: given,
    parties: list(z.object({ id: given, prefix: given }).catch({ id: '', prefix: '' })),
    agencies: list(z.object({ id: given, party: given }).catch({ id: '', party: '' })),
    groups: list(z.object({ id: given, links: list(given) }).catch({ id: '', links: [] })),
    bodies: list(z.object({ id: given }).catch({ id: '' })),
    meetings: list(z.object({ body: given, date: given }).catch({ body: '', date: '' })),
  })
  .catch({ languages: [], starts: '', ends: '', parties: [], agencies: [], groups: [], bodies: [], meetings: [] })

function misfits({ languages, starts, ends, ...lists }: z.output<typeof Loose>): DefinitionProblem[] {
  const { parties, agencies, groups, bodies, meetings } = lists
  const twice = (where: string, key: string, values: readonly string[]) =>
    values.flatMap((value, at) =>
      value !== '' && values.indexOf(value) < at
        ? [{ path: [where, at, key].filter((part) => part !== '').join('.'), message: `“${value}” is there twice.` }]
        : [],
    )
  const known = (path: string, value: string, entries: readonly { readonly id: string }[], what: string) =>
    value === '' || entries.some((entry) => entry.id === value)
      ? []
      : [{ path, message: `There is no ${what} “${value}”.` }]
  const absent = languageKeys.filter((language) => !languages.includes(language))
  return [
    ...twice('languages', '', languages),
    ...(languages.length === 0 || absent.length === 0
      ? []
      : [{ path: 'languages', message: `Texts are written in all of ${languageKeys.join(', ')}: name each.` }]),
    ...(starts !== '' && ends !== '' && starts >= ends
      ? [{ path: 'ends', message: 'It ends before it has begun.' }]
      : []),
    ...twice(
      'parties',
      'id',
      parties.map((party) => party.id),
    ),
    ...twice(
      'parties',
      'prefix',
      parties.map(({ prefix }) => prefix),
    ),
    ...twice(
      'agencies',
      'id',
      agencies.map((agency) => agency.id),
    ),
    ...twice(
      'groups',
      'id',
      groups.map((group) => group.id),
    ),
    ...twice(
      'bodies',
      'id',
      bodies.map((body) => body.id),
    ),
    ...agencies.flatMap(({ party }, at) => known(`agencies.${at}.party`, party, parties, 'party')),
    ...groups.flatMap(({ id: own, links }, at) =>
      links.flatMap((link, index) =>
        own !== '' && link === own
          ? [{ path: `groups.${at}.links.${index}`, message: 'A group is not linked to itself.' }]
          : known(`groups.${at}.links.${index}`, link, groups, 'group'),
      ),
    ),
    ...meetings.flatMap(({ body, date }, at) => [
      ...known(`meetings.${at}.body`, body, bodies, 'body'),
      ...(date !== '' && starts !== '' && ends !== '' && (date < starts || date > ends)
        ? [{ path: `meetings.${at}.date`, message: 'The meeting is outside of the initiative’s window.' }]
        : []),
    ]),
    ...meetings.flatMap(({ body, date }, at) =>
      meetings.slice(0, at).some((other) => body !== '' && other.body === body && other.date === date)
        ? [{ path: `meetings.${at}`, message: 'The meeting is there twice.' }]
        : [],
    ),
  ]
}
