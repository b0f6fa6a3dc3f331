/**
 * What of a text fits the schema. A text that was stored before its schema judged an attribute may hold any value there: it is kept
 * and hashed as it is, and shown, exported, copied and restored without it.
 */
import type { Attrs } from '@tiptap/pm/model'
import { documentSchema } from './schema.ts'
import type { JsonMark, JsonNode } from './text.ts'

type AttributeSpec = { readonly default?: unknown; readonly validate?: string | ((value: unknown) => void) }
export type AttributeSpecs = { readonly [name: string]: AttributeSpec }

/** Whether an attribute of that name may have that value. One without a judgement of its own may have none. */
export function fitsAttribute(specs: AttributeSpecs, name: string, value: unknown): boolean {
  const spec = Object.hasOwn(specs, name) ? specs[name] : undefined
  if (typeof spec?.validate !== 'function') return false
  try {
    spec.validate(value)
    return true
  } catch {
    return false
  }
}

/** The attributes of a node or mark that fit; in the place of the others the schema's defaults are to stand. */
export const fittingAttributes = <T>(specs: AttributeSpecs, attributes: { readonly [name: string]: T }) =>
  Object.fromEntries(Object.entries(attributes).filter(([name, value]) => fitsAttribute(specs, name, value)))

/** Whether a mark is whole: what it leaves out is as the schema says, and that must fit too (a link leads somewhere). */
export const fitsMark = (specs: AttributeSpecs, given: Attrs): boolean =>
  Object.entries(specs).every(
    ([name, spec]) => Object.hasOwn(given, name) || fitsAttribute(specs, name, spec.default),
  ) && Object.entries(given).every(([name, value]) => fitsAttribute(specs, name, value))

/** The attributes that the schema knows of an element or a mark of that name, or undefined if it knows none such. */
export function attributesKnown(kind: 'nodes' | 'marks', name: string): AttributeSpecs | undefined {
  const types = documentSchema()[kind]
  return Object.hasOwn(types, name) ? (types[name]?.spec.attrs ?? {}) : undefined
}

/** Whether a value has the shape of a node, as what the server answers has. */
export const isNode = (value: unknown): value is JsonNode =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'

/** A text without what does not fit in its attributes and marks; its nodes and words are all there. */
export function fitting(node: JsonNode): JsonNode {
  const attrs = node.attrs && fittingAttributes(attributesKnown('nodes', node.type) ?? {}, node.attrs)
  const marks = node.marks?.filter((mark: JsonMark) => {
    const specs = attributesKnown('marks', mark.type)
    return specs !== undefined && fitsMark(specs, mark.attrs ?? {})
  })
  return {
    type: node.type,
    ...(attrs && Object.keys(attrs).length > 0 ? { attrs } : {}),
    ...(node.content ? { content: node.content.map(fitting) } : {}),
    ...(marks && marks.length > 0 ? { marks } : {}),
    ...(node.text === undefined ? {} : { text: node.text }),
  }
}
