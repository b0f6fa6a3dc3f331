/** Blocks that stand outside of every clause, as older texts may have them: shown like any other, with a button that moves them in. */
import { Extension } from '@tiptap/core'
import { Plugin, PluginKey } from '@tiptap/pm/state'
import { Decoration, DecorationSet, type EditorView } from '@tiptap/pm/view'

export type LooseBlockOptions = {
  /** Words in the reader's language now. */
  readonly words: () => { note: string; move: string }
  readonly move: (pos: number) => void
}

const looseBlocksKey = new PluginKey('looseBlocks')

function drawNote(view: EditorView, place: () => number | undefined, { words, move }: LooseBlockOptions): HTMLElement {
  const { note, move: label } = words()
  const dom = document.createElement('div')
  dom.className = 'loose-block'
  dom.contentEditable = 'false'
  const button = document.createElement('button')
  button.type = 'button'
  button.textContent = label
  button.addEventListener('click', () => {
    const pos = place()
    if (pos !== undefined) move(pos)
    view.focus()
  })
  dom.append(note, button)
  return dom
}

/** Says of each loose block where it stands, to whoever may edit. */
export const looseBlocks = (options: LooseBlockOptions) =>
  Extension.create({
    name: 'looseBlocks',
    addProseMirrorPlugins() {
      const { editor } = this
      return [
        new Plugin({
          key: looseBlocksKey,
          props: {
            decorations: ({ doc }) => {
              const notes: Decoration[] = []
              if (editor.isEditable) {
                const key = Object.values(options.words()).join()
                doc.forEach((node, pos) => {
                  if (node.type.name === 'clause') return
                  const draw = (view: EditorView, place: () => number | undefined) => drawNote(view, place, options)
                  notes.push(
                    Decoration.widget(pos, draw, { side: -1, key, stopEvent: () => true, ignoreSelection: true }),
                  )
                })
              }
              return notes.length === 0 ? null : DecorationSet.create(doc, notes)
            },
          },
        }),
      ]
    },
  })
