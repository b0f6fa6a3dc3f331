/** Schemas that several resources share: ids, times, names, people and the problem document of an error. */
import { z } from 'zod'
import type { Actor } from '#shared/domain/actors.ts'
import { roleKeys } from '#shared/domain/actors.ts'
import { clauseKindKeys, documentKindKeys, statusKeys } from '#shared/domain/documents.ts'
import { groupKeys } from '#shared/domain/groups.ts'
import { languageKeys, type Language } from '#shared/domain/languages.ts'
import { partyKeys } from '#shared/domain/parties.ts'

export const Group = z.enum(groupKeys)
export const Party = z.enum(partyKeys)
export const Role = z.enum(roleKeys)
export const Status = z.enum(statusKeys)
export const DocumentKind = z.enum(documentKindKeys)
export const ClauseKind = z.enum(clauseKindKeys)
export const LanguageKey = z.enum(languageKeys)

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

const seat = <R extends Actor['role']>(...seats: readonly [R, ...R[]]) => z.enum(seats)

export const ActorSchema = z.discriminatedUnion('role', [
  z.object({ id: z.string(), role: seat('cochair', 'drafter'), party: Party, group: Group }),
  z.object({ id: z.string(), role: seat('panelist'), party: z.null(), group: Group }),
  z.object({ id: z.string(), role: seat('committee', 'principal'), party: Party, group: z.null() }),
  z.object({ id: z.string(), role: seat('secretariat'), party: z.null(), group: z.null() }),
]) satisfies z.ZodType<Actor>

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
