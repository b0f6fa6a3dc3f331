/** The whole text marked by the side that wrote each word; drawn over the text, never in it. */
import type { Node } from '@tiptap/pm/model'
import type { EditorState } from '@tiptap/pm/state'
import { Mapping, StepMap } from '@tiptap/pm/transform'
import { Decoration, DecorationSet } from '@tiptap/pm/view'
import { useEffect } from 'react'
import type * as Y from 'yjs'
import type { TextEditor } from '#client/editing/text-editor.ts'
import { changedRange } from '#client/editor/change.ts'
import { authoredRanges, passagesOf, type AuthorOf } from './authorship.ts'
import { sideColour, sideMark } from './side.ts'
import classes from './history.module.css'

function marksOf(body: Y.XmlFragment, doc: Node, authorOf: AuthorOf): DecorationSet {
  const marks = passagesOf(authoredRanges(body, doc), authorOf, false).flatMap(({ from, to, author }) => {
    if (author.type !== 'person') return []
    const { party } = author.person
    return Decoration.inline(from, to, {
      class: classes.written ?? '',
      'data-mark': sideMark(party),
      style: `--side: ${sideColour(party)}`,
    })
  })
  return DecorationSet.create(doc, marks)
}

/** Marks the text by side while `authorOf` is there. */
export function useColours(text: TextEditor, body: Y.XmlFragment, authorOf: AuthorOf | null): void {
  useEffect(() => {
    const { editor, revision } = text
    if (authorOf === null || editor.isDestroyed) return undefined
    const { view } = editor
    let doc = view.state.doc
    let marks = marksOf(body, doc, authorOf)
    // What is being typed takes its colour in the next pause: until then the marks only move out of its way.
    const follow = (now: Node) => {
      const range = changedRange(doc, now)
      doc = now
      if (range === null) return
      marks = marks.map(
        new Mapping([new StepMap([range.from, range.oldTo - range.from, range.newTo - range.from])]),
        now,
      )
    }
    const decorations = (state: EditorState) => {
      if (state.doc !== doc) follow(state.doc)
      return marks
    }
    view.setProps({ decorations })
    const unsubscribe = revision.subscribe(() => {
      if (view.isDestroyed) return
      doc = view.state.doc
      marks = marksOf(body, doc, authorOf)
      view.setProps({ decorations: (state) => decorations(state) })
    })
    return () => {
      unsubscribe()
      if (!view.isDestroyed) view.setProps({ decorations: () => null })
    }
  }, [text, body, authorOf])
}
