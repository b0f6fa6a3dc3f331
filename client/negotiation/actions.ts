/** The commands of negotiating, as the page's list of commands asks for them. */
import type { DocumentDetail } from '#shared/api/documents.ts'
import type { Actor } from '#shared/domain/actors.ts'
import { can } from '#shared/domain/permissions.ts'
import { awaits, type Alternative } from '#shared/editor/changes/alternatives.ts'
import { queryClient } from '#client/api/queries.ts'
import type { NegotiationActions } from '#client/editing/commands.ts'
import type { TextEditor } from '#client/editing/text-editor.ts'
import type { Negotiating } from './negotiating.ts'
import { changesQuery, placesOf } from './queries.ts'

/** What one does by key with the place that is looked at, and with the text as a whole. */
export function negotiationActions({
  negotiating,
  document,
  actor,
  text,
  openList,
}: {
  readonly negotiating: Negotiating
  readonly document: DocumentDetail
  readonly actor: Actor
  readonly text: TextEditor
  readonly openList: () => void
}): NegotiationActions {
  const { place, acts } = negotiating
  const mayAnswer = can(actor, 'document.edit', document) && actor.party !== null
  const answerable = (): Alternative | null => {
    if (place === null || !mayAnswer) return null
    const { places } = placesOf(
      document.id,
      text.changes.get(),
      queryClient.getQueryData(changesQuery(document.id).queryKey),
    )
    const there = places.find((each) => each.place === place)?.alternatives ?? []
    const open = there.filter((each) => awaits(each, actor.party ?? ''))
    // Of several, one has to be pointed at.
    return open.length === 1 ? (open[0] ?? null) : null
  }
  return {
    step: negotiating.step,
    answers: () => answerable() !== null,
    accept: () => {
      const alternative = answerable()
      if (alternative === null) return false
      void acts.accept(alternative)
      return true
    },
    decline: () => {
      if (answerable() === null) return false
      negotiating.decline(true)
      return true
    },
    openList,
    show: negotiating.show,
    view: negotiating.view,
    open: () => document.phase === 'negotiating' || text.changes.get().length > 0,
    chooses: document.phase === 'drafting' && mayAnswer,
    toggleSuggesting: () => negotiating.choosing(!negotiating.chosen),
  }
}
