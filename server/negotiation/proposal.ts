/** A proposed wording as a suggestion of its party, made in the text as an editor would make it. */
import { randomUUID } from 'node:crypto'
import { EditorState } from '@tiptap/pm/state'
import type { Node } from '@tiptap/pm/model'
import type * as Y from 'yjs'
import type { Language } from '#shared/domain/languages.ts'
import { suggestTransaction } from '#shared/editor/changes/suggest.ts'
import type { Author } from '#shared/editor/changes/pending.ts'
import { writeSteps } from '#shared/editor/changes/write.ts'
import { documentSchema } from '#shared/editor/schema.ts'
import type { JsonNode } from '#shared/editor/text.ts'
import { NotDone } from '../lib/not-done.ts'

/** `exact`: words of one line; `prefix` and `suffix`: what stands right before and behind them. */
export type Wanted = {
  readonly clause: string
  readonly language: Language
  readonly exact: string
  readonly prefix: string
  readonly suffix: string
  readonly with: string
}

/**
 * How to write a proposed wording into the text, the text after it, and the ids of what is new in it. Throws a `NotDone` if the words
 * are not there, or more than once.
 */
export function proposal(
  text: JsonNode,
  wanted: Wanted,
  by: Author & { readonly at: number },
): { edit: (body: Y.XmlFragment) => void; after: JsonNode; made: ReadonlySet<string> } {
  const made = new Set<string>()
  const newId = () => {
    const id = randomUUID()
    made.add(id)
    return id
  }
  const state = EditorState.create({ schema: documentSchema(), doc: documentSchema().nodeFromJSON(text) })
  const { from, to } = placeOf(state.doc, wanted)
  const tr = wanted.with === '' ? state.tr.delete(from, to) : state.tr.insertText(wanted.with, from, to)
  const suggested = suggestTransaction(state, tr, { ...by, newId })
  if ('reason' in suggested || !suggested.tr.docChanged) {
    throw new NotDone('conflict', 'Nothing of that can be proposed: these words are struck already.')
  }
  return {
    edit: (body) => {
      if (!writeSteps(body, suggested.tr)) throw new Error('A proposed wording is not exact')
    },
    after: suggested.tr.doc.toJSON(),
    made,
  }
}

function placeOf(doc: Node, { clause, language, exact, prefix, suffix }: Wanted): { from: number; to: number } {
  const found: number[] = []
  let isThere = false
  doc.forEach((node, offset) => {
    if (node.type.name !== 'clause' || node.attrs['id'] !== clause) return
    isThere = true
    node.descendants((line, pos, parent) => {
      if (line.type.name === 'clauseText') return line.attrs['lang'] === language
      if (!line.isTextblock || parent === null) return true
      const words = line.textBetween(0, line.content.size, '\n', '\n')
      for (let at = words.indexOf(exact); at >= 0; at = words.indexOf(exact, at + 1)) {
        const fits = words.slice(0, at).endsWith(prefix) && words.slice(at + exact.length).startsWith(suffix)
        if (fits) found.push(offset + 1 + pos + 1 + at)
      }
      return false
    })
  })
  if (!isThere) throw new NotDone('missing', 'There is no such clause in the text.')
  const [from] = found
  if (from === undefined) throw new NotDone('conflict', 'These words do not stand in the clause now.')
  if (found.length > 1) {
    throw new NotDone('conflict', `These words stand there ${found.length} times: say what is before or behind them.`)
  }
  return { from, to: from + exact.length }
}
