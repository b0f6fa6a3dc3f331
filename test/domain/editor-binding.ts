/** An editor without a screen, bound to a shared text as in the browser: transactions go in, the shared text follows. */
import { EditorState, TextSelection, type Plugin, type Transaction } from '@tiptap/pm/state'
import { initProseMirrorDoc, updateYFragment, ySyncPluginKey } from 'y-prosemirror'
import * as Y from 'yjs'
import type { ClauseKind } from '#shared/domain/documents.ts'
import type { Language } from '#shared/domain/languages.ts'
import { appendJson, clauseJson, type ClauseFields } from '#shared/editor/clauses.ts'
import { documentSchema } from '#shared/editor/schema.ts'
import type { JsonNode } from '#shared/editor/text.ts'
import { bodyName } from '#shared/protocol/messages.ts'

const schema = documentSchema()

/** A clause id that tells which one it is: `idOf(3)`. */
export const idOf = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`

export const paragraph = (text: string): JsonNode => ({
  type: 'paragraph',
  ...(text === '' ? {} : { content: [{ type: 'text', text }] }),
})

/** A clause with those paragraphs in English and Japanese. */
export const clauseOf = (
  n: number,
  en: readonly string[],
  ja: readonly string[] = [`第${n}の本文。`],
  kind: ClauseKind = 'article',
  fields: ClauseFields = {},
): JsonNode => clauseJson({ id: idOf(n), kind, fields }, { en: en.map(paragraph), ja: ja.map(paragraph) })

export type BoundEditor = {
  readonly doc: Y.Doc
  readonly body: Y.XmlFragment
  readonly state: () => EditorState
  /** Runs a local transaction; says whether the plugins let it through. */
  readonly run: (make: (state: EditorState) => Transaction | null) => boolean
  /** Runs a ProseMirror command; says whether it applied. */
  readonly command: (command: (state: EditorState, dispatch: (tr: Transaction) => void) => boolean) => boolean
  /** Changes the shared text itself, as another person does, and shows it in the editor. */
  readonly remote: (change: (body: Y.XmlFragment) => void) => Transaction
  /** The position of words in the text, from their first place on. */
  readonly find: (words: string) => { from: number; to: number }
  readonly select: (words: string) => void
  readonly caret: (words: string, side: 'start' | 'end') => void
}

/** Binds an editor with `plugins` to a shared text of those nodes. */
export function bindEditor(nodes: readonly JsonNode[], plugins: readonly Plugin[] = []): BoundEditor {
  const doc = new Y.Doc()
  const body = doc.getXmlFragment(bodyName)
  appendJson(body, nodes, null)
  const meta = { mapping: new Map(), isOMark: new Map() }
  const first = initProseMirrorDoc(body, schema)
  for (const [type, node] of first.mapping) meta.mapping.set(type, node)
  let state = EditorState.create({ schema, doc: first.doc, plugins: [...plugins] })

  const run = (make: (state: EditorState) => Transaction | null): boolean => {
    const tr = make(state)
    if (tr === null) return false
    const { state: next, transactions } = state.applyTransaction(tr)
    state = next
    updateYFragment(doc, body, state.doc, meta)
    return transactions.length > 0
  }
  const find = (words: string) => {
    let from = -1
    state.doc.descendants((node, pos) => {
      if (from < 0 && node.isTextblock && node.textContent.includes(words)) {
        from = pos + 1 + node.textContent.indexOf(words)
      }
      return from < 0
    })
    if (from < 0) throw new Error(`"${words}" is not in the text`)
    return { from, to: from + words.length }
  }
  return {
    doc,
    body,
    state: () => state,
    run,
    command: (command) => {
      let applied = false
      const ran = command(state, (tr) => {
        applied = run(() => tr)
      })
      return ran && applied
    },
    remote: (change) => {
      doc.transact(() => change(body), 'someone else')
      const next = initProseMirrorDoc(body, schema)
      meta.mapping.clear()
      for (const [type, node] of next.mapping) meta.mapping.set(type, node)
      const tr = state.tr
        .replaceWith(0, state.doc.content.size, next.doc.content)
        .setMeta(ySyncPluginKey, { isChangeOrigin: true })
      state = state.applyTransaction(tr).state
      return tr
    },
    find,
    select: (words) => {
      const { from, to } = find(words)
      run((now) => now.tr.setSelection(TextSelection.create(now.doc, from, to)))
    },
    caret: (words, side) => {
      const { from, to } = find(words)
      run((now) => now.tr.setSelection(TextSelection.create(now.doc, side === 'start' ? from : to)))
    },
  }
}

/** The words of one clause text as the shared text has them. */
export const linesOf = (editor: BoundEditor, n: number, language: Language): string[] => {
  const lines: string[] = []
  editor.state().doc.forEach((clause) => {
    if (clause.attrs['id'] !== idOf(n)) return
    clause.forEach((text) => {
      if (text.attrs['lang'] !== language) return
      text.descendants((node) => {
        if (node.isTextblock) lines.push(node.textContent)
        return !node.isTextblock
      })
    })
  })
  return lines
}
