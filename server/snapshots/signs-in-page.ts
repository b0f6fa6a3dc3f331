/** Brackets that were drawn around changes, told from those of the words in an HTML page: a reader of texts goes by it. */
import { plainWords } from '#shared/editor/import/ours.ts'
import type { JsonNode } from '#shared/editor/text.ts'
import { asPending, drawnMark } from './drawn.ts'

/** Stand for the brackets of words until the page is written. No text holds them: no character is meant by them. */
const held = { '[': '\ufdd0', ']': '\ufdd1' } as const

/** A text for the page: what was drawn bears the mark of its change, and the brackets of words are held back. */
export function forPage(node: JsonNode): JsonNode {
  const isDrawn = node.marks?.some(({ type }) => type === drawnMark) === true
  const text = node.text?.replaceAll(/[\ufdd0\ufdd1]/g, '\ufffd')
  const shown = isDrawn ? text : text?.replaceAll('[', held['[']).replaceAll(']', held[']'])
  return {
    ...node,
    ...(node.marks ? { marks: node.marks.map(asPending) } : {}),
    ...(node.content ? { content: node.content.map(forPage) } : {}),
    ...(shown === undefined ? {} : { text: shown }),
  }
}

/** A written page with the brackets of words put back, as what they are. */
export const inPage = (page: string): string =>
  page.replaceAll(held['['], `<span ${plainWords}>[</span>`).replaceAll(held[']'], `<span ${plainWords}>]</span>`)
