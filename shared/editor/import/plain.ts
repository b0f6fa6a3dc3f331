/** Plain text as lines: paragraphs that were broken to a width are made whole again. */
import { joint, lineOf, sourceBreak, words, type Block } from './blocks.ts'
import { clauseHeadingIn } from './headings.ts'

const numbered =
  /^\s*(?:[-*•・○]|\(?(?:\d{1,3}|[a-z]{1,4}|[ivxlc]{1,6})[.)．]|[（(][\p{L}\p{N}]{1,4}[）)]|[０-９]{1,2}[　 ]|[①-⑳])/iu
const ends = /[.。．;；:：!?！？」』）)\]]\s*$/u
/** A line that ends sooner was ended on purpose. */
const isFull = (line: string) => line.length + (line.match(/[⺀-\uffff]/g)?.length ?? 0) >= 45

/** Reads plain text; it gives a block for each paragraph. */
export function readPlain(source: string): Block[] {
  const paragraphs: { text: string; readonly at: number }[] = []
  let last = ''
  for (const [index, raw] of source.split('\n').entries()) {
    const line = raw.trim()
    const held = paragraphs.at(-1)
    const goesOn =
      held !== undefined &&
      isFull(last) &&
      !ends.test(last) &&
      !numbered.test(line) &&
      clauseHeadingIn(line, false) === null &&
      clauseHeadingIn(last, false) === null
    if (line !== '' && goesOn) held.text += joint(held.text, line) + sourceBreak + line
    else if (line !== '') paragraphs.push({ text: line, at: index + 1 })
    last = line
  }
  return paragraphs.map(({ text, at }) => lineOf(at, [words(text)]))
}
