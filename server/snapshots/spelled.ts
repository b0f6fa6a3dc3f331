/** A text for a file, in which every character that cannot be seen or passes for another is spelled out: `‹U+202E›`. */
import { signsIn, spelledOut, type Sign } from '#shared/editor/signs.ts'
import type { JsonNode, JsonValue } from '#shared/editor/text.ts'

/** The text so written, and which signs it holds. What is in a field or in a link's target counts as well. */
export function spellSigns(content: JsonNode): { content: JsonNode; signs: readonly Sign[] } {
  const signs: Sign[] = []
  const value = (given: JsonValue): JsonValue => {
    if (typeof given !== 'string') return given
    signs.push(...signsIn(given))
    return spelledOut(given)
  }
  const attributes = (given: JsonNode['attrs']) =>
    given && Object.fromEntries(Object.entries(given).map(([name, each]) => [name, value(each)]))
  const visit = (node: JsonNode): JsonNode => {
    const { attrs, marks } = node
    return {
      ...node,
      ...(attrs ? { attrs: attributes(attrs) ?? {} } : {}),
      ...(marks
        ? { marks: marks.map((mark) => ({ ...mark, ...(mark.attrs ? { attrs: attributes(mark.attrs) ?? {} } : {}) })) }
        : {}),
      ...(node.content ? { content: line(node.content) } : {}),
    }
  }
  /** A letter is judged by its word, which may be partly bold: what stands side by side is read as one. */
  const line = (nodes: readonly JsonNode[]): JsonNode[] => {
    const whole = nodes.map((node) => node.text ?? '\ufffc').join('')
    const found = signsIn(whole)
    let start = 0
    return nodes.map((node) => {
      const from = start
      start += (node.text ?? '\ufffc').length
      const visited = visit(node)
      if (node.text === undefined) return visited
      const own = found.filter((sign) => from <= sign.from && sign.from < start)
      signs.push(...own)
      let [text, at] = ['', from]
      for (const { from: before, to: behind, kind, code } of own) {
        text += `${whole.slice(at, kind === 'letter' ? behind : before)}‹${code}›`
        at = behind
      }
      return { ...visited, text: text + whole.slice(at, start) }
    })
  }
  return { content: visit(content), signs }
}
