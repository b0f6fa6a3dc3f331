/** How clauses begin in texts from elsewhere: `Article 3`, `ARTICLE III`, `第3条`, `第三条の二`, `Target 2`, numbered headings. */
import { clauseKinds, type ClauseKind } from '#shared/domain/documents.ts'

/**
 * `key`: the same for the clauses of two languages that belong together. `number`: where it is a plain number. `isBare`: nothing but
 * what a clause of that kind is called anyway.
 */
export type ClauseHeading = {
  readonly kind: ClauseKind | null
  readonly key: string
  readonly number: number | null
  readonly isBare: boolean
}

const repeats = ['', 'bis', 'ter', 'quater', 'quinquies', 'sexies', 'septies', 'octies', 'novies', 'decies']
const numeral = `(?<number>\\d{1,4}|[ivxlc]{1,8})(?:\\s*(?<more>${repeats.slice(1).join('|')}|alt)|(?<letter>[a-z]))?`
const wordedEn: { readonly [word: string]: ClauseKind } = {
  article: 'article',
  'art.': 'article',
  target: 'outcomeTarget',
  action: 'action',
}
const worded = new RegExp(
  `^[\\s[［]*(?<word>article|art\\.|target|action)\\s+${numeral}(?![\\p{L}\\p{N}])(?<rest>.*)$`,
  'isu',
)
const kanji = '[0-9０-９]{1,4}|[〇一二三四五六七八九十百]{1,7}'
const article = new RegExp(`^[\\s[［]*第\\s*(?<number>${kanji})\\s*条(?:の(?<more>${kanji}))?(?<rest>.*)$`, 'su')
const wordedJa = new RegExp(`^[\\s[［]*(?<word>目標|取組)\\s*(?<number>${kanji})(?![\\p{L}\\p{N}])(?<rest>.*)$`, 'su')
const wordsJa: { readonly [word: string]: ClauseKind } = { 目標: 'outcomeTarget', 取組: 'action' }

/** The clause that a line begins, or null. `isHeading`: the source says that it is a heading; otherwise a sentence may begin so too. */
export function clauseHeadingIn(text: string, isHeading: boolean): ClauseHeading | null {
  const line = text.trim()
  if (line.length > 400) return startsJapanese(line.slice(0, 400))
  const english = worded.exec(line)?.groups
  if (english !== undefined) {
    const { word = '', number = '', letter = '', more = letter, rest = '' } = english
    const kind = wordedEn[word.toLowerCase()] ?? null
    const read = /^\d+$/.test(number) ? Number(number) : romanOf(number)
    if (read === null || (!isHeading && !isTitle(rest, line))) return null
    return headingOf(kind, read, more.toLowerCase(), rest)
  }
  return startsJapanese(line, isHeading)
}

function startsJapanese(line: string, isHeading = false): ClauseHeading | null {
  const found = article.exec(line)?.groups ?? wordedJa.exec(line)?.groups
  if (found === undefined) return null
  const { word, number = '', more = '', rest = '' } = found
  if (!isHeading && rest !== '' && !/^[\s　（(「.．:：\]］]/.test(rest)) return null
  const read = japaneseNumber(number)
  if (read === null) return null
  const again = more === '' ? null : japaneseNumber(more)
  const kind = word === undefined ? 'article' : (wordsJa[word] ?? null)
  return headingOf(kind, read, again === null ? '' : (repeats[again - 1] ?? String(again)), rest)
}

function headingOf(kind: ClauseKind | null, number: number, more: string, rest: string): ClauseHeading {
  return {
    kind,
    key: `${kind ?? ''} ${number}${more}`,
    number: more === '' ? number : null,
    isBare: more === '' && /^[\s.．:：]*$/.test(rest),
  }
}

/** Whether what follows "Article 3" makes it a title: a sentence goes on in small letters, and ends like one. */
function isTitle(rest: string, line: string): boolean {
  if (/^[\]］]*\s*$/.test(rest) || /^[\]］]*\s*[.:：．]\s/.test(rest)) return true
  if (line.length > 120 || /[.;,。；、]\s*$/.test(line)) return false
  return /^[\]］]*(?:\s*[.:：—–(（\-*[]|\s+[\p{Lu}\p{scx=Han}])/u.test(rest)
}

const numberedHeading =
  /^[\s[［]*(?:(?<number>\d{1,3}|[０-９]{1,3})\s*[.．)）、]?|(?<roman>[IVXLC]{1,8})\s*[.．)）])[\s　]+\S/u

/** The clause that a heading with a number begins ("2. Scope"), or null. Without `isHeading` only a short line that ends unlike a sentence. */
export function numberedHeadingIn(text: string, isHeading: boolean): ClauseHeading | null {
  const line = text.trim()
  if (!isHeading && (line.length > 80 || /[.;,:。；、：]\s*[\]］]*$/.test(line))) return null
  const { number, roman } = numberedHeading.exec(line)?.groups ?? {}
  const read = number !== undefined ? japaneseNumber(number) : roman === undefined ? null : romanOf(roman)
  return read === null ? null : { kind: null, key: ` ${read}`, number: read, isBare: false }
}

/** The unnumbered kind of clause that a heading names by its name in either language, or null: "Preamble", 「署名欄」. */
export function kindNamed(text: string): ClauseKind | null {
  const name = text.trim().toLowerCase()
  const kinds = Object.entries(clauseKinds) as [ClauseKind, (typeof clauseKinds)[ClauseKind]][]
  const found = kinds.find(
    ([, entry]) => entry.label === null && [entry.name.en, entry.name.ja].some((known) => known.toLowerCase() === name),
  )
  return found?.[0] ?? null
}

const letters: { readonly [letter: string]: number } = { i: 1, v: 5, x: 10, l: 50, c: 100 }

function romanOf(text: string): number | null {
  const values = text
    .toLowerCase()
    .split('')
    .map((letter) => letters[letter] ?? 0)
  const sum = values.reduce((total, value, at) => total + (value < (values[at + 1] ?? 0) ? -value : value), 0)
  return sum > 0 ? sum : null
}

const digits = '〇一二三四五六七八九'

function japaneseNumber(text: string): number | null {
  const plain = text.normalize('NFKC')
  if (/^\d+$/.test(plain)) return Number(plain)
  let [sum, held] = [0, 0]
  for (const sign of plain) {
    const digit = digits.indexOf(sign)
    if (digit >= 0) held = held * 10 + digit
    else {
      sum += (held || 1) * (sign === '百' ? 100 : 10)
      held = 0
    }
  }
  return sum + held > 0 ? sum + held : null
}
