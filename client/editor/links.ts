/** Links: only to addresses that are safe to follow. */
import type { EditorState, Transaction } from '@tiptap/pm/state'
import { isSafeHref } from '#shared/editor/schema.ts'

/** The stretch of the link around the selection, with its address; null outside of links. */
export function linkAt({ selection, schema }: EditorState): { from: number; to: number; href: string } | null {
  const type = schema.marks['link']
  const { $from } = selection
  if (type === undefined || !$from.parent.isTextblock) return null
  const hrefOf = (index: number): string | null => {
    const mark = $from.parent.maybeChild(index)?.marks.find((each) => each.type === type)
    return mark ? String(mark.attrs['href']) : null
  }
  const index = hrefOf($from.index()) === null && $from.textOffset === 0 ? $from.index() - 1 : $from.index()
  const href = index < 0 ? null : hrefOf(index)
  if (href === null) return null
  let first = index
  let last = index
  while (first > 0 && hrefOf(first - 1) === href) first -= 1
  while (hrefOf(last + 1) === href) last += 1
  let from = $from.start()
  for (let i = 0; i < first; i += 1) from += $from.parent.child(i).nodeSize
  let to = from
  for (let i = first; i <= last; i += 1) to += $from.parent.child(i).nodeSize
  return { from, to, href }
}

/** Reads what someone typed as an address: "example.org" is meant as https. Null if it is not safe to follow. */
export function readHref(typed: string): string | null {
  const trimmed = typed.trim()
  if (trimmed === '') return null
  const href = /^[a-z][a-z0-9+.-]*:/i.test(trimmed) ? trimmed : `https://${trimmed}`
  return isSafeHref(href) && URL.canParse(href) ? href : null
}

/** Links the selection (or the link around the caret, or inserts the address itself); null removes the link. */
export function setLink(state: EditorState, href: string | null): Transaction | null {
  const type = state.schema.marks['link']
  if (type === undefined) return null
  const existing = linkAt(state)
  const { from, to, empty } = state.selection
  const range = empty && existing ? existing : { from, to }
  const tr = state.tr
  if (href === null) return tr.removeMark(range.from, range.to, type)
  if (!isSafeHref(href)) return null
  if (range.from === range.to) return tr.insert(from, state.schema.text(href, [type.create({ href })]))
  return tr.removeMark(range.from, range.to, type).addMark(range.from, range.to, type.create({ href }))
}
