/**
 * Judges what an author changed in a text by the rules of negotiating, from the shared text itself: with what is deleted kept, it still
 * knows how it was. Only what differs is looked at, unless that does not tell everything.
 */
import * as Y from 'yjs'
import { isReference, isRun, project, visibleNow, type Element, type Visible } from '#shared/editor/changes/nodes.ts'
import { isPendingMark, isSuggestionAttribute, markName } from '#shared/editor/changes/pending.ts'
import type { Changing } from '../sync/checks.ts'
import { isOld } from '../sync/clause-states.ts'
import { hasLeaks } from './heal.ts'
import { differing, judgeStates, type Judging, type Objection } from './rules.ts'

/** Any shared type. */
type SharedType = NonNullable<Y.XmlElement['parent']>

/** What must not stand of a change, or null. `whole`: both states are compared as a whole, which gives the same verdict. */
export function judgeChange(changing: Changing, judging: Judging, { whole = false } = {}): Objection | null {
  const { body, transaction, wasVisible } = changing
  if (cutsCharacter(transaction)) return 'halfCharacter'
  const touched = new Set<unknown>([body])
  for (const type of transaction.changed.keys()) {
    for (let at: SharedType | null = asType(type); at !== null && !touched.has(at); at = asType(at.parent))
      touched.add(at)
  }
  const state = (visible: Visible, same?: Visible) => {
    const root = project(body, visible, same)
    return judging.negotiating ? withIdentity(root, body, visible) : root
  }
  const isSame = (item: Y.Item) =>
    !item.deleted &&
    isOld(item, transaction) &&
    !(item.content instanceof Y.ContentType && touched.has(item.content.type))
  // An attribute may concern all that is inside.
  let isNew = [...transaction.changed.values()].some((keys) => [...keys].some((key) => key !== null))
  const noteNew = () => {
    isNew = true
  }
  const [was, is] = differing(state(wasVisible, isSame), state(visibleNow, isSame))
  const first = judgeStates(was, is, { ...judging, noteNew })
  // Judged on its own, what differs is judged too strictly here and there, and never too mildly: the whole has the last word.
  const verdict = first !== null || isNew || whole ? judgeStates(state(wasVisible), state(visibleNow), judging) : null
  return verdict ?? (hasLeaks(changing, judging.author) ? 'leak' : null)
}

const asType = (type: unknown): SharedType | null => (type instanceof Y.AbstractType ? type : null)

/**
 * While negotiating, a clause keeps its very element: were it deleted and added again, what others write there meanwhile would be lost.
 */
function withIdentity(root: Element, body: Y.XmlFragment, visible: Visible): Element {
  const ids: string[] = []
  for (let item = body._start; item !== null; item = item.right) {
    if (visible(item)) ids.push(`${item.id.client}:${item.id.clock}`)
  }
  return {
    ...root,
    content: root.content.map((piece, index) => {
      const identity = ids[index]
      return isReference(piece) || isRun(piece) || piece.type !== 'clause' || identity === undefined
        ? piece
        : { ...piece, identity }
    }),
  }
}

/** What Yjs puts in the place of both halves of a character that is cut in two, in the old text too. */
const half = '\ufffd'

/** Whether a transaction wrote, deleted or formatted between the halves of a character of a text. */
function cutsCharacter(transaction: Y.Transaction): boolean {
  for (const type of transaction.changed.keys()) {
    if (!(type instanceof Y.XmlText)) continue
    let before: Y.Item | null = null
    let between = false
    for (let item = type._start; item !== null; item = item.right) {
      if (!(item.content instanceof Y.ContentString) || !isOld(item, transaction)) {
        between ||= !isOld(item, transaction)
        continue
      }
      if (before !== null && before.content instanceof Y.ContentString) {
        const isNext = before.id.client === item.id.client && before.id.clock + before.length === item.id.clock
        const isHalved = isNext && before.content.str.endsWith(half) && item.content.str.startsWith(half)
        if (isHalved && (between || isGone(before, transaction) !== isGone(item, transaction))) return true
      }
      before = item
      between = false
    }
  }
  return false
}

/** Whether a transaction deleted an item. Its own list is not in order before it ends. */
const isGone = ({ id, deleted }: Y.Item, { deleteSet }: Y.Transaction): boolean =>
  deleted &&
  (deleteSet.clients.get(id.client) ?? []).some(({ clock, len }) => clock <= id.clock && id.clock < clock + len)

/**
 * Whether anything pending is, or was, where a transaction changed something: in the lines and attributes that it touched, around
 * them, and in what it added or took away. Where there is nothing, neither rule has anything to say of a text that is not negotiated.
 */
export function touchesPending(transaction: Y.Transaction): boolean {
  for (const type of transaction.changed.keys()) {
    if (isPendingIn(asType(type), transaction)) return true
    for (let at = asType(type); at !== null; at = asType(at.parent)) if (hasSuggestion(at)) return true
  }
  return false
}

const hasSuggestion = (type: SharedType) => [...type._map.keys()].some(isSuggestionAttribute)

function isPendingIn(type: SharedType | null, transaction: Y.Transaction | null): boolean {
  if (type === null) return false
  if (transaction === null && hasSuggestion(type)) return true
  for (let item = type._start; item !== null; item = item.right) {
    const { content } = item
    if (content instanceof Y.ContentFormat && isPendingMark(markName(content.key))) return true
    if (!(content instanceof Y.ContentType)) continue
    // What stood there and stands there is touched itself if anything in it is.
    const moved = transaction === null || !isOld(item, transaction) || isGone(item, transaction)
    if (moved && isPendingIn(asType(content.type), null)) return true
  }
  return false
}
