/** A text that is only read, and that may be exchanged for the same text of another moment without being drawn anew. */
import { Editor, Extension } from '@tiptap/core'
import type { Node } from '@tiptap/pm/model'
import { Plugin, PluginKey } from '@tiptap/pm/state'
import { Decoration, DecorationSet } from '@tiptap/pm/view'
import type { z } from 'zod'
import type { getMoment } from '#shared/api/history.ts'
import type { Party } from '#shared/domain/initiative.ts'
import { fitting, isNode } from '#shared/editor/fit.ts'
import { schemaExtensions } from '#shared/editor/schema.ts'
import { createClauseViews } from '#client/editor/clause-view.ts'
import type { ResolveReference } from '#client/editor/field-words.ts'
import { signs, signsOf, type PlacedSign } from '#client/editor/signs.ts'
import { drawWords } from '#client/ui/draw-words.ts'
import { differencesOf, type Difference } from './differences.ts'
import { sideColour, sideMark } from './side.ts'
import classes from './history.module.css'
import '#client/editor/text.css'

export type Content = z.output<(typeof getMoment)['response']>['content']

export type Reader = {
  /** Shows that text and, where `before` is given, how it differs from it. Gives the number of differences, or null. */
  readonly show: (content: Content, before: Content | null, side: Party | null) => number | null
  /** What in the text that is shown cannot be seen or passes for something else. */
  readonly signs: () => readonly PlacedSign[]
  /** Gives the clauses of other documents that fields point to their names. */
  readonly refer: (resolve: ResolveReference) => void
  readonly describe: (label: string, shown: string) => void
  readonly close: () => void
}

const marksKey = new PluginKey<DecorationSet>('differences')
const nothing = () => undefined

const marks = Extension.create({
  name: 'differences',
  addProseMirrorPlugins: () => [
    new Plugin<DecorationSet>({
      key: marksKey,
      state: {
        init: () => DecorationSet.empty,
        apply: (tr, shown) => {
          const next: DecorationSet | undefined = tr.getMeta(marksKey)
          return next ?? shown.map(tr.mapping, tr.doc)
        },
      },
      props: { decorations: (state) => marksKey.getState(state) },
    }),
  ],
})

function draw(doc: Node, differences: readonly Difference[], side: Party | null): DecorationSet {
  const style = `--side: ${side === null ? 'var(--accent-ink)' : sideColour(side)}`
  return DecorationSet.create(
    doc,
    differences.map((each) => {
      if (each.type === 'added') {
        const mark = { nodeName: 'ins', class: classes.added ?? '', 'data-mark': sideMark(side), style }
        return Decoration.inline(each.from, each.to, mark)
      }
      const gone = () => {
        const element = document.createElement('del')
        element.className = classes.removed ?? ''
        element.setAttribute('style', style)
        element.append(...drawWords(each.words))
        return element
      }
      return Decoration.widget(each.at, gone, { side: -1, key: `${each.words} ${style}` })
    }),
  )
}

/** Opens a reader in that element. */
export function openReader(element: HTMLElement): Reader {
  let resolveReference: ResolveReference = () => null
  const views = createClauseViews({
    words: () => ({ menu: '', edit: '', fill: '' }),
    resolveReference: (clause) => resolveReference(clause),
    openMenu: nothing,
    openFields: nothing,
  })
  const editor = new Editor({
    element,
    extensions: [...schemaExtensions(), views.extension, signs, marks],
    editable: false,
    editorProps: { attributes: { class: 'text', role: 'document', tabindex: '0' } },
  })
  return {
    show: (content, before, side) => {
      const { state, schema, view } = editor
      const nodeOf = (json: unknown) => schema.nodeFromJSON(isNode(json) ? fitting(json) : json)
      const doc = nodeOf(content)
      const differences = before === null ? [] : differencesOf(nodeOf(before), doc)
      const tr = state.tr.replaceWith(0, state.doc.content.size, doc.content)
      view.dispatch(tr.setMeta(marksKey, draw(tr.doc, differences, side)))
      views.redraw()
      return before === null ? null : differences.length
    },
    signs: () => signsOf(editor.state),
    refer: (resolve) => {
      resolveReference = resolve
      views.redraw()
    },
    describe: (label, shown) => {
      editor.view.dom.setAttribute('aria-label', label)
      editor.view.dom.setAttribute('data-languages', shown)
    },
    close: () => editor.destroy(),
  }
}
