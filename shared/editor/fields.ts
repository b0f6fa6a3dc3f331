/** What may stand in the attributes of a clause and of a link: plain tests that need no editor. */
import { attributeEntry, isStatus, type ClauseAttribute } from '#shared/domain/documents.ts'
import { initiative } from '#shared/domain/initiative.ts'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Whether a value is a clause id: a lower-case UUID. */
export const isClauseId = (value: unknown): value is string => typeof value === 'string' && uuid.test(value)

const halfCharacter = /\p{Surrogate}/u

/** Whether a text is free of halves of characters: they do not survive the way to others, who would read something else. */
export const isWhole = (text: string): boolean => !halfCharacter.test(text)

/** Invisible, and read by no two programs alike: what follows one of them may be another address. */
const control = /\p{Cc}/u

/** Whether a link may point there. Others (`javascript:` above all) never enter the text. */
export const isSafeHref = (value: unknown): value is string =>
  typeof value === 'string' &&
  value.length <= 2000 &&
  /^(https?:\/\/|mailto:)/i.test(value) &&
  !control.test(value) &&
  isWhole(value)

const day = /^\d{4}-\d{2}-\d{2}$/

/** Whether a value is a day that there is (ISO 8601): of another no page could say when it is. */
function isDay(value: unknown): boolean {
  if (typeof value !== 'string' || !day.test(value)) return false
  const midnight = Date.parse(`${value}T00:00:00Z`)
  // The 31st of February is read as a day in March.
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(value)
}

const isText = (value: unknown) => typeof value === 'string' && value.length <= 4000 && isWhole(value)
const fieldTests = {
  text: isText,
  date: isDay,
  owner: (value: unknown) => initiative().isAgency(value),
  status: isStatus,
  reference: isClauseId,
  url: (value: unknown) => value === '' || isSafeHref(value),
} satisfies Record<string, (value: unknown) => boolean>

/** Whether `value` may stand in that attribute of a clause (null: not filled in). */
export const isFieldValue = (attribute: ClauseAttribute, value: unknown): boolean =>
  value === null || fieldTests[attributeEntry(attribute)?.type ?? 'text'](value)
