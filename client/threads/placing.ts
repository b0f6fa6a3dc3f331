/** Where cards stand in the margin: each beside its passage, none over another, the one in use exactly in its place. */

export type Card = { readonly wanted: number; readonly height: number; readonly fixed: boolean }

/** The tops of cards given in the order of their passages; at most one is `fixed` and gets the place it wants. */
export function placeCards(cards: readonly Card[], gap: number, from: number): number[] {
  const tops: number[] = []
  const pivot = cards.findIndex(({ fixed }) => fixed)
  let free = from
  for (const [at, { wanted, height }] of cards.entries()) {
    // The one in use is not pushed down by those before it: they give way upwards below.
    const top = at === pivot ? Math.max(wanted, from) : Math.max(wanted, free)
    tops.push(top)
    free = top + height + gap
  }
  let limit = Infinity
  for (let at = pivot - 1; at >= 0; at -= 1) {
    const card = cards[at]
    limit = (tops[at + 1] ?? Infinity) - gap
    const top = tops[at]
    if (card === undefined || top === undefined) continue
    if (top + card.height <= limit) break
    tops[at] = limit - card.height
  }
  // What gave way beyond the upper edge would be out of reach: then all move down together.
  const [first = from] = tops
  const shift = Math.max(0, from - Math.min(...tops, first))
  return shift === 0 ? tops : tops.map((top) => top + shift)
}
