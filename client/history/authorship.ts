/** Who wrote which words of the live text: read from the text itself, in which every word carries the client that wrote it. */
import type { Node } from '@tiptap/pm/model'
import * as Y from 'yjs'
import type { z } from 'zod'
import type { Person } from '#shared/api/common.ts'
import type { getAuthors } from '#shared/api/history.ts'
import { childrenOf } from '#shared/editor/text.ts'

/** Words in one piece as one client wrote them, at a range of the editor's document. */
export type AuthoredRange = {
  readonly from: number
  readonly to: number
  readonly client: number
  readonly clock: number
  /** Whether they came with their whole clause, as when it was moved or copied: who wrote them at first is not in the text. */
  readonly placed: boolean
  readonly words: string
}

/**
 * Whether words came into the text together with the clause around them. An element's attributes are written behind all that
 * is in it from the beginning: its kind, which never changes, ends what came with it.
 */
function cameWith(clause: Y.XmlElement): (id: Y.ID) => boolean {
  const [first, last] = [clause._item?.id, clause._map.get('kind')?.id]
  if (clause.nodeName !== 'clause' || first === undefined || last?.client !== first.client) return () => false
  return ({ client, clock }) => client === first.client && first.clock < clock && clock < last.clock
}

/** The words between two positions of the editor's document, by client. Where editor and shared text differ, nothing. */
export function authoredRanges(body: Y.XmlFragment, doc: Node, from = 0, to = doc.content.size): AuthoredRange[] {
  const found: AuthoredRange[] = []
  let placed: (id: Y.ID) => boolean = () => false
  const readLine = (line: Node, element: Y.XmlFragment, start: number) => {
    const words: AuthoredRange[] = []
    let pos = start
    for (const child of childrenOf(element)) {
      if (!(child instanceof Y.XmlText)) {
        pos += 1
        continue
      }
      for (let item = child._start; item !== null; item = item.right) {
        if (item.deleted || !item.countable) continue
        if (item.content instanceof Y.ContentString) {
          const [first, last] = [Math.max(from, pos), Math.min(to, pos + item.length)]
          const { client, clock } = item.id
          if (first < last) {
            const part = item.content.str.slice(first - pos, last - pos)
            words.push({
              from: first,
              to: last,
              client,
              clock: clock + first - pos,
              placed: placed(item.id),
              words: part,
            })
          }
        }
        pos += item.length
      }
    }
    if (pos === start + line.content.size) found.push(...words)
  }
  const walk = (node: Node, element: Y.XmlFragment, start: number) => {
    const children = childrenOf(element)
    if (children.length !== node.childCount) return
    node.forEach((child, offset, index) => {
      const at = start + offset
      const part = children[index]
      if (at + child.nodeSize <= from || at >= to || !(part instanceof Y.XmlElement)) return
      if (node === doc) placed = cameWith(part)
      if (child.isTextblock) readLine(child, part, at + 1)
      else walk(child, part, at + 1)
    })
  }
  walk(doc, body, 0)
  return found
}

/**
 * `placed`: that person put them there with their whole clause; who wrote them only the history knows. `record`: the text as it
 * was entered before anyone wrote. `unknown`: the server has not told yet.
 */
export type Author =
  | { readonly type: 'person' | 'placed'; readonly person: Person }
  | { readonly type: 'record' }
  | { readonly type: 'unknown' }

export type Clients = z.output<(typeof getAuthors)['response']>['clients']

export type AuthorOf = (range: Pick<AuthoredRange, 'client' | 'clock' | 'placed'>) => {
  readonly author: Author
  readonly at: string | null
}

/** Says who wrote a range and when. `me` is whose client this page is: its own words need not be asked for. */
export function authorsFrom(clients: Clients, me: { readonly client: number; readonly person: Person }): AuthorOf {
  const known = new Map(clients.map((each) => [each.client, each]))
  return ({ client, clock, placed }) => {
    const type = placed ? 'placed' : 'person'
    const entry = known.get(client)
    const at = entry?.written.find(({ upTo }) => clock < upTo)?.at ?? null
    if (client === me.client) return { author: { type, person: me.person }, at }
    if (entry === undefined) return { author: { type: 'unknown' }, at: null }
    return { author: entry.by === null ? { type: 'record' } : { type, person: entry.by }, at }
  }
}

export const sameAuthor = (a: Author, b: Author): boolean =>
  a.type === b.type && ('person' in a && 'person' in b ? a.person.id === b.person.id : true)

/** Words of one author, one after the other. */
export type Passage = {
  readonly from: number
  readonly to: number
  readonly author: Author
  readonly at: string | null
  readonly words: string
}

/** What was written with no longer pause counts as written at one time. */
const pauseMs = 5 * 60 * 1000

const sameTime = (a: string | null, b: string | null) =>
  a === null || b === null ? a === b : Math.abs(Date.parse(a) - Date.parse(b)) < pauseMs

/** Joins ranges in their order into passages of one author; `byTime` keeps apart what was written at different times. */
export function passagesOf(ranges: readonly AuthoredRange[], authorOf: AuthorOf, byTime: boolean): Passage[] {
  const passages: Passage[] = []
  for (const range of ranges) {
    const { author, at } = authorOf(range)
    const last = passages.at(-1)
    if (last && sameAuthor(last.author, author) && (!byTime || sameTime(last.at, at))) {
      const words = last.words + (last.to === range.from ? '' : '\n') + range.words
      passages[passages.length - 1] = { ...last, to: range.to, words }
    } else {
      passages.push({ from: range.from, to: range.to, author, at, words: range.words })
    }
  }
  return passages
}
