/**
 * What Yjs leaks, and how it is put right. Formatting is switched on and off by items of the text: two honest edits, or one honest undo,
 * may leave a mark running on over words that nobody meant.
 */
import * as Y from 'yjs'
import { marksIn, type Mark } from '#shared/editor/changes/nodes.ts'
import { markKey, type Author, type Pending } from '#shared/editor/changes/pending.ts'
import type { Changing } from '../sync/checks.ts'
import { isOld } from '../sync/clause-states.ts'

type Open = ReadonlyMap<string, unknown>

/** A piece of a touched text that stands now. */
type Stretch = {
  readonly text: Y.XmlText
  readonly index: number
  readonly length: number
  readonly wasThere: boolean
  /** The marks over it before and now. */
  readonly was: Open
  readonly is: Open
  /** Marks of which the change wrote a beginning or an end in this text, and those that it took from old words there. */
  readonly written: ReadonlySet<string>
  readonly lost: ReadonlySet<string>
  /** The insertion of the author's party that began last before it, though it may have gone. */
  readonly lastOwn: Pending | null
}

function* stretchesOf({ transaction, wasVisible }: Changing, author: Author): Generator<Stretch> {
  for (const type of transaction.changed.keys()) {
    if (!(type instanceof Y.XmlText) || type._item?.deleted === true) continue
    let [was, is]: [Open, Open] = [new Map(), new Map()]
    const written = new Set<string>()
    const lost = new Set<string>()
    const stretches: Stretch[] = []
    let index = 0
    let lastOwn: Stretch['lastOwn'] = null
    for (let item = type._start; item !== null; item = item.right) {
      const { content } = item
      if (!(content instanceof Y.ContentFormat)) {
        if (item.deleted) continue
        const wasThere = wasVisible(item)
        if (wasThere) for (const key of was.keys()) if (!is.has(key)) lost.add(key)
        if (was.size + is.size > 0 || !wasThere) {
          stretches.push({ text: type, index, length: item.length, wasThere, was, is, written, lost, lastOwn })
        }
        index += item.length
        continue
      }
      const { key, value }: { key: string; value: unknown } = content
      const mark = markOf(key, value)
      if (mark?.insertion != null && mark.insertion.party === author.party) lastOwn = mark.insertion
      // An end is written too: to lengthen a mark is to move its end.
      if (!item.deleted && !isOld(item, transaction)) written.add(key)
      if (wasVisible(item)) was = changed(was, key, value)
      if (!item.deleted) is = changed(is, key, value)
    }
    yield* stretches
  }
}

const changed = (open: Open, key: string, value: unknown): Open =>
  value === null ? new Map([...open].filter(([other]) => other !== key)) : new Map(open).set(key, value)

const markOf = (key: string, value: unknown): Mark | undefined => marksIn({ [key]: value })[0]

const isBy = (one: Author, { party, user }: Author) => one.party === party && one.user === user

const isPending = (mark: Mark | undefined) => mark !== undefined && (mark.insertion !== null || mark.deletion !== null)

/**
 * Whether an own deletion has come over old words while it was taken from others and nothing of it was written: what was withdrawn has
 * lost its end. Neither rule sees it.
 */
const isLeaked = (
  key: string,
  mark: Mark | undefined,
  { wasThere, was, written, lost }: Stretch,
  party: string | null,
) =>
  wasThere &&
  !was.has(key) &&
  !written.has(key) &&
  lost.has(key) &&
  mark?.deletion != null &&
  mark.deletion.party === party

export function hasLeaks(changing: Changing, author: Author): boolean {
  // What loses no formatting leaks none.
  if (changing.transaction.deleteSet.clients.size === 0) return false
  for (const stretch of stretchesOf(changing, author)) {
    for (const [key, value] of stretch.is) {
      if (isLeaked(key, markOf(key, value), stretch, author.party)) return true
    }
  }
  return false
}

/**
 * Puts old words back under the marks that they had; new ones keep one insertion of their author and no deletion. Says whether it wrote
 * anything. Call it in the transaction, only after a refusal, and judge again: whoever leaks on purpose gains nothing.
 */
export function heal(changing: Changing, author: Author, negotiating: boolean): boolean {
  const work = [...stretchesOf(changing, author)].flatMap((stretch) => {
    const wanted = stretch.wasThere
      ? marksOfOld(stretch, author, negotiating)
      : marksOfNew(stretch, author, negotiating)
    return Object.keys(wanted).length > 0 ? [{ ...stretch, wanted }] : []
  })
  if (work.length === 0) return false
  // Yjs would take the server's own writes for those of another with its id.
  changing.transaction.local = true
  for (const { text, index, length, wanted } of work) text.format(index, length, wanted)
  return true
}

function marksOfOld(stretch: Stretch, { party, user }: Author, negotiating: boolean): Record<string, unknown> {
  const { was, is } = stretch
  const wanted: Record<string, unknown> = {}
  const isOwnText = [...was].some(([key, value]) => markOf(key, value)?.insertion?.party === party)
  for (const key of new Set([...was.keys(), ...is.keys()])) {
    const mark = markOf(key, is.get(key) ?? was.get(key))
    const isOwnDeletion =
      mark?.deletion != null &&
      mark.deletion.party === party &&
      (was.has(key) || (mark.deletion.user === user && !isLeaked(key, mark, stretch, party)))
    const isFree = isOwnDeletion || (!isPending(mark) && (!negotiating || isOwnText))
    const want = was.get(key) ?? null
    if (!isFree && JSON.stringify(want) !== JSON.stringify(is.get(key) ?? null)) wanted[key] = want
  }
  return wanted
}

/** The same insertion in the name of another: at its place, under an id of its own. */
const takenOver = ({ id, place, party, at }: Pending, { user }: Author): Pending => ({
  id: `${id.slice(0, 31)}-${user.slice(-32)}`,
  place,
  party,
  user,
  at,
})

function marksOfNew({ is, lastOwn }: Stretch, author: Author, negotiating: boolean): Record<string, unknown> {
  const open = [...is].filter(([key, value]) => isPending(markOf(key, value)))
  const own = open.findLast(([key, value]) => {
    const insertion = markOf(key, value)?.insertion
    return insertion != null && isBy(insertion, author)
  })
  const wanted: Record<string, unknown> = Object.fromEntries(
    open.filter((each) => each !== own).map(([key]) => [key, null]),
  )
  if (own === undefined && lastOwn !== null && negotiating) {
    // Words without a mark of their own: typed into an insertion that was taken out meanwhile, or a colleague's words that the author
    // brought back by undoing their deletion. They join the insertion before them, under the author's name.
    const value = isBy(lastOwn, author) ? lastOwn : takenOver(lastOwn, author)
    wanted[markKey('insertion', value)] = value
  }
  return wanted
}
