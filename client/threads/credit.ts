/** Whose wording stands in the text: who put it there is its author there, and who proposed it is named beside them. */
import type { EditorState } from '@tiptap/pm/state'
import type { Person } from '#shared/api/common.ts'
import type { Thread } from '#shared/api/threads.ts'
import { runTogether } from './apply.ts'
import { highlightsIn } from '#client/editor/highlights.ts'

/** Those who proposed words that stand between two positions, as they proposed them. */
export function proposersAt(state: EditorState, threads: readonly Thread[], from: number, to: number): Person[] {
  const found = highlightsIn(state).highlights.flatMap((passage) => {
    if (passage.from >= to || passage.to <= from) return []
    const words = state.doc.textBetween(passage.from, passage.to)
    const comments = threads.find(({ id }) => id === passage.thread)?.comments ?? []
    // What only repeats the words that it is about proposed nothing that came of it.
    return comments.filter(
      ({ proposal, replaces }) => proposal !== null && runTogether(proposal) === words && replaces !== words,
    )
  })
  return [...new Map(found.map(({ author }) => [author.id, author])).values()]
}
