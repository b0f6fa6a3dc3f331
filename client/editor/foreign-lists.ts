/**
 * Lists that only look like lists: paragraphs that carry their number or bullet as words, as word processors write them. They
 * become real, nested lists. Where Word says the level itself, that counts; else the kind of number does: 1. above (a) above (i).
 */
import { styleOf } from './foreign-style.ts'

type Sign = { readonly style: string; readonly n: number | null }

type Item = {
  readonly paragraph: Element
  readonly depth: number
  readonly sign: Sign
  /** Takes the number or bullet out of the words. */
  readonly cut: () => void
}

const inBrackets = /^[\s\u00a0]*([(（]?)([0-9０-９]{1,3}|[ivxIVX]{1,6}|[a-zA-Z]|[ア-ン])([.)．）])/u
const bare = /^[\s\u00a0]*([0-9０-９]{1,2}|[ア-ン]|[一二三四五六七八九十]{1,3})\u3000+/u
const circled = /^[\s\u00a0]*([①-⑳])[\s\u00a0\u3000]*/u
const bullet = /^[\s\u00a0]*(?:([•·●○◦▪■□–—*-])[\s\u00a0\u3000]+|([・])[\s\u00a0\u3000]*)/u
const spaces = /^[\s\u00a0\u3000]+/u

const kana = Array.from('アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン')
const kanji = Array.from('一二三四五六七八九')
const romanDigits: Readonly<Record<string, number>> = { i: 1, v: 5, x: 10 }

function roman(letters: string): number | null {
  const digits = Array.from(letters).map((each) => romanDigits[each])
  let sum = 0
  for (const [at, digit] of digits.entries()) {
    if (digit === undefined) return null
    sum += digit < (digits[at + 1] ?? 0) ? -digit : digit
  }
  return sum
}

function kanjiNumber(text: string): number {
  const [tens, ones] = text.includes('十') ? text.split('十') : ['', text]
  const digit = (each: string | undefined) => kanji.indexOf(each ?? '') + 1
  return (text.includes('十') ? 10 * (digit(tens) || 1) : 0) + digit(ones)
}

/** What a number may mean: "(i)" is the ninth letter or the first Roman one. */
function readings(number: string, form: string): Sign[] {
  const plain = number.normalize('NFKC')
  if (/^\d+$/.test(plain)) return [{ style: `1${form}`, n: Number(plain) }]
  if (kana.includes(plain)) return [{ style: `ア${form}`, n: kana.indexOf(plain) + 1 }]
  if (/^[一二三四五六七八九十]+$/.test(plain)) return [{ style: `一${form}`, n: kanjiNumber(plain) }]
  const small = plain.toLowerCase()
  const letter = small.length === 1 ? small.charCodeAt(0) - 96 : null
  const asRoman = roman(small)
  const sample = (sign: string) => (plain === small ? sign : sign.toUpperCase()) + form
  return [
    ...(letter === null ? [] : [{ style: sample('a'), n: letter }]),
    ...(asRoman === null ? [] : [{ style: sample('i'), n: asRoman }]),
  ]
}

/** The number or bullet that a text begins with, and how long it is; null where it begins with words. */
function signAt(text: string): { signs: Sign[]; length: number } | null {
  const whole = (match: RegExpExecArray) => match[0].length
  const dot = bullet.exec(text)
  if (dot) return { signs: [{ style: dot[1] ?? dot[2] ?? '', n: null }], length: whole(dot) }
  const ring = circled.exec(text)
  if (ring) return { signs: [{ style: '①', n: (ring[1] ?? '').charCodeAt(0) - 0x245f }], length: whole(ring) }
  const numbered = inBrackets.exec(text)
  if (numbered) {
    const [all, open = '', number = '', close = ''] = numbered
    const rest = text.slice(all.length)
    const gap = spaces.exec(rest)?.[0].length ?? 0
    const wide = close === '）' || close === '．'
    // "1.5" and "e.g." are words; a bracket that opens must close.
    if ((gap > 0 || wide || rest === '') && (open === '' || close === ')' || close === '）')) {
      return { signs: readings(number, open === '' ? close.normalize('NFKC') : '()'), length: all.length + gap }
    }
  }
  const open = bare.exec(text)
  return open ? { signs: readings(open[1] ?? '', ' '), length: whole(open) } : null
}

/** Takes the first `length` characters out of an element's words. */
function cutStart(element: Element, length: number): void {
  const walker = element.ownerDocument.createTreeWalker(element, NodeFilter.SHOW_TEXT)
  let left = length
  while (left > 0 && walker.nextNode()) {
    const { currentNode } = walker
    const text = currentNode.nodeValue ?? ''
    currentNode.nodeValue = text.slice(left)
    left -= Math.min(left, text.length)
  }
}

