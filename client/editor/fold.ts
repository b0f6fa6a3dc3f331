/**
 * Words without their case and width, so that "ALLIANCE" is found by "alliance" and ｻﾌﾟﾗｲ by サプライ. A sign may fold to more
 * characters than it has ("…") or to fewer (ﾊﾞ, a zero-width space): each piece is folded by itself, and its place kept.
 */
export type Folded = {
  readonly text: string
  /** The place in the text as written of what stands from `from` to `to` in the folded one; a sign is never cut in two. */
  readonly placeOf: (from: number, to: number) => { readonly from: number; readonly to: number }
}

/** Letters and kana that fold one to one, with nothing behind them that would join them. */
const plain =
  /[\x20-\x7e\u3041-\u3096\u30a1-\u30fc\u3001\u3002\u4e00-\u9fff]+(?![\p{M}\uff9e\uff9f])|[^\p{M}\uff9e\uff9f][\p{M}\uff9e\uff9f]*|[\p{M}\uff9e\uff9f]+/gsu

/** What has no width and no shape: nobody who looks for a word would type it. */
const unseen = /[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}]/gu

/** Folds a text piece by piece, without what cannot be seen in it. */
export function fold(text: string): Folded {
  let folded = ''
  /** Pieces that fold one to one are one entry; of any other its place says nothing about the next. */
  const pieces: { readonly at: number; readonly from: number; readonly to: number; readonly even: boolean }[] = []
  for (const { 0: piece, index } of text.matchAll(plain)) {
    const words = piece.normalize('NFKC').toLowerCase().replaceAll(unseen, '')
    if (words === '') continue
    pieces.push({ at: folded.length, from: index, to: index + piece.length, even: words.length === piece.length })
    folded += words
  }
  const pieceAt = (at: number) => {
    let [low, high] = [0, pieces.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((pieces[middle]?.at ?? 0) <= at) low = middle
      else high = middle - 1
    }
    return pieces[low] ?? { at: 0, from: 0, to: 0, even: true }
  }
  return {
    text: folded,
    placeOf: (from, to) => {
      const [first, last] = [pieceAt(from), pieceAt(to - 1)]
      return {
        from: first.even ? first.from + from - first.at : first.from,
        to: last.even ? last.from + to - last.at : last.to,
      }
    },
  }
}
