/**
 * A text as a row of words and line beginnings, each with the form that it stands in. Two texts have the same row exactly if their
 * canonical forms are the same: what is hashed is in it, whether it is a word, a heading level, a bullet or where a link leads.
 */
import type { FormPart } from '#shared/api/snapshots.ts'
import type { Language } from '#shared/domain/languages.ts'
import type { JsonMark, JsonNode, JsonValue } from '#shared/editor/text.ts'
import { splitWords } from '#shared/editor/words.ts'

export type Token = {
  /** A word, a stretch between words, or a line feed where a line begins or is broken. */
  readonly text: string
  /** Equal exactly if the form is the same. */
  readonly signature: string
  /** The same for readers. */
  readonly form: readonly FormPart[]
}

/** What a line stands in, from the outside in. `begun`: whether an earlier line stands in the same one. */
type Container = { readonly node: JsonNode; readonly place: number | null; begun: boolean }

const isInline = ({ type, content = [] }: JsonNode) => type === 'text' || (type === 'hardBreak' && content.length === 0)

/** The row of some nodes. `places`: where they stand among their neighbours, if that is not said by their order alone. */
export function tokensOf(nodes: readonly JsonNode[], language: Language, places?: readonly number[]): Token[] {
  const tokens: Token[] = []
  const visit = (children: readonly JsonNode[], around: readonly Container[], at?: readonly number[]) => {
    let line: JsonNode[] = []
    const end = () => {
      if (line.length > 0) tokens.push(beginning(around), ...wordsOf(line, language))
      line = []
    }
    for (const [index, child] of children.entries()) {
      if (isInline(child)) {
        line.push(child)
        continue
      }
      end()
      const within = [...around, { node: child, place: at?.[index] ?? null, begun: false }]
      const content = child.content ?? []
      if (content.length === 0) tokens.push(beginning(within))
      else visit(content, within)
    }
    end()
  }
  visit(nodes, [], places)
  return tokens
}

/** Two lines may stand in the same item of a list, or each in its own: only where a container begins tells them apart. */
function beginning(around: readonly Container[]): Token {
  const chain = around.map(({ node, place, begun }) => [node.type, node.attrs ?? {}, node.marks ?? [], place, begun])
  const form = around.flatMap(({ node: { type, attrs = {}, marks = [] }, place, begun }): FormPart[] =>
    begun
      ? [{ name: type, value: 'continued' }]
      : [
          { name: type, value: null },
          ...(place === null ? [] : [{ name: `${type}.place`, value: String(place + 1) }]),
          ...partsOf(type, attrs),
          ...marks.flatMap(markParts),
        ],
  )
  for (const container of around) container.begun = true
  return { text: '\n', signature: JSON.stringify(chain), form }
}

const said = (value: JsonValue) => (typeof value === 'string' ? value : JSON.stringify(value))

const partsOf = (type: string, attrs: { readonly [name: string]: JsonValue }): FormPart[] =>
  Object.entries(attrs).map(([name, value]) => ({ name: `${type}.${name}`, value: said(value) }))

const markParts = ({ type, attrs }: JsonMark): FormPart[] => [
  { name: type, value: null },
  ...partsOf(type, attrs ?? {}),
]

/** The words of a line. A word of which a part is bold is one word: its form says how far. Japanese has no spaces between words. */
function wordsOf(line: readonly JsonNode[], language: Language): Token[] {
  const tokens: Token[] = []
  let runs: JsonNode[] = []
  const end = () => {
    const text = runs.map((run) => run.text ?? '').join('')
    let index = 0
    for (const segment of splitWords(text, language)) {
      tokens.push(word(segment, runsIn(runs, index, index + segment.length)))
      index += segment.length
    }
    runs = []
  }
  for (const node of line) {
    if (node.type === 'text') {
      runs.push(node)
      continue
    }
    end()
    const { type, attrs = {}, marks = [] } = node
    const form = [{ name: type, value: null }, ...partsOf(type, attrs), ...marks.flatMap(markParts)]
    tokens.push({ text: '\n', signature: JSON.stringify([type, attrs, marks]), form })
  }
  end()
  return tokens
}

type Run = { readonly length: number; readonly marks: readonly JsonMark[] }

function runsIn(runs: readonly JsonNode[], from: number, to: number): Run[] {
  const found: Run[] = []
  let start = 0
  for (const { text = '', marks = [] } of runs) {
    const length = Math.min(to, start + text.length) - Math.max(from, start)
    if (length > 0) found.push({ length, marks })
    start += text.length
  }
  return found
}

function word(text: string, runs: readonly Run[]): Token {
  const whole = runs.length === 1
  const signature = JSON.stringify(runs.map(({ length, marks }) => (whole ? marks : [length, marks])))
  const form = runs.flatMap(({ marks }) => marks.flatMap(markParts))
  return { text, signature, form: form.length === 0 ? form : distinct(form) }
}

function distinct(form: readonly FormPart[]): FormPart[] {
  return [...new Map(form.map((part) => [JSON.stringify(part), part])).values()]
}
