/** Schemas that several resources share: ids, times, names, people and the problem document of an error. */
import { z } from 'zod'
import { roleKeys, type Actor, type Seat } from '#shared/domain/actors.ts'
import { clauseKindKeys, documentKindKeys, statusKeys } from '#shared/domain/documents.ts'
import { initiative } from '#shared/domain/initiative.ts'
import { languageKeys, type Language } from '#shared/domain/languages.ts'
import { phaseKeys } from '#shared/domain/phases.ts'

/** Ids of the initiative: which there are is known once it is installed. */
export const Group = z
  .string()
  .refine((id) => initiative().isGroup(id), { error: () => `Use one of: ${initiative().groups.join(', ')}.` })
  .brand<'Group'>()
export const Party = z
  .string()
  .refine((id) => initiative().isParty(id), { error: () => `Use one of: ${initiative().parties.join(', ')}.` })
  .brand<'Party'>()
export const Role = z.enum(roleKeys)
export const Status = z.enum(statusKeys)
export const DocumentKind = z.enum(documentKindKeys)
export const ClauseKind = z.enum(clauseKindKeys)
export const LanguageKey = z.enum(languageKeys)
export const PhaseKey = z.enum(phaseKeys)

/** The phase that was asked for last, and the parties that have consented to it. */
export const PendingPhase = z.object({ phase: PhaseKey, consents: z.array(Party) })

/**
 * What is open in texts: how many places, at how many of them something waits for the reader’s own party, and at how many only for
 * others. Of a reader without a party nothing waits.
 */
export const OpenCounts = z.object({ places: z.int().min(0), ours: z.int().min(0), theirs: z.int().min(0) })
export type OpenCounts = z.infer<typeof OpenCounts>

/**
 * Text as the store keeps it, character for character. Refused, not mended: a NUL or half of a character that was left out or
 * replaced would make other words of someone's words, and of a quotation one that is not in the text.
 */
const storable = z
  .string()
  .refine((words) => !words.includes('\0') && !/\p{Surrogate}/u.test(words), 'Leave out NUL and halves of characters.')

/** Text of at most `max` characters, as it is given. */
export const verbatim = (max: number) => storable.max(max)

/** Text after trimming, at least one character and at most `max`. */
export const text = (max: number) => storable.trim().min(1).max(max)

export const Localized = z.object({ en: z.string(), ja: z.string() } satisfies Record<Language, z.ZodString>)

/** One wording in every language, each at most `max` characters. */
export const localized = (max: number) =>
  z.object({ en: text(max), ja: text(max) } satisfies Record<Language, z.ZodString>)

export const DocumentId = z
  .string()
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'Use lower-case letters, digits and single hyphens.')
  .max(100)
export const Uuid = z.uuid()
/** An instant in UTC, ISO 8601. */
export const Instant = z.iso.datetime()
/** A calendar day without a time, ISO 8601. */
export const Day = z.iso.date()

const role = <R extends Seat['role']>(...seated: readonly [R, ...R[]]) => z.enum(seated)

/** A seat, with more that goes with it: one schema for each kind of seat. */
export const seatWith = <Shape extends z.ZodRawShape>(more: Shape) =>
  z.discriminatedUnion('role', [
    z.object({ ...more, role: role('cochair', 'drafter'), party: Party, group: Group }),
    z.object({ ...more, role: role('panelist'), party: z.null(), group: Group }),
    z.object({ ...more, role: role('committee', 'principal'), party: Party, group: z.null() }),
    z.object({ ...more, role: role('secretariat'), party: z.null(), group: z.null() }),
  ])

export const SeatSchema = seatWith({}) satisfies z.ZodType<Seat>

const holder = { id: z.string(), user: z.string(), name: z.string().nullable() }
export const ActorSchema = seatWith(holder) satisfies z.ZodType<Actor>
/** A seat that someone holds, from when on and, if that is known, until when. */
export const Membership = seatWith({ ...holder, from: z.iso.datetime(), until: z.iso.datetime().nullable() })
export type Membership = z.infer<typeof Membership>

/** Someone as others see them. */
export const Person = z.object({
  id: z.string(),
  name: Localized,
  role: Role,
  party: Party.nullable(),
  group: Group.nullable(),
})
export type Person = z.infer<typeof Person>

/** RFC 9457 problem document. `errors` says what in the request is wrong, where and how to mend it. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  instance: z.string().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
})
export type Problem = z.infer<typeof Problem>
