/** What of a text a party cannot change while it is negotiated. */
import type { JsonNode } from '../text.ts'
import {
  addPiece,
  counts,
  inserterOf,
  insertionsOn,
  isReference,
  isRun,
  readNode,
  suggestionsOf,
  toNode,
  type Element,
  type Piece,
} from './nodes.ts'

/** The clause without the party's own insertions and without its own deletions being marked, as ProseMirror JSON nodes. */
export const fixed = (clause: JsonNode, party: string | null): JsonNode[] =>
  fixedPieces(readNode(clause), party).flatMap((piece) => ('type' in piece ? [toNode(piece)] : []))

/**
 * The same of a text as the rules read it. What others have put into a block of the party stands in the place of that block.
 * `progress`: the fields of a clause that are open in every phase.
 */
export function fixedPieces(
  node: Element,
  party: string | null,
  progress: ReadonlySet<string> = new Set(),
): readonly Piece[] {
  const visit = (pieces: readonly Piece[], inOwn: boolean, out: Piece[]): Piece[] => {
    for (const piece of pieces) {
      if (isReference(piece)) out.push(piece)
      else if (isRun(piece)) {
        const insertions = insertionsOn(piece.marks)
        if (insertions.some((insertion) => insertion.party === party) || (inOwn && insertions.length === 0)) continue
        const marks = piece.marks.filter(
          ({ insertion, deletion }) =>
            insertion !== null || deletion === null || (deletion.party !== party && counts(deletion, piece.marks)),
        )
        addPiece(out, { text: piece.text, marks })
      } else {
        const inserter = inserterOf(piece)
        if (inserter === null ? inOwn : inserter.party === party) visit(piece.content, true, out)
        else
          out.push({
            ...piece,
            attrs: keptAttributes(piece, party, progress),
            content: visit(piece.content, false, []),
          })
      }
    }
    return out
  }
  return visit([node], false, [])
}

function keptAttributes(element: Element, party: string | null, progress: ReadonlySet<string>): Element['attrs'] {
  const own = new Set(
    suggestionsOf(element)
      .filter(({ value }) => value.party === party)
      .map(({ name }) => name),
  )
  if (own.size === 0 && (element.type !== 'clause' || progress.size === 0)) return element.attrs
  return Object.fromEntries(
    Object.entries(element.attrs).filter(
      ([name]) => !own.has(name) && !(element.type === 'clause' && progress.has(name)),
    ),
  )
}