const wordList = /mso-list:l(\d+)level(\d+)/
const isNumberOfWord = (element: Element) => styleOf(element).includes('mso-list:ignore')

/** An item whose level Word says itself; `before` is what stands above it on each level. */
function itemOfWord(paragraph: Element, before: readonly Sign[]): Item | null {
  const level = wordList.exec(styleOf(paragraph))?.[2]
  if (level === undefined) return null
  const number = [...paragraph.querySelectorAll('span')].find(isNumberOfWord)
  const shown = number?.textContent?.replaceAll('\u00a0', ' ').trim() ?? ''
  // Its round bullet is the letter o in another font, without a dot.
  const read =
    /^[\p{L}\p{N}(（①-⑳]/u.test(shown) && shown !== 'o' ? signAt(`${shown.replace(/^.*\.(?=.)/, '')} `) : null
  const depth = Number(level)
  const next = (before[depth - 1]?.n ?? 0) + 1
  const signs = read?.signs ?? []
  const sign = signs.find(({ n }) => n === next) ?? signs.find(({ n }) => n === 1) ?? signs[0]
  return { paragraph, depth, sign: sign ?? { style: shown, n: null }, cut: () => number?.remove() }
}

/** One after the other: what follows on what, and what is inside what, is told by the numbers alone. */
function readRun(paragraphs: readonly Element[]): Item[] {
  const open: Sign[] = []
  const items: Item[] = []
  for (const paragraph of paragraphs) {
    const ofWord = itemOfWord(paragraph, open)
    if (ofWord !== null) {
      open.length = Math.min(open.length, ofWord.depth - 1)
      open.push(ofWord.sign)
      items.push({ ...ofWord, depth: open.length })
      continue
    }
    const found = signAt(paragraph.textContent ?? '')
    if (found === null) return items
    const follows = ({ style, n }: Sign) =>
      open.findLastIndex((above) => above.style === style && (n === null || n === (above.n ?? 0) + 1))
    const going = found.signs.map((sign) => ({ sign, at: follows(sign) })).toSorted((a, b) => b.at - a.at)[0]
    const first = found.signs.find(({ n }) => n === null || n === 1)
    if (going !== undefined && going.at >= 0) open.splice(going.at, Infinity, going.sign)
    else if (first !== undefined) open.push(first)
    else if (items.length === 0 && found.signs[0] !== undefined) open.push(found.signs[0])
    else return items
    const sign = open.at(-1)
    if (sign === undefined) return items
    items.push({ paragraph, depth: open.length, sign, cut: () => cutStart(paragraph, found.length) })
  }
  return items
}

function build(items: readonly Item[]): void {
  const lists: { element: Element; last: number | null; ordered: boolean }[] = []
  for (const { paragraph, depth, sign, cut } of items) {
    const { ownerDocument } = paragraph
    const ordered = sign.n !== null
    lists.length = Math.min(lists.length, depth)
    const there = lists.length === depth ? lists.at(-1) : undefined
    const goesOn = there?.ordered === ordered && (sign.n === null || sign.n === (there.last ?? 0) + 1)
    if (there !== undefined && !goesOn) lists.pop()
    if (!goesOn) {
      const element = ownerDocument.createElement(ordered ? 'ol' : 'ul')
      if (ordered && sign.n !== 1) element.setAttribute('start', String(sign.n))
      const above = lists.at(-1)?.element.lastElementChild
      if (above) above.append(element)
      else paragraph.before(element)
      lists.push({ element, last: null, ordered })
    }
    const list = lists.at(-1)
    if (list === undefined) continue
    list.last = sign.n
    cut()
    const item = ownerDocument.createElement('li')
    list.element.append(item)
    item.append(paragraph)
  }
}

const saysSo = (paragraph: Element) => paragraph.className.startsWith('MsoList') || wordList.test(styleOf(paragraph))

/** Turns each run of such paragraphs into lists. A single one without a sign of being meant so stays as it is. */
export function makeLists(root: Element): void {
  const paragraphs = [...root.querySelectorAll('p')].filter((each) => each.closest('li') === null)
  let at = 0
  while (at < paragraphs.length) {
    const run: Element[] = []
    for (let next: Element | undefined = paragraphs[at]; next !== undefined; next = paragraphs[at + run.length]) {
      if (run.length > 0 && run.at(-1)?.nextElementSibling !== next) break
      run.push(next)
    }
    const items = readRun(run)
    const [first] = items
    if (first !== undefined && (items.length > 1 || saysSo(first.paragraph))) build(items)
    at += Math.max(1, items.length)
  }
}
