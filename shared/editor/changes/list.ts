/** The pending changes of a clause: what each puts in and takes out, in the order of the text, and which answer one another. */
import type { JsonNode } from '../text.ts'
import {
  deletionsOn,
  inserterOf,
  insertionsOn,
  isReference,
  isRun,
  readNode,
  suggestionsOf,
  type Element,
  type Piece,
} from './nodes.ts'
import type { BlockOperation, Pending } from './pending.ts'
import { changeKey } from './settle.ts'

/** `block`: of whole blocks; `move`: of a block that is taken out here and put in there. */
export type ChangeKind = 'inline' | 'block' | 'move'

export type ListedChange = Pending & {
  readonly kind: ChangeKind
  readonly clause: string | null
  readonly language: string | null
  readonly deletes: string
  readonly inserts: string
  /** The changes that it stands in or was made over, from the outside in. */
  readonly within: readonly string[]
}

/** All pending changes of a clause, or of a whole body, in the order in which they stand. */
export function listChanges(node: JsonNode): ListedChange[] {
  type Found = { change: Pending; clause: string | null; language: string | null; within: string[] } & {
    blocks: Set<BlockOperation>
    deletes: string
    inserts: string
  }
  const found = new Map<string, Found>()
  type Around = {
    clause: string | null
    language: string | null
    within: readonly Pending[]
    struck: readonly Pending[]
  }
  const note = ({ ...change }: Pending, { clause, language, within }: Around, more: readonly Pending[] = []): Found => {
    const key = changeKey(change)
    const { id, place, party, user, at } = change
    const known = found.get(key) ?? {
      change: { id, place, party, user, at },
      clause,
      language,
      within: [...within, ...more].filter((other) => changeKey(other) !== key).map((other) => other.id),
      blocks: new Set<BlockOperation>(),
      deletes: '',
      inserts: '',
    }
    found.set(key, known)
    return known
  }
  const visit = (pieces: readonly Piece[], around: Around) => {
    for (const piece of pieces) {
      if (isReference(piece)) continue
      if (isRun(piece)) {
        const insertions = insertionsOn(piece.marks)
        for (const insertion of insertions) note(insertion, around).inserts += piece.text
        for (const deletion of deletionsOn(piece.marks)) note(deletion, around, insertions).deletes += piece.text
        const inserter = around.within.at(-1)
        if (insertions.length === 0 && inserter !== undefined) note(inserter, around).inserts += piece.text
        if (insertions.length === 0) for (const striker of around.struck) note(striker, around).deletes += piece.text
        continue
      }
      const { clause, language } = placeOf(piece, around)
      const suggestions = suggestionsOf(piece).map(({ value }) => value)
      const here = { ...around, clause, language }
      for (const value of suggestions) {
        const entry = note(value, here)
        entry.blocks.add(value.op)
        if (value.op === 'delete' ? entry.deletes !== '' : entry.inserts !== '') {
          if (value.op === 'delete') entry.deletes += '\n'
          else entry.inserts += '\n'
        }
      }
      const inserter = inserterOf(piece)
      const strikers = suggestions.filter(({ op }) => op === 'delete')
      visit(piece.content, {
        clause,
        language,
        within: inserter === null ? around.within : [...around.within, inserter],
        struck: [...around.struck, ...strikers],
      })
    }
  }
  visit([readNode(node)], { clause: null, language: null, within: [], struck: [] })
  const moves = new Set<string>()
  const places = new Map<string, Set<BlockOperation>>()
  for (const { change, blocks } of found.values()) {
    const place = JSON.stringify([change.party, change.place])
    const operations = places.get(place) ?? new Set()
    for (const op of blocks) operations.add(op)
    places.set(place, operations)
    if (operations.size > 1) moves.add(place)
  }
  return [...found.values()].map(({ change, blocks, clause, language, deletes, inserts, within }) => {
    const isMove = blocks.size > 0 && moves.has(JSON.stringify([change.party, change.place]))
    return {
      ...change,
      kind: isMove ? 'move' : blocks.size > 0 ? 'block' : 'inline',
      clause,
      language,
      deletes,
      inserts,
      within,
    }
  })
}

/** Changes by the place that they share, in the order of their first. */
export function byPlace<T extends Pick<Pending, 'place'>>(changes: readonly T[]): Map<string, T[]> {
  const places = new Map<string, T[]>()
  for (const change of changes) {
    const known = places.get(change.place)
    if (known === undefined) places.set(change.place, [change])
    else known.push(change)
  }
  return places
}

function placeOf({ type, attrs }: Element, around: { clause: string | null; language: string | null }) {
  const { id, lang } = attrs
  return {
    clause: type === 'clause' && typeof id === 'string' ? id : around.clause,
    language: type === 'clauseText' && typeof lang === 'string' ? lang : around.language,
  }
}
