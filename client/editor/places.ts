/** Between places of the editor (positions in its document) and places of the shared text (a shared text and an index). */
import type { Node, ResolvedPos } from '@tiptap/pm/model'
import { TextSelection, type Selection } from '@tiptap/pm/state'
import * as Y from 'yjs'
import { isLanguage, type Language } from '#shared/domain/languages.ts'
import { createAnchor, type Passage, type TextAnchor } from '#shared/editor/anchors.ts'
import { isClauseId } from '#shared/editor/schema.ts'
import { childrenOf } from '#shared/editor/text.ts'
import type { PlacedClause } from './clause-commands.ts'

export type Place = { readonly text: Y.XmlText; readonly index: number }

/**
 * The place in the shared text of a position inside a line of text, or null: an empty line has no shared text yet.
 * `side` says which text a position between two belongs to.
 */
export function placeOf(body: Y.XmlFragment, $pos: ResolvedPos, side: 'before' | 'after'): Place | null {
  if (!$pos.parent.isTextblock) return null
  let element: Y.XmlElement | Y.XmlFragment = body
  for (let depth = 0; depth < $pos.depth; depth += 1) {
    const child: Y.XmlElement | Y.XmlText | undefined = childrenOf(element)[$pos.index(depth)]
    if (!(child instanceof Y.XmlElement)) return null
    element = child
  }
  let rest = $pos.parentOffset
  let last: Place | null = null
  for (const child of childrenOf(element)) {
    if (!(child instanceof Y.XmlText)) {
      rest -= 1
      continue
    }
    if (rest < 0) break
    if (side === 'before' ? rest <= child.length : rest < child.length) return { text: child, index: rest }
    last = { text: child, index: child.length }
    rest -= child.length
  }
  return last
}

/** The position of a place in the editor's document, or null if the two do not agree (or it is not in that body). */
export function positionOf(body: Y.XmlFragment, doc: Node, { text, index }: Place): number | null {
  const path: number[] = []
  let before = 0
  let child: Y.XmlElement | Y.XmlText = text
  for (;;) {
    const parent: unknown = child.parent
    if (!(parent instanceof Y.XmlFragment)) return null
    const siblings = childrenOf(parent)
    const at = siblings.indexOf(child)
    if (at < 0) return null
    if (child === text) {
      for (const sibling of siblings.slice(0, at)) before += sibling instanceof Y.XmlText ? sibling.length : 1
    } else {
      path.unshift(at)
    }
    if (parent === body) break
    if (!(parent instanceof Y.XmlElement)) return null
    child = parent
  }
  let node = doc
  let pos = 0
  for (const at of path) {
    if (at >= node.childCount) return null
    for (let i = 0; i < at; i += 1) pos += node.child(i).nodeSize
    node = node.child(at)
    pos += 1
  }
  const offset = before + index
  return node.isTextblock && offset <= node.content.size ? pos + offset : null
}

/** A passage of the shared text as a range of the editor, or null. */
export function rangeOf(body: Y.XmlFragment, doc: Node, passage: Passage): { from: number; to: number } | null {
  const from = positionOf(body, doc, passage.start)
  const to = positionOf(body, doc, passage.end)
  return from === null || to === null || from >= to ? null : { from, to }
}

export type SelectedPassage = { clause: string; language: Language; from: number; to: number }

/** The selected words, cut off where they leave the text they begin in; null if none are selected inside a clause. */
export function selectedPassage(selection: Selection): SelectedPassage | null {
  const { $from, from } = selection
  if (selection.empty) return null
  for (let depth = $from.depth; depth > 1; depth -= 1) {
    const node = $from.node(depth)
    if (node.type.name !== 'clauseText') continue
    const clause: unknown = $from.node(depth - 1).attrs['id']
    const language: unknown = node.attrs['lang']
    const to = Math.min(selection.to, $from.end(depth) - 1)
    if (!isClauseId(clause) || !isLanguage(language) || from >= to) return null
    return { clause, language, from, to }
  }
  return null
}

/** A selection of all words of a clause in a language; null if there are none. */
export function selectionOfClause(doc: Node, { node, pos }: PlacedClause, language: Language): Selection | null {
  let [from, to] = [0, 0]
  node.forEach((text, offset) => {
    if (text.attrs['lang'] !== language || text.textContent.trim() === '') return
    from = pos + 1 + offset
    to = from + text.nodeSize
  })
  if (to === 0) return null
  const [start, end] = [TextSelection.near(doc.resolve(from + 1), 1), TextSelection.near(doc.resolve(to - 1), -1)]
  return TextSelection.create(doc, start.from, end.to)
}

/** The anchor of a selection, or null if no words of a clause are selected. */
export function anchorOfSelection(body: Y.XmlFragment, selection: Selection): TextAnchor | null {
  const selected = selectedPassage(selection)
  if (selected === null) return null
  const doc = selection.$from.doc
  const start = placeOf(body, doc.resolve(selected.from), 'after')
  const end = lastPlace(body, doc, selected.from, selected.to)
  return start && end ? createAnchor(body, selected.clause, selected.language, { start, end }) : null
}

/** A selection may end in an empty line: its last words end in a line before that. */
function lastPlace(body: Y.XmlFragment, doc: Node, from: number, to: number): Place | null {
  for (let pos = to; pos > from; pos -= 1) {
    const $pos = doc.resolve(pos)
    if ($pos.parent.isTextblock && $pos.parentOffset > 0) return placeOf(body, $pos, 'before')
  }
  return null
}
