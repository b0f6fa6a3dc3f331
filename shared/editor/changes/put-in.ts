/** Writes pending changes that a text is to have into the shared text, in exact operations: nothing that stands there is written anew. */
import * as Y from 'yjs'
import { fromJson, toStored, type JsonNode, type JsonValue } from '../text.ts'
import { isSuggestionAttribute } from './pending.ts'

type Parent = Y.XmlFragment | Y.XmlElement

/** Whether a value is of one of the changes that are new. */
const isOf = (value: JsonValue | undefined, made: ReadonlySet<string>): boolean =>
  typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string' && made.has(value.id)

const suggestionsIn = ({ attrs = {} }: JsonNode, made: ReadonlySet<string>) =>
  Object.entries(attrs).filter(([name, value]) => isSuggestionAttribute(name) && isOf(value, made))

const marksIn = ({ marks = [] }: JsonNode) => Object.fromEntries(marks.map(toStored))

/** Whether a node is put in by one of the new changes. */
const isNew = (node: JsonNode, made: ReadonlySet<string>): boolean =>
  node.type === 'text'
    ? (node.marks ?? []).some(({ type, attrs }) => type === 'insertion' && isOf(attrs, made))
    : suggestionsIn(node, made).some(
        ([, value]) => typeof value === 'object' && value !== null && 'op' in value && value.op === 'insert',
      )

/**
 * Makes `parent` hold `wanted`: what it holds already, in which changes with these new ids are marked or put in. Call it in a
 * transaction.
 */
export function putIn(parent: Parent, wanted: readonly JsonNode[], made: ReadonlySet<string>): void {
  let index = 0
  let offset = 0
  /** The shared text at the place, with something of it still to come; what is done with is passed over. */
  const textHere = (): Y.XmlText | null => {
    for (;;) {
      const child: unknown = index < parent.length ? parent.get(index) : null
      if (!(child instanceof Y.XmlText)) return null
      if (offset < child.length) return child
      index += 1
      offset = 0
    }
  }
  const insertWords = (node: JsonNode) => {
    const words = node.text ?? ''
    const here: unknown = index < parent.length ? parent.get(index) : null
    if (here instanceof Y.XmlText) {
      here.insert(offset, words, marksIn(node))
      offset += words.length
      return
    }
    const before: unknown = index > 0 ? parent.get(index - 1) : null
    if (before instanceof Y.XmlText) {
      before.insert(before.length, words, marksIn(node))
      return
    }
    const text = new Y.XmlText()
    parent.insert(index, [text])
    text.insert(0, words, marksIn(node))
    index += 1
  }
  const markWords = (node: JsonNode) => {
    const fresh = Object.fromEntries(Object.entries(marksIn(node)).filter(([, value]) => isOf(value, made)))
    let left = (node.text ?? '').length
    while (left > 0) {
      const text = textHere()
      if (text === null) throw new Error('The shared text is not the one that was compared')
      const length = Math.min(left, text.length - offset)
      if (Object.keys(fresh).length > 0) text.format(offset, length, fresh)
      offset += length
      left -= length
    }
  }
  for (const node of wanted) {
    if (node.type === 'text') {
      if (isNew(node, made)) insertWords(node)
      else markWords(node)
      continue
    }
    if (textHere() !== null) throw new Error('The shared text is not the one that was compared')
    if (isNew(node, made)) parent.insert(index, fromJson([node]))
    else {
      const element: unknown = index < parent.length ? parent.get(index) : null
      if (!(element instanceof Y.XmlElement)) throw new Error('The shared text is not the one that was compared')
      for (const [name, value] of suggestionsIn(node, made)) element.setAttribute(name, value)
      putIn(element, node.content ?? [], made)
    }
    index += 1
  }
}
