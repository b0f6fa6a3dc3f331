/** Signs in the text of an editor: drawn over what stands there, never written into it, and counted for the head of the page. */
import { Extension } from '@tiptap/core'
import type { Node } from '@tiptap/pm/model'
import { Plugin, PluginKey, type EditorState } from '@tiptap/pm/state'
import { Decoration, DecorationSet } from '@tiptap/pm/view'
import { signsIn, type Sign } from '#shared/editor/signs.ts'
import { signAttributes } from '#client/ui/draw-words.ts'
import { mappingOf } from './change.ts'

/** A sign and where it stands: in a line, or at the clause in a field of which it is (`drawn` false: the field draws it). */
export type PlacedSign = { readonly sign: Sign; readonly at: number; readonly drawn: boolean }

type SignsState = { readonly placed: readonly PlacedSign[]; readonly shown: DecorationSet }

const signsKey = new PluginKey<SignsState>('signs')
const empty: SignsState = { placed: [], shown: DecorationSet.empty }

// A part that nobody touched is the same node as before: it need not be read again with each key.
const known = new WeakMap<Node, readonly PlacedSign[]>()

/** The signs of a part of the document, at places counted from its own. */
function signsOfPart(part: Node): readonly PlacedSign[] {
  const before = known.get(part)
  if (before) return before
  const found: PlacedSign[] = []
  const readLine = (line: Node, start: number) => {
    const text = line.textBetween(0, line.content.size, undefined, '\ufffc')
    for (const sign of signsIn(text)) found.push({ sign, at: start + sign.from, drawn: true })
  }
  if (part.isTextblock) readLine(part, 1)
  else
    part.descendants((node, at) => {
      if (node.isTextblock) readLine(node, at + 2)
      return !node.isTextblock
    })
  for (const value of Object.values(part.attrs)) {
    if (typeof value === 'string') for (const sign of signsIn(value)) found.push({ sign, at: 0, drawn: false })
  }
  known.set(part, found)
  return found
}

function read(doc: Node): SignsState {
  const placed: PlacedSign[] = []
  doc.forEach((part, offset) => {
    for (const each of signsOfPart(part)) placed.push({ ...each, at: offset + each.at })
  })
  if (placed.length === 0) return empty
  const marks = placed.flatMap(({ sign, at, drawn }) =>
    drawn ? [Decoration.inline(at, at + sign.to - sign.from, signAttributes(sign))] : [],
  )
  return { placed, shown: DecorationSet.create(doc, marks) }
}

/** The signs in that state, in the order of the text. */
export const signsOf = (state: EditorState): readonly PlacedSign[] => signsKey.getState(state)?.placed ?? []

export const signs = Extension.create({
  name: 'signs',
  addProseMirrorPlugins: () => [
    new Plugin<SignsState>({
      key: signsKey,
      state: {
        init: (_, { doc }) => read(doc),
        apply: (tr, state) => {
          if (!tr.docChanged) return state
          // What is drawn anew in the line that is being composed would end the composition: it keeps what it has.
          if (tr.getMeta('composition') === undefined) return read(tr.doc)
          return { ...state, shown: state.shown.map(mappingOf(tr), tr.doc) }
        },
      },
      props: { decorations: (state) => signsKey.getState(state)?.shown },
    }),
  ],
})
