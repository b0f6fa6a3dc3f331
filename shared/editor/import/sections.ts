/** The clauses of a text in one language: where each begins, and what stands in it. */
import type { ClauseKind } from '#shared/domain/documents.ts'
import { textOf, type Block, type Line } from './blocks.ts'
import { withoutOpening } from './labels.ts'
import { clauseHeadingIn, kindNamed, numberedHeadingIn, type ClauseHeading } from './headings.ts'

/** `title`: the line that it begins with. `depth`: of that in the source, where it is a heading there. */
export type Section = {
  readonly heading: ClauseHeading | null
  readonly kind: ClauseKind | null
  readonly title: Line | null
  readonly blocks: readonly Block[]
}

type Recognise = (text: string, isHeading: boolean) => ClauseHeading | null

/** Takes a text apart. What stands before its first clause is a section without a heading. */
export function sectionsOf(blocks: readonly Block[]): Section[] {
  const recognise = recogniserFor(blocks)
  const sections: { heading: ClauseHeading | null; kind: ClauseKind | null; title: Line | null; blocks: Block[] }[] = []
  const begin = (
    heading: ClauseHeading | null,
    kind: ClauseKind | null,
    title: Line | null,
    lead: readonly Block[],
  ) => {
    sections.push({ heading, kind, title, blocks: [...lead, ...(title === null ? [] : [title])] })
  }
  for (const block of blocks) {
    const heading = block.type === 'line' ? recognise(withoutOpening(textOf(block)), block.depth !== null) : null
    const kind = block.type === 'line' && block.depth !== null && heading === null ? kindNamed(textOf(block)) : null
    if (block.type === 'line' && (heading !== null || kind !== null)) {
      const last = sections.at(-1)
      begin(
        heading,
        kind ?? heading?.kind ?? null,
        block,
        last === undefined ? [] : leadIn(last.blocks, last.title, block),
      )
    } else {
      if (sections.length === 0) begin(null, null, null, [])
      sections.at(-1)?.blocks.push(block)
    }
  }
  return sections.filter((section) => section.blocks.length > 0)
}

/** Headings of the source count where there are any; the lines of a text without them have to speak for themselves. */
function recogniserFor(blocks: readonly Block[]): Recognise {
  const lines = blocks.filter((block) => block.type === 'line')
  const headed = lines.filter(({ depth }) => depth !== null)
  const onlyHeadings =
    (recognise: Recognise): Recognise =>
    (text, isHeading) =>
      isHeading ? recognise(text, true) : null
  for (const recognise of [clauseHeadingIn, numberedHeadingIn]) {
    if (headed.some((line) => recognise(withoutOpening(textOf(line)), true) !== null)) return onlyHeadings(recognise)
  }
  if (lines.some((line) => clauseHeadingIn(withoutOpening(textOf(line)), false) !== null))
    return (text) => clauseHeadingIn(text, false)
  if (headed.length === 0 && isNumberedThrough(lines)) return (text) => numberedHeadingIn(text, false)
  return () => null
}

/** One number alone is as good as any line; and paragraphs that are numbered for themselves are no headings. */
function isNumberedThrough(lines: readonly Line[]): boolean {
  const numbers = lines.flatMap((line) => numberedHeadingIn(withoutOpening(textOf(line)), false)?.number ?? [])
  return (
    numbers.length >= 2 &&
    numbers.length * 2 <= lines.length &&
    numbers.every((number, at) => number === (numbers[0] ?? 0) + at)
  )
}

const caption = /^\s*[（(][^（()）]{1,40}[）)]\s*$/
const openers = /^[\s[［]+$/

/**
 * Takes from the end of a section what belongs to the clause that begins behind it: the bracket that opens around it, the heading
 * of its chapter, and in Japanese its caption in parentheses.
 */
function leadIn(blocks: Block[], title: Line | null, next: Line): Block[] {
  const lead: Block[] = []
  for (;;) {
    const last = blocks.at(-1)
    if (last === undefined || last.type !== 'line' || last === title) break
    const text = textOf(last)
    const isChapter = last.depth !== null && next.depth !== null && last.depth < next.depth
    const isCaption =
      next.depth === null && lead.length === 0 && caption.test(text) && /^\s*第/.test(withoutOpening(textOf(next)))
    if (!isChapter && !isCaption && !openers.test(text)) break
    blocks.pop()
    lead.unshift(last)
  }
  return lead
}
