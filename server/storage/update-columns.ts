/**
 * Updates as columns of what cannot be foreseen. Whoever types goes on where they stopped, behind what they wrote last and before
 * what stood there: such a keystroke leaves zeros in every column but those of its words. Both directions run through the same
 * code, so that what is foreseen while writing is foreseen while reading.
 */
import type { Column, Columns } from './columns.ts'
import { readList } from './read-list.ts'
import { shapeOf, unitsOf, type Id, type Part, type Parts } from './update-parts.ts'

/** Client ids by the order in which they first appear: small numbers, and a place for what is known of each. */
type Writer = {
  readonly id: number
  next: number
  /** What stands behind a place, where that is not simply the next clock of the same client. */
  readonly behind: Map<number, Place>
}
type Place = { readonly writer: number; readonly clock: number }

type UpdateColumns = {
  /** Writes the update of an author, or reads and returns the next one. */
  update(author: number, given: Parts | undefined): Parts
}

export function updateColumns(columns: Columns): UpdateColumns {
  const writers: Writer[] = []
  const placeOfWriter = new Map<number, number>()
  /** Where each author wrote or deleted last. */
  const carets = new Map<number, Place>()

  const afterOf = ({ writer, clock }: Place): Place =>
    writers[writer]?.behind.get(clock) ?? { writer, clock: clock + 1 }

  /** A client as its place among the writers; `foreseen` costs nothing. */
  const writerOf = (column: Column, foreseen: number, given: number | undefined): number => {
    const known = given === undefined ? undefined : (placeOfWriter.get(given) ?? writers.length)
    const code = columns.number(column, known === undefined ? undefined : known === foreseen ? 0 : known + 1)
    const writer = code === 0 ? foreseen : code - 1
    if (writer > writers.length) throw new RangeError('A client that is not known yet')
    if (writer === writers.length) {
      const id = columns.number('clientId', given)
      placeOfWriter.set(id, writer)
      writers.push({ id, next: 0, behind: new Map() })
    }
    return writer
  }
  const clientOf = (writer: number) => writers[writer]?.id ?? 0

  const placeOf = (side: 'origin' | 'right', foreseen: Place | null, given: Id | undefined): Place => {
    const writer = writerOf(`${side}Client`, foreseen?.writer ?? 0, given?.client)
    const base = foreseen?.writer === writer ? foreseen.clock : 0
    const clock = base + columns.signed(`${side}Clock`, given === undefined ? undefined : given.clock - base)
    return { writer, clock }
  }
  const idOf = ({ writer, clock }: Place): Id => ({ client: clientOf(writer), clock })

  const partOf = (author: number, writer: number, clock: number, given: Part | undefined): Part => {
    const info = columns.number('info', given?.info)
    const shape = shapeOf(info)
    const before = shape.origin ? placeOf('origin', { writer, clock: clock - 1 }, given?.origin ?? undefined) : null
    const after = shape.right
      ? placeOf('right', before === null ? null : afterOf(before), given?.right ?? undefined)
      : null
    const raw = shape.text && !shape.parent ? nothing : columns.bytes(given?.raw)
    const text = shape.text ? columns.text(author, given?.text ?? undefined) : null
    const length = text === null ? columns.number('partLength', given?.length) : unitsOf(text)
    if (before !== null) writers[before.writer]?.behind.set(before.clock, { writer, clock })
    if (after !== null) writers[writer]?.behind.set(clock + length - 1, after)
    return {
      info,
      origin: before === null ? null : idOf(before),
      right: after === null ? null : idOf(after),
      raw,
      text,
      length,
    }
  }

  return {
    update(author, given) {
      let caret = carets.get(author) ?? { writer: 0, clock: -1 }
      const written: Place[] = []
      const blocks = readList(columns.number('blocks', given?.blocks.length), (index) => {
        const block = given?.blocks[index]
        const writer = writerOf('client', caret.writer, block?.client)
        const known = writers[writer]
        if (known === undefined) throw new RangeError('A client that is not known')
        const start = known.next + columns.signed('clock', block === undefined ? undefined : block.clock - known.next)
        let clock = start
        const parts = readList(columns.number('parts', block?.parts.length), (at) => {
          const part = partOf(author, writer, clock, block?.parts[at])
          clock += part.length
          return part
        })
        known.next = clock
        written.push({ writer, clock: clock - 1 })
        return { client: known.id, clock: start, parts }
      })
      const deletes = readList(columns.number('deletes', given?.deletes.length), (index) => {
        const each = given?.deletes[index]
        const writer = writerOf('deleteClient', caret.writer, each?.client)
        let end = caret.writer === writer ? caret.clock + 1 : 0
        const ranges = readList(columns.number('ranges', each?.ranges.length), (at) => {
          const range = each?.ranges[at]
          const length = columns.number('rangeLength', range?.length)
          const foreseen = end - length
          const clock = foreseen + columns.signed('range', range === undefined ? undefined : range.clock - foreseen)
          end = clock + length
          if (index === 0 && at === 0) caret = { writer, clock: clock - 1 }
          return { clock, length }
        })
        return { client: clientOf(writer), ranges }
      })
      carets.set(author, written.at(0) ?? caret)
      return { blocks, deletes }
    },
  }
}

const nothing = new Uint8Array()
