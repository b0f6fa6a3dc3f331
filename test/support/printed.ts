/** What a page gives when it is printed: its words page by page, where they stand, and in which colours. */
import { inflateSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { getDocumentProxy } from 'unpdf'

export type PrintedWords = {
  readonly words: string
  readonly x: number
  readonly y: number
  readonly size: number
}

export type PrintedPage = {
  readonly words: string
  /** Each stretch of words between the edges and where it begins: points from the left and from the bottom. */
  readonly items: readonly PrintedWords[]
  readonly width: number
}

export type Printed = {
  readonly pages: readonly PrintedPage[]
  /** Every colour that something is drawn in, as its red, green and blue from 0 to 1. */
  readonly colours: readonly (readonly [number, number, number])[]
}

/** So much of a page, in points, belongs to its edges. */
const edge = 50

/** Prints the page as the browser does, and reads what came out. */
export async function printed(page: Page, format: 'A4' | 'Letter', path?: string): Promise<Printed> {
  const bytes = await page.pdf({ format, printBackground: true, ...(path === undefined ? {} : { path }) })
  const colours = coloursIn(bytes)
  const pdf = await getDocumentProxy(new Uint8Array(bytes))
  const pages: PrintedPage[] = []
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const sheet = await pdf.getPage(number)
    const { width, height } = sheet.getViewport({ scale: 1 })
    const { items } = await sheet.getTextContent()
    const placed = items.flatMap((item) =>
      'str' in item
        ? [{ words: item.str, x: Number(item.transform[4]), y: Number(item.transform[5]), size: item.height }]
        : [],
    )
    pages.push({
      words: placed.map(({ words }) => words).join(' '),
      items: placed.filter(({ y }) => y > edge && y < height - edge),
      width,
    })
  }
  return { pages, colours }
}

/** The type of the texts: what stands beside them and below them is set smaller. */
const textSize = 9

/** All of the texts in the left or the right half of the pages, without its spaces. */
export const columnOf = (pages: readonly PrintedPage[], side: 'left' | 'right'): string =>
  pages
    .flatMap(({ items, width }) =>
      items.filter(({ x, size }) => size >= textSize && (side === 'left' ? x < width / 2 : x >= width / 2)),
    )
    .map(({ words }) => withoutSpaces(words))
    .join('')

/** What a page draws with is in compressed streams of operators. */
function coloursIn(pdf: Buffer): [number, number, number][] {
  const found = new Map<string, [number, number, number]>()
  for (let at = pdf.indexOf('stream\n'); at >= 0; at = pdf.indexOf('stream\n', at + 1)) {
    const end = pdf.indexOf('endstream', at)
    let operators: string
    try {
      operators = inflateSync(pdf.subarray(at + 'stream\n'.length, end)).toString('latin1')
    } catch {
      continue
    }
    for (const [said, red, green, blue] of operators.matchAll(/(?<=^|\s)([\d.]+) ([\d.]+) ([\d.]+) (?:rg|RG)(?=\s)/g))
      found.set(said, [Number(red), Number(green), Number(blue)])
  }
  return [...found.values()]
}

/** Words as they can be looked for: set without spaces as Japanese is, and a font that draws two signs alike names the other one. */
export const withoutSpaces = (words: string): string => words.replaceAll(/\s/g, '').replaceAll('ʼ', '’')
