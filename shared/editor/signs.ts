/**
 * Which characters of a text a reader cannot see, or takes for others: marks that turn the direction of reading, that have no width,
 * that command a terminal, and letters of another script inside a word. What is signed is what is read, so every place that shows a
 * text draws these as signs. Nothing is ever taken out: some scripts, and emoji, need a joiner.
 */

export const signKinds = {
  direction: { en: 'turns the direction of reading', ja: '文字の向きを変える制御文字' },
  zeroWidth: { en: 'without width', ja: '幅のない文字' },
  softHyphen: { en: 'soft hyphen', ja: 'ソフトハイフン' },
  tag: { en: 'tag', ja: 'タグ文字' },
  control: { en: 'control character', ja: '制御文字' },
  letter: { en: 'letter of another script', ja: '別の文字体系の文字' },
} as const satisfies Record<string, { en: string; ja: string }>

export type SignKind = keyof typeof signKinds

/** A character at `from`, up to `to`, in UTF-16 units. `label` is what is drawn: "RLO", "ZWSP", "U+0430". */
export type Sign = {
  readonly from: number
  readonly to: number
  readonly kind: SignKind
  readonly label: string
  readonly code: string
}

const abbreviations: Readonly<Record<number, string>> = {
  0x00ad: 'SHY',
  0x034f: 'CGJ',
  0x061c: 'ALM',
  0x180e: 'MVS',
  0x200b: 'ZWSP',
  0x200c: 'ZWNJ',
  0x200d: 'ZWJ',
  0x200e: 'LRM',
  0x200f: 'RLM',
  0x2028: 'LS',
  0x2029: 'PS',
  0x202a: 'LRE',
  0x202b: 'RLE',
  0x202c: 'PDF',
  0x202d: 'LRO',
  0x202e: 'RLO',
  0x2060: 'WJ',
  0x2066: 'LRI',
  0x2067: 'RLI',
  0x2068: 'FSI',
  0x2069: 'PDI',
  0xfeff: 'BOM',
}

/** Tab and line feed are part of a text; no other control character is. */
const control = String.raw`\0-\x08\x0b-\x1f\x7f-\x9f`
const controls = new RegExp(`[${control}]`)

/** Whether a text holds a control character other than tab and line feed: such a text is refused. */
export const hasControls = (text: string): boolean => controls.test(text)

/** The only letters that pass for Latin ones: Cyrillic, Armenian and the like always, Greek where the two are drawn alike. */
const foreign = String.raw`\p{Script=Cyrillic}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}\p{Script=Lisu}\u{1d400}-\u{1d7ff}`
const greekTwins = 'ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαγικνορτυχϲϳ'
const cyrillicTwins = 'АВЕЅІЈКМНОРСТУХЬаеорсухіјѕԁԛԝһӏү'
/** Han characters that pass for Katakana. Numerals are none of them: グループ二つ is written so. */
const kanaTwins = '口力工夕卜'

const hidden = new RegExp(
  String.raw`[${control}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\u2028\u2029\ufff9-\ufffb]`,
  'gu',
)
/** What a line must hold for its letters to be looked at: almost none does. */
const suspect = new RegExp(
  String.raw`[${control}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\u2028\u2029\ufff9-\ufffb${foreign}${greekTwins}${kanaTwins}一]`,
  'u',
)
/** A word of letters that are parted by spaces; Japanese goes on from one script to the next and is none. */
const spacedWords =
  /(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}ー])[\p{L}\p{M}])+/gu
const latin = /\p{Script=Latin}/u
const foreignLetters = new RegExp(`[${foreign}]`, 'gu')
const latinLetters = /\p{Script=Latin}/gu
const likeLatin = new RegExp(`[${foreign}${greekTwins}]`, 'gu')
const twins = new RegExp(`^[${cyrillicTwins}${greekTwins.slice(0, 14)}ο]+$`, 'u')
/** 口コミ is a word; elsewhere a Han twin before Katakana, with no Han before it, stands where a Katakana was meant. */
const kanaWords = new RegExp(
  String.raw`(?<=[ァ-ヺー])(?:[${kanaTwins}](?=[ァ-ヺー])|一(?=[ァ-ヺ]))|(?<![\p{Script=Han}ァ-ヺー])[${kanaTwins}](?=[ァ-ヺ][ァ-ヺー])(?!コミ)`,
  'gu',
)

const codeOf = (point: number) => `U+${point.toString(16).toUpperCase().padStart(4, '0')}`

function kindOf(point: number): SignKind {
  if (point === 0xad) return 'softHyphen'
  if (point < 0xa0) return 'control'
  if (point >= 0xe0000 && point <= 0xe007f) return 'tag'
  const turns = point === 0x61c || point === 0x200e || point === 0x200f
  return turns || (point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069)
    ? 'direction'
    : 'zeroWidth'
}

