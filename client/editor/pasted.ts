/** What pasted content becomes in the text: whole clauses, the words of clauses, divided texts, notes. */
import { Fragment, Slice, type Node, type ResolvedPos, type Schema } from '@tiptap/pm/model'
import { TextSelection, type EditorState, type Transaction } from '@tiptap/pm/state'
import { allClauseAttributes, clauseAttributes, isClauseKind, type ClauseKind } from '#shared/domain/documents.ts'
import { languageKeys, type Language } from '#shared/domain/languages.ts'
import { isFieldValue } from '#shared/editor/schema.ts'
import type { Articles } from './articles.ts'
import { clauseAt } from './clause-commands.ts'
import { asClauseCommand } from './structure.ts'

/** Control characters that are neither a tab nor the end of a line: nobody sees them, and no store keeps them all. */
const controls = /(?![\t\n])\p{Cc}/gu

/** Without the control characters. Those that Word ends lines and pages with become the end of a line. */
export const withoutControls = (text: string): string => text.replace(/\r\n?|[\v\f]/g, '\n').replace(controls, '')

/** The same content without control characters in its words. */
export function cleanWords(slice: Slice): Slice {
  const clean = (fragment: Fragment): Fragment => {
    const nodes: Node[] = []
    fragment.forEach((node) => {
      const { text } = node
      if (text === undefined) nodes.push(node.copy(clean(node.content)))
      else {
        const left = text.replace(controls, '')
        if (left !== '') nodes.push(left === text ? node : node.type.schema.text(left, node.marks))
      }
    })
    return Fragment.from(nodes)
  }
  let found = false
  slice.content.descendants((node) => {
    if (node.text !== undefined && node.text.search(controls) >= 0) found = true
    return !found
  })
  return found ? new Slice(clean(slice.content), slice.openStart, slice.openEnd) : slice
}

/** Whether whole clauses were copied: several of them, or one with all that is in it. */
export function holdsClauses({ content, openStart, openEnd }: Slice): boolean {
  let count = 0
  content.forEach((node) => {
    if (node.type.name === 'clause') count += 1
  })
  return count > 1 || (count === 1 && openStart === 0 && openEnd === 0)
}

/** Clauses become their words: of the language pasted into, or all of them if that language is not among them. */
export function withoutClauses(slice: Slice, schema: Schema, language: string | null): Slice {
  const texts: Node[] = []
  let found = false
  slice.content.descendants((node) => {
    if (node.type.name === 'clause') found = true
    if (node.type.name !== 'clauseText') return node.type.name === 'clause'
    found = true
    texts.push(node)
    return false
  })
  if (!found) return slice
  const chosen = texts.filter((text) => text.attrs['lang'] === language)
  const blocks = (chosen.length > 0 ? chosen : texts).reduce((all, text) => all.append(text.content), Fragment.empty)
  const loose: Node[] = []
  slice.content.forEach((node) => {
    if (node.type.name !== 'clause' && node.type.name !== 'clauseText') loose.push(node)
  })
  const content = Fragment.from(loose).append(blocks)
  const [only] = content.content
  if (content.childCount === 1 && only !== undefined && only.type === schema.nodes['paragraph'])
    return new Slice(only.content, 0, 0)
  return new Slice(content, content.firstChild?.isTextblock ? 1 : 0, content.lastChild?.isTextblock ? 1 : 0)
}

/** A new clause: `texts` in their languages, an empty line in the others; fields only as they fit the kind. */
function makeClause(
  schema: Schema,
  kind: ClauseKind,
  fields: Readonly<Record<string, unknown>>,
  texts: { readonly [L in Language]?: Fragment },
): Node {
  const { clause, clauseText, paragraph } = schema.nodes
  if (!clause || !clauseText || !paragraph) throw new TypeError('A document is made of clauses')
  const kept = clauseAttributes(kind).flatMap(({ attribute }) => {
    const value = fields[attribute] ?? null
    return value !== null && isFieldValue(attribute, value) ? [[attribute, value] as const] : []
  })
  return clause.create(
    { ...Object.fromEntries(kept), kind, id: crypto.randomUUID() },
    languageKeys.map((lang) => {
      const content = texts[lang]
      return clauseText.create({ lang }, content !== undefined && content.size > 0 ? content : paragraph.create())
    }),
  )
}

const isEmptyText = (text: Node): boolean => text.textContent === '' && text.childCount <= 1

const isBlankClause = (clause: Node): boolean =>
  clause.children.every(isEmptyText) && allClauseAttributes().every((name) => (clause.attrs[name] ?? null) === null)

/** A clause's text in one language, and where in the clause it stands. */
function textIn(clause: Node, language: Language): { node: Node; offset: number } | null {
  let found: { node: Node; offset: number } | null = null
  clause.forEach((node, offset) => {
    if (found === null && node.attrs['lang'] === language) found = { node, offset }
  })
  return found
}

/** The caret behind the words in one language of the clause that stands at `pos`. */
function selectEnd(tr: Transaction, pos: number, language: Language): void {
  const text = textIn(tr.doc.nodeAt(pos) ?? tr.doc, language)
  if (text === null) return
  tr.setSelection(TextSelection.near(tr.doc.resolve(pos + text.offset + text.node.nodeSize), -1))
}

