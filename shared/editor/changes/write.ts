/**
 * Writes a suggestion into the shared text step by step, in the very operations that it is made of. The editor binding compares texts
 * instead: of equal letters it may take the wrong one, and it writes all anew that lies between two changes.
 */
import type { Mark, Node, ResolvedPos } from '@tiptap/pm/model'
import type { Transaction } from '@tiptap/pm/state'
import { AddMarkStep, AttrStep, RemoveMarkStep, ReplaceStep, type Step } from '@tiptap/pm/transform'
import * as Y from 'yjs'
import { childrenOf, fromJson, toStored, type JsonNode } from '../text.ts'

/**
 * Writes what `tr` does into `body`, which holds the text before it; call it in a transaction. False, with nothing written, where it
 * has a step that is none of a suggestion: then the binding has to write it.
 */
export function writeSteps(body: Y.XmlFragment, tr: Transaction): boolean {
  if (!tr.steps.every((step, index) => isExact(step, tr.docs[index]))) return false
  for (const [index, step] of tr.steps.entries()) {
    const doc = tr.docs[index]
    if (doc !== undefined) writeStep(body, doc, step)
  }
  return true
}

function isExact(step: Step, doc: Node | undefined): boolean {
  if (step instanceof AddMarkStep || step instanceof RemoveMarkStep || step instanceof AttrStep) return true
  if (!(step instanceof ReplaceStep) || doc === undefined) return false
  const { from, to, slice } = step
  if (slice.openStart > 0 || slice.openEnd > 0 || !doc.resolve(from).sameParent(doc.resolve(to))) return false
  return !doc.resolve(from).parent.isTextblock || slice.content.content.every(({ isText }) => isText)
}

function writeStep(body: Y.XmlFragment, doc: Node, step: Step): void {
  if (step instanceof AddMarkStep) formatWords(body, doc, step.from, step.to, step.mark, true)
  else if (step instanceof RemoveMarkStep) formatWords(body, doc, step.from, step.to, step.mark, false)
  else if (step instanceof AttrStep) {
    const element = elementAt(body, doc.resolve(step.pos))
    const value: unknown = step.value
    if (value === null) element.removeAttribute(step.attr)
    // Yjs types attributes as strings and stores any JSON.
    else element.setAttribute(step.attr, value as string)
  } else if (step instanceof ReplaceStep) {
    const $from = doc.resolve(step.from)
    if ($from.parent.isTextblock) {
      const line = elementOf(body, $from, $from.depth)
      deleteWords(line, $from.parentOffset, step.to - step.from)
      let at = $from.parentOffset
      for (const node of step.slice.content.content) {
        insertWords(line, at, node)
        at += node.nodeSize
      }
    } else replaceBlocks(body, doc, step)
  }
}

function replaceBlocks(body: Y.XmlFragment, doc: Node, { from, to, slice }: ReplaceStep): void {
  const $from = doc.resolve(from)
  const parent = $from.depth === 0 ? body : elementOf(body, $from, $from.depth)
  const index = $from.index()
  const count = doc.resolve(to).index() - index
  if (count > 0) parent.delete(index, count)
  const nodes: JsonNode[] = slice.content.content.map((node) => node.toJSON())
  if (nodes.length > 0) parent.insert(index, fromJson(nodes))
}

/** The shared element of the node that a place is in at that depth. */
function elementOf(body: Y.XmlFragment, $pos: ResolvedPos, depth: number): Y.XmlElement {
  let at: Y.XmlFragment | Y.XmlElement = body
  for (let level = 0; level < depth; level += 1) at = elementIn(at, $pos.index(level))
  if (!(at instanceof Y.XmlElement)) throw new Error('The body is no element')
  return at
}

function elementIn(parent: Y.XmlFragment | Y.XmlElement, index: number): Y.XmlElement {
  const child = childrenOf(parent).filter((each) => each instanceof Y.XmlElement)[index]
  if (child === undefined) throw new Error('The shared text is not the one that was shown')
  return child
}

/** The shared element of the node behind a place. */
function elementAt(body: Y.XmlFragment, $pos: ResolvedPos): Y.XmlElement {
  const parent = $pos.depth === 0 ? body : elementOf(body, $pos, $pos.depth)
  const before = $pos.parent.content.content.slice(0, $pos.index())
  return elementIn(parent, before.filter(({ isText }) => !isText).length)
}

/** The shared words of a line that lie from one place in it to another, each with the part that does. */
function* wordsIn(
  line: Y.XmlElement,
  from: number,
  to: number,
): Generator<{ text: Y.XmlText; at: number; length: number }> {
  let start = 0
  for (const child of childrenOf(line)) {
    const length = child instanceof Y.XmlText ? child.length : 1
    const [first, last] = [Math.max(from, start), Math.min(to, start + length)]
    if (child instanceof Y.XmlText && first < last) yield { text: child, at: first - start, length: last - first }
    start += length
  }
}

function formatWords(body: Y.XmlFragment, doc: Node, from: number, to: number, mark: Mark, on: boolean): void {
  const [key, value] = toStored({ type: mark.type.name, attrs: mark.attrs })
  doc.nodesBetween(from, to, (node, pos) => {
    if (!node.isTextblock) return true
    const line = elementOf(body, doc.resolve(pos + 1), doc.resolve(pos + 1).depth)
    const parts = [...wordsIn(line, Math.max(0, from - pos - 1), Math.min(node.content.size, to - pos - 1))]
    for (const { text, at, length } of parts) text.format(at, length, { [key]: on ? value : null })
    return false
  })
}

function deleteWords(line: Y.XmlElement, at: number, length: number): void {
  let start = at + length
  const children = line.toArray()
  let end = children.reduce((sum, child) => sum + (child instanceof Y.XmlText ? child.length : 1), 0)
  for (let index = children.length - 1; index >= 0 && end > at; index -= 1) {
    const child = children[index]
    const size = child instanceof Y.XmlText ? child.length : 1
    const begin = end - size
    const [first, last] = [Math.max(at, begin), Math.min(start, end)]
    if (first < last) {
      if (child instanceof Y.XmlText) child.delete(first - begin, last - first)
      else line.delete(index, 1)
      start = first
    }
    end = begin
  }
}

function insertWords(line: Y.XmlElement, at: number, node: Node): void {
  const attributes = Object.fromEntries(node.marks.map((mark) => toStored({ type: mark.type.name, attrs: mark.attrs })))
  let start = 0
  for (const [index, child] of line.toArray().entries()) {
    if (child instanceof Y.XmlText) {
      if (at <= start + child.length) return child.insert(at - start, node.text ?? '', attributes)
      start += child.length
    } else {
      if (at === start) {
        const text = new Y.XmlText()
        line.insert(index, [text])
        return text.insert(0, node.text ?? '', attributes)
      }
      start += 1
    }
  }
  const text = new Y.XmlText()
  line.push([text])
  return text.insert(0, node.text ?? '', attributes)
}
