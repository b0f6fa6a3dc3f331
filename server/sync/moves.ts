/**
 * Words that two people carry elsewhere at once. A shared text cannot move: who splits a line, joins two or makes a list item of one
 * deletes the words and writes them anew, and with two who do so each word would stand twice. The one who came first keeps them.
 */
import * as Y from 'yjs'
import { childrenOf } from '#shared/editor/text.ts'
import type { Mending } from './tables.ts'

type Deletions = ReturnType<typeof Y.decodeUpdate>['ds']
/** So many units of what one client wrote, from a clock on. */
type Run = { readonly client: number; readonly clock: number; readonly length: number }
type Piece = Run & { readonly words: string; readonly gone: boolean }

/** Whoever comes back after long sends all deletions that they know of: what was carried where can no longer be told. */
const mostRanges = 200

/** What `look` sees of a document before an update is applied; null if the update deletes nothing that someone else has. */
type Glance = {
  /** Words that it deletes and that are gone already. */
  readonly gone: readonly Run[]
  readonly texts: ReadonlySet<Y.XmlText>
  readonly deletions: Deletions
  readonly states: ReadonlyMap<number, number>
}

/** Looks at a document that an update with these deletions will be applied to. */
export function lookBefore({ store }: Y.Doc, deletions: Deletions): Glance | null {
  const gone: Run[] = []
  const texts = new Set<Y.XmlText>()
  let ranges = 0
  for (const [client, of] of deletions.clients) {
    const structs = store.clients.get(client) ?? []
    for (const { clock, len } of of) {
      if ((ranges += 1) > mostRanges) return null
      if (clock >= Y.getState(store, client)) continue
      for (let at = Y.findIndexSS(structs, clock); at < structs.length; at += 1) {
        const item = structs[at]
        if (item === undefined || item.id.clock >= clock + len) break
        if (!(item instanceof Y.Item) || !item.deleted || !(item.content instanceof Y.ContentString)) continue
        if (!(item.parent instanceof Y.XmlText)) continue
        gone.push(common(item, { client, clock, length: len }))
        texts.add(item.parent)
      }
    }
  }
  if (gone.length === 0) return null
  const states = new Map([...store.clients.keys()].map((client) => [client, Y.getState(store, client)]))
  return { gone, texts, deletions, states }
}

/** What takes away the words that an update, applied since `glance`, has written a second time. */
export function doublesSince(body: Y.XmlFragment, glance: Glance): Mending[] {
  const written = writtenSince(body, glance.states)
  return [...glance.texts].flatMap((source) => {
    const pieces = piecesIn(source, rangesOf(glance.deletions), glance.gone)
    const words = pieces.map((piece) => piece.words).join('')
    const copy = written.find((each) => each.text !== source && each.words === words && sameLanguage(source, each.text))
    if (copy === undefined || words === '') return []
    let at = 0
    const doubled: { from: number; to: number }[] = []
    for (const { length, gone } of pieces) {
      if (gone) doubled.push({ from: at, to: at + length })
      at += length
    }
    return doubled.map(({ from, to }) => () => {
      const said = words.slice(from, to)
      // Carried on by the other to a line before this one, the end of these words would come before their beginning.
      const early =
        from > 0 && to === words.length
          ? between(source, copy.text).find((text) => saidBy(text).startsWith(said))
          : undefined
      if (early !== undefined) early.delete(0, said.length)
      else takeOut(copy.text, runsAt(copy.pieces, from, to))
    })
  })
}

const rangesOf = ({ clients }: Deletions): Run[] =>
  [...clients].flatMap(([client, ranges]) => ranges.map(({ clock, len }) => ({ client, clock, length: len })))

/** What an item and a run have in common; of no length if that is nothing. */
function common({ id, length }: Y.Item, run: Run): Run {
  const clock = Math.max(id.clock, run.clock)
  const end = Math.min(id.clock + length, run.clock + run.length)
  return { client: id.client, clock, length: id.client === run.client ? Math.max(0, end - clock) : 0 }
}

