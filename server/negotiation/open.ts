/** What is open in texts, as numbers: how many places, and for how many of them it is whose turn. */
import type { Party } from '#shared/domain/initiative.ts'
import { countOpen, openPlaces, type Open } from '#shared/editor/changes/alternatives.ts'
import type { Overviews } from '../projections/overviews.ts'
import type { DocumentRecord, Storage } from '../storage/storage.ts'
import { standings } from './standings.ts'

export const nothingOpen: Open = { places: 0, ours: 0, theirs: 0 }

/** What is open in a document as a party sees it, or as someone without one does. Rejects with a `StorageError` if it cannot be read. */
export type OpenIn = (document: DocumentRecord, party: Party | null) => Promise<Open>

type Options = { storage: Pick<Storage, 'stances'>; overviews: Pick<Overviews, 'changes'> }

export function createOpenIn({ storage, overviews }: Options): OpenIn {
  return async (document, party) => {
    const changes = await overviews.changes(document)
    if (changes.length === 0) return nothingOpen
    // A stance leaves no row in the log, so that what was read of them with an earlier text may be out of date.
    const places = openPlaces(standings(changes, await storage.stances.of(document.id)))
    return countOpen(places, party, document.parties)
  }
}

export const sumOf = (all: readonly Open[]): Open =>
  all.reduce(
    (sum, { places, ours, theirs }) => ({
      places: sum.places + places,
      ours: sum.ours + ours,
      theirs: sum.theirs + theirs,
    }),
    nothingOpen,
  )
