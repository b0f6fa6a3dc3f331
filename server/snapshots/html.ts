/** Blocks of a text as HTML, by the one schema that the page is drawn by. */
import { renderToHTMLString } from '@tiptap/static-renderer/pm/html-string'
import { documentSchema, schemaExtensions } from '#shared/editor/schema.ts'
import type { JsonNode } from '#shared/editor/text.ts'

/** Writes blocks, all in one go: the renderer prepares for each call, which for thousands of clauses takes longer than they do. */
export function htmlOf(blocks: readonly JsonNode[]): (nodes: readonly JsonNode[]) => string {
  let written: readonly string[] = []
  renderToHTMLString({
    extensions: schemaExtensions(),
    content: documentSchema().nodeFromJSON({ type: 'doc', content: blocks }),
    options: {
      nodeMapping: {
        doc({ children }) {
          written = [children ?? []].flat()
          return ''
        },
      },
    },
  })
  const known = new Map(blocks.map((block, at) => [block, written[at] ?? '']))
  return (nodes) => nodes.map((node) => known.get(node) ?? '').join('')
}

export const escapeHtml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
