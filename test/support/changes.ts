/** Pending changes for tests: people of three parties, their changes, and a text that these stand in. */
import * as Y from 'yjs'
import type { Author, BlockChange, BlockOperation, Deletion, Pending } from '#shared/editor/changes/pending.ts'
import type { JsonMark, JsonNode } from '#shared/editor/text.ts'

export const people = [
  { party: 'us', user: 'us-cochair-ai' },
  { party: 'us', user: 'us-drafter-ai' },
  { party: 'jp', user: 'jp-cochair-ai' },
  { party: 'jp', user: 'jp-drafter-ai' },
  { party: 'kr', user: 'kr-cochair-ai' },
] as const satisfies readonly Author[]

export const partiesOfThree = ['us', 'jp', 'kr'] as const

let made = 0

/** A new change of someone's. */
export function change({ party, user }: Author, more: Partial<Pending> = {}): Pending {
  made += 1
  return { id: `c${made}`, place: `p${made}`, party, user, at: 1_800_000_000_000 + made, ...more }
}

export const deletion = (author: Author, more: Partial<Deletion> = {}): Deletion => ({
  ...change(author, more),
  over: more.over ?? null,
})

export const blockChange = (author: Author, op: BlockOperation, more: Partial<Pending> = {}): BlockChange => ({
  ...change(author, more),
  op,
})

/** Words with the changes that stand on them. */
export const run = (text: string, ...changes: readonly (Pending | Deletion)[]): JsonNode => ({
  type: 'text',
  text,
  ...(changes.length > 0
    ? { marks: changes.map((attrs): JsonMark => ({ type: 'over' in attrs ? 'deletion' : 'insertion', attrs })) }
    : {}),
})

export const line = (content: readonly JsonNode[], attrs?: JsonNode['attrs']): JsonNode => ({
  type: 'paragraph',
  ...(attrs ? { attrs } : {}),
  content,
})

/** Another copy of a shared text, with all that is deleted in it. */
export function copyOf(doc: Y.Doc): Y.Doc {
  const copy = new Y.Doc({ gc: false })
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
  return copy
}

/** Someone who proposes: at a time of their own, with ids that nobody else has. */
export const proposerOf = (author: Author) => ({
  ...author,
  at: 1_800_000_000_000,
  newId: () => {
    made += 1
    return `n${made}`
  },
})
