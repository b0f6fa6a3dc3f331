/**
 * What a client may say of itself in presence: where its caret is, and nothing else. Editors follow what they are told here into
 * the text: an odd shape would throw in every open page, and a page that throws while it draws stops taking in the others' words.
 */
import { z } from 'zod'
import { bodyName } from './messages.ts'

const count = z.int().nonnegative()
const itemId = z.strictObject({ client: count, clock: count })

/** A place that stays with its neighbours while the text changes, as Yjs writes it. One that hangs on nothing leads nowhere. */
const position = z
  .strictObject({
    type: itemId.nullish(),
    tname: z.literal(bodyName).nullish(),
    item: itemId.nullish(),
    assoc: z.int().min(-1).max(1).nullish(),
  })
  .refine(({ type, tname, item }) => type != null || tname != null || item != null)

const cursor = z.strictObject({ anchor: position, head: position })

/** A client's own state. The stock provider lets a user be named too; the server puts its own word there. */
export const ownPresence = z.strictObject({ cursor: cursor.nullish(), user: z.unknown().optional() })
export type OwnPresence = z.infer<typeof ownPresence>

export type Cursor = z.infer<typeof cursor>

/** The cursor in a state as others hear it, or null if there is none that can be followed. */
export function cursorIn(state: unknown): Cursor | null {
  const { success, data } = heard.safeParse(state)
  return success ? (data.cursor ?? null) : null
}

const heard = z.object({ cursor: cursor.nullish() })