const picture = /\p{Extended_Pictographic}$/u
const pictured = /\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|\ufe0f)?$/u
const joining =
  /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Nko}\p{Script=Mongolian}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Myanmar}]$/u
const flag = /\u{1f3f4}[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{3,6}\u{e007f}/gu
const varied = /[\p{Script=Han}\p{Extended_Pictographic}0-9#*\p{So}\p{Sm}]$/u

/** Whether a joiner or a selector does what it is for: a family of emoji, an Indic or Persian word, a variant of a kanji. */
function isNeeded(text: string, at: number, point: number): boolean {
  const before = text.slice(Math.max(0, at - 4), at)
  const after = text.slice(at + (point > 0xffff ? 2 : 1))
  if (point === 0x200c || point === 0x200d) {
    if (joining.test(before)) return true
    return point === 0x200d && pictured.test(before) && picture.test(String.fromCodePoint(after.codePointAt(0) ?? 32))
  }
  const selects = (point >= 0xfe00 && point <= 0xfe0f) || (point >= 0xe0100 && point <= 0xe01ef)
  return selects && varied.test(before)
}

/**
 * The signs to draw in a text, in their order: `signsIn('paid by \u202eSU\u202c only')` gives "RLO" and "PDF" at their places. Give it
 * a whole line: a letter is judged by the word that it stands in.
 */
export function signsIn(text: string): readonly Sign[] {
  if (!suspect.test(text)) return none
  const found: Sign[] = []
  const add = (from: number, kind?: SignKind) => {
    const point = text.codePointAt(from) ?? 0
    const code = codeOf(point)
    const tag = point > 0xe0020 && point < 0xe007f ? `TAG ${String.fromCodePoint(point - 0xe0000)}` : undefined
    const to = from + (point > 0xffff ? 2 : 1)
    found.push({ from, to, kind: kind ?? kindOf(point), label: abbreviations[point] ?? tag ?? code, code })
  }
  const flags = [...text.matchAll(flag)].map(({ index, 0: whole }) => [index, index + whole.length] as const)
  for (const { index, 0: sign } of text.matchAll(hidden)) {
    const inFlag = flags.some(([from, to]) => from <= index && index < to)
    if (!inFlag && !isNeeded(text, index, sign.codePointAt(0) ?? 0)) add(index)
  }
  for (const { index, 0: word } of text.matchAll(spacedWords)) {
    for (const at of strangersIn(word)) add(index + at, 'letter')
  }
  for (const { index } of text.matchAll(kanaWords)) add(index, 'letter')
  return found.toSorted((a, b) => a.from - b.from)
}

const none: readonly Sign[] = []

const placesOf = (word: string, letters: RegExp) => [...word.matchAll(letters)].map(({ index }) => index)

/** The letters of a word that are not of its script: of the fewer, and where it is as many, those that are not Latin. */
function strangersIn(word: string): number[] {
  if (!latin.test(word)) return twins.test(word) ? placesOf(word, /\p{L}/gu) : []
  const [own, others] = [placesOf(word, latinLetters), placesOf(word, foreignLetters)]
  return others.length > own.length ? own : placesOf(word, likeLatin)
}

/** A text in pieces: what is read as it stands, and signs. */
export type Piece = { readonly text: string; readonly sign: Sign | null }

/** The pieces of a text, each as it stands there: joined they are the text. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = []
  let at = 0
  for (const sign of signsIn(text)) {
    if (sign.from > at) pieces.push({ text: text.slice(at, sign.from), sign: null })
    pieces.push({ text: text.slice(sign.from, sign.to), sign })
    at = sign.to
  }
  if (at < text.length || pieces.length === 0) pieces.push({ text: text.slice(at), sign: null })
  return pieces
}

/** A text with its signs spelled out, for a file or a label: `paid by ‹U+202E›SU‹U+202C› only`. */
export const spelledOut = (text: string): string =>
  piecesOf(text)
    .map(({ text: words, sign }) =>
      sign === null ? words : sign.kind === 'letter' ? `${words}‹${sign.code}›` : `‹${sign.code}›`,
    )
    .join('')

/** How often each sign stands in the lines of a text, the most frequent first. */
export function countSigns(signs: Iterable<Sign>): { readonly sign: Sign; readonly count: number }[] {
  const counts = new Map<string, { sign: Sign; count: number }>()
  for (const sign of signs) {
    const known = counts.get(sign.code)
    if (known) known.count += 1
    else counts.set(sign.code, { sign, count: 1 })
  }
  return [...counts.values()].toSorted((a, b) => b.count - a.count || (a.sign.code < b.sign.code ? -1 : 1))
}