/** The words of a shared text that are among `runs`, in their order. */
function piecesIn(text: Y.XmlText, runs: readonly Run[], gone: readonly Run[]): Piece[] {
  const pieces: Piece[] = []
  for (let item = text._start; item !== null; item = item.right) {
    const { content, id } = item
    if (!(content instanceof Y.ContentString)) continue
    for (const each of runs) {
      const { client, clock, length } = common(item, each)
      if (length === 0) continue
      const words = content.str.slice(clock - id.clock, clock - id.clock + length)
      const was = gone.some((run) => run.client === client && clock >= run.clock && clock < run.clock + run.length)
      pieces.push({ client, clock, length, words, gone: was })
    }
  }
  return pieces
}

/** What was written since, by the shared text that it is in. */
function writtenSince(body: Y.XmlFragment, states: ReadonlyMap<number, number>) {
  const texts = new Set<Y.XmlText>()
  for (const [client, structs] of body.doc?.store.clients ?? []) {
    for (let at = structs.length - 1; at >= 0; at -= 1) {
      const item = structs[at]
      if (item === undefined || item.id.clock < (states.get(client) ?? 0)) break
      if (item instanceof Y.Item && !item.deleted && item.parent instanceof Y.XmlText) texts.add(item.parent)
    }
  }
  return [...texts].map((text) => {
    const pieces = piecesIn(text, livingIn(text, states), [])
    return { text, pieces, words: pieces.map((piece) => piece.words).join('') }
  })
}

/** What of a text is not deleted, and was written since. */
function livingIn(text: Y.XmlText, states: ReadonlyMap<number, number>): Run[] {
  const runs: Run[] = []
  for (let item = text._start; item !== null; item = item.right) {
    const { client, clock } = item.id
    if (!item.deleted && clock >= (states.get(client) ?? 0)) runs.push({ client, clock, length: item.length })
  }
  return runs
}

/** The units from `from` to `to` of what the pieces say together. */
function runsAt(pieces: readonly Piece[], from: number, to: number): Run[] {
  let at = 0
  return pieces.flatMap(({ client, clock, length }) => {
    const [start, end] = [Math.max(from - at, 0), Math.min(to - at, length)]
    at += length
    return start < end ? [{ client, clock: clock + start, length: end - start }] : []
  })
}

function takeOut(text: Y.XmlText, runs: readonly Run[]): void {
  const found: { index: number; length: number }[] = []
  let index = 0
  for (let item = text._start; item !== null; item = item.right) {
    if (item.deleted || !item.countable) continue
    for (const run of runs) {
      const { clock, length } = common(item, run)
      if (length > 0) found.push({ index: index + clock - item.id.clock, length })
    }
    index += item.length
  }
  for (const each of found.toReversed()) text.delete(each.index, each.length)
}

const saidBy = (text: Y.XmlText): string =>
  piecesIn(text, livingIn(text, new Map()), [])
    .map(({ words }) => words)
    .join('')

type Shared = NonNullable<Y.XmlElement['parent']>

function* around(type: Shared): Generator<Shared> {
  for (let at: Shared | null = type; at !== null; at = at.parent) yield at
}

const textOfClause = (type: Shared) =>
  [...around(type)].find((each) => each instanceof Y.XmlElement && each.nodeName === 'clauseText')

const sameLanguage = (a: Shared, b: Shared) => {
  const of = textOfClause(a)
  return of !== undefined && of === textOfClause(b)
}

/** The first shared text of each block that stands behind the one around `source` and before the one around `copy`. */
function between(source: Y.XmlText, copy: Y.XmlText): Y.XmlText[] {
  for (const before of around(source)) {
    for (const behind of around(copy)) {
      const { parent } = behind
      if (parent === null || parent !== before.parent || before === behind || !(parent instanceof Y.XmlElement))
        continue
      const blocks = childrenOf(parent)
      const isAt = (type: Shared) => blocks.findIndex((block) => Object.is(block, type))
      if (isAt(before) < 0) return []
      return blocks.slice(isAt(before) + 1, Math.max(isAt(behind), 0)).flatMap((block) => firstTextIn(block) ?? [])
    }
  }
  return []
}

function firstTextIn(block: Y.XmlElement | Y.XmlText): Y.XmlText | undefined {
  if (block instanceof Y.XmlText) return block
  const [first] = childrenOf(block)
  return first && firstTextIn(first)
}
