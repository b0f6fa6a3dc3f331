/** A pending change: what one party puts into the text and the others have not accepted. Its values, and how they stand in a text. */
import { encodeAny, toBase64 } from 'lib0/buffer'
import { digest } from 'lib0/hash/sha256'

/** Who makes a change: a user who acts for a party, or for none where a text with brackets was taken over from elsewhere. */
export type Author = { readonly party: string | null; readonly user: string }

/** What every pending change says of itself. Changes that answer one another share a `place`. */
export type Pending = Author & {
  readonly id: string
  readonly place: string
  /** Milliseconds since 1970. */
  readonly at: number
}

/** `over`: the id of the other side's insertion that a deletion was made over; null over base text. */
export type Deletion = Pending & { readonly over: string | null }

export const blockOperations = ['insert', 'delete'] as const
export type BlockOperation = (typeof blockOperations)[number]
/** What a party suggests for a whole block. A move is a deletion and an insertion at one place. */
export type BlockChange = Pending & { readonly op: BlockOperation }

/** The marks of pending changes. Both may stand several times on one text. */
export const pendingMarks = ['insertion', 'deletion'] as const
export type PendingMark = (typeof pendingMarks)[number]
export const isPendingMark = (name: string): name is PendingMark => name === 'insertion' || name === 'deletion'

const id = /^[\w-]{1,64}$/
const isId = (value: unknown): value is string => typeof value === 'string' && id.test(value)

/** What may stand under each name of a pending change, in the order in which the schema has them. */
export const pendingFields = {
  id: isId,
  place: isId,
  party: (value: unknown) => value === null || isId(value),
  user: isId,
  at: (value: unknown) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0,
} satisfies Record<keyof Pending, (value: unknown) => boolean>

export const isOver = (value: unknown) => value === null || isId(value)

const fieldNames = Object.keys(pendingFields)

const isRecord = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const hasPendingFields = (value: { readonly [name: string]: unknown }, more: readonly string[]) =>
  Object.entries(pendingFields).every(([name, fits]) => fits(value[name])) &&
  Object.keys(value).every((name) => fieldNames.includes(name) || more.includes(name))

/** Whether a value is a whole insertion, with no other fields. */
export const isInsertion = (value: unknown): value is Pending => isRecord(value) && hasPendingFields(value, [])

/** Whether a value is a whole deletion, with no other fields. */
export const isDeletion = (value: unknown): value is Deletion =>
  isRecord(value) && hasPendingFields(value, ['over']) && isOver(value['over'])

/** Whether a value is a whole change of a block, with no other fields. */
export const isBlockChange = (value: unknown): value is BlockChange =>
  isRecord(value) && hasPendingFields(value, ['op']) && blockOperations.some((op) => op === value['op'])

const suggested = 'suggested--'

/** The attribute in which a block carries what a party suggests for it: one for each, or two who strike a block overwrite each other. */
export const suggestionAttribute = (party: string | null): string => `${suggested}${party ?? 'none'}`

/** Whether an attribute carries what some party suggests for its block. */
export const isSuggestionAttribute = (name: string): boolean => name.startsWith(suggested)

/** The blocks, and the line break, that can be suggested as a whole. */
export const suggestedBlocks = [
  'paragraph',
  'bulletList',
  'orderedList',
  'listItem',
  'table',
  'tableRow',
  'hardBreak',
  'clause',
] as const

/** A mark's name without the hash that tells it from others of its name. */
export const markName = (key: string): string => key.replace(/--[A-Za-z0-9+/=]{8}$/, '')

/**
 * Under which name a pending change's mark stands in the shared text: as the editor's binding writes it, so that one value has one
 * name everywhere (`insertion--Ab3dE6gH`).
 */
export function markKey(name: PendingMark, value: Pending | Deletion): string {
  const { id: own, place, party, user, at } = value
  const attrs = { id: own, place, party, user, at, ...('over' in value ? { over: value.over } : {}) }
  const bytes = digest(encodeAny({ type: name, attrs }))
  const folded = bytes.slice(0, 6)
  for (let index = 6; index < bytes.length; index += 1)
    folded[index % 6] = (folded[index % 6] ?? 0) ^ (bytes[index] ?? 0)
  return `${name}--${toBase64(folded)}`
}