/** The depth of the clause text around a position; 0 outside of any. */
const textDepth = ($pos: ResolvedPos): number => ($pos.depth >= 2 && $pos.node(2).type.name === 'clauseText' ? 2 : 0)

/** A transaction whose selection lies within one text: of a larger one only its end counts, so that no clause is deleted. */
function withinOneText(state: EditorState): Transaction {
  const { $from, $to } = state.selection
  const depth = textDepth($to)
  const within = depth > 0 && textDepth($from) === depth && $from.start(depth) === $to.start(depth)
  return within ? state.tr : state.tr.setSelection(TextSelection.near($to, -1))
}

const sliceOf = (blocks: readonly Node[]): Slice =>
  new Slice(Fragment.from([...blocks]), blocks[0]?.isTextblock ? 1 : 0, blocks.at(-1)?.isTextblock ? 1 : 0)

/** A transaction that pastes at the selection, and puts `notes` at the end of the text pasted into. */
export function pasteWithNotes(state: EditorState, slice: Slice, notes: Fragment): Transaction {
  const tr = withinOneText(state).replaceSelection(slice)
  return addNotes(tr, tr.selection.$to, notes).scrollIntoView()
}

function addNotes(tr: Transaction, $at: ResolvedPos, notes: Fragment): Transaction {
  const depth = textDepth($at)
  return notes.size === 0 ? tr : tr.insert(depth > 0 ? $at.end(depth) : tr.doc.content.size, notes)
}

/**
 * A transaction that puts copied clauses behind the clause at `at`, or into its place if nothing is in it. `kinds` are those that
 * the document has; of another one only its words and what fields fit are kept.
 */
export function pasteClauses(
  state: EditorState,
  { content }: Slice,
  kinds: readonly ClauseKind[],
  at: number,
  language: Language | null,
): Transaction {
  const { schema } = state
  const [firstKind = 'article'] = kinds
  const made: Node[] = []
  content.forEach((node) => {
    if (node.type.name === 'clause') {
      const { kind } = node.attrs
      const texts: { [L in Language]?: Fragment } = {}
      for (const lang of languageKeys) {
        const own = node.children.filter((text) => text.attrs['lang'] === lang)
        texts[lang] = own.reduce((all, text) => all.append(text.content), Fragment.empty)
      }
      made.push(makeClause(schema, isClauseKind(kind) && kinds.includes(kind) ? kind : firstKind, node.attrs, texts))
    } else if (node.isBlock) {
      made.push(makeClause(schema, firstKind, {}, { [language ?? 'en']: Fragment.from(node) }))
    }
  })
  const tr = state.tr
  const current = clauseAt(state.doc, at)
  const replaces = current !== null && isBlankClause(current.node)
  const from = current === null ? state.doc.content.size : replaces ? current.pos : current.pos + current.node.nodeSize
  tr.replaceWith(from, replaces ? current.pos + current.node.nodeSize : from, made)
  const last = made.at(-1)
  const size = made.reduce((sum, node) => sum + node.nodeSize, 0)
  if (last !== undefined) selectEnd(tr, from + size - last.nodeSize, language ?? 'en')
  return asClauseCommand(tr).scrollIntoView()
}

/**
 * A transaction that puts divided text at the selection: what comes before the first clause there, then each clause into the next
 * text of that language that is still empty, so that a Japanese text finds the English ones; the rest as new clauses behind them.
 */
export function pasteArticles(
  state: EditorState,
  { lead, clauses }: Articles,
  kinds: readonly ClauseKind[],
  language: Language | null,
  notes: Fragment,
): Transaction {
  const { schema } = state
  const [kind = 'article'] = kinds
  const lang = language ?? 'en'
  const tr = withinOneText(state)
  let at = clauseAt(tr.doc, tr.selection.from)
  const left = clauses.map((blocks) => ({ kind, blocks }))
  if (lead.length > 0 && at !== null) tr.replaceSelection(sliceOf(lead))
  else if (lead.length > 0) left.unshift({ kind: kinds.includes('preamble') ? 'preamble' : kind, blocks: lead })
  else tr.deleteSelection()
  addNotes(tr, tr.selection.$to, notes)
  at = clauseAt(tr.doc, tr.selection.from)
  let end = at === null ? tr.doc.content.size : at.pos + at.node.nodeSize
  let last = -1
  while (at !== null && left.length > 0 && (last < 0 || at.node.attrs['kind'] === kind)) {
    const { pos, node } = at
    const text = textIn(node, lang)
    if (text === null || !isEmptyText(text.node)) break
    const blocks = left.shift()?.blocks ?? []
    const from = pos + 1 + text.offset
    if (blocks.length > 0) tr.replaceWith(from + 1, from + text.node.nodeSize - 1, [...blocks])
    end = pos + (tr.doc.nodeAt(pos)?.nodeSize ?? 0)
    last = pos
    at = clauseAt(tr.doc, end)
  }
  for (const each of left) {
    const made = makeClause(schema, each.kind, {}, { [lang]: Fragment.from([...each.blocks]) })
    tr.insert(end, made)
    last = end
    end += made.nodeSize
  }
  if (last >= 0) selectEnd(tr, last, lang)
  return asClauseCommand(tr).scrollIntoView()
}
