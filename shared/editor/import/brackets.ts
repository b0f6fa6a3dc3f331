/**
 * The square brackets of a text: which belong together, whose they are, and which answer one another. Texts that are negotiated in
 * haste have brackets that nobody closed; those are kept as signs of the text, or one of them would swallow all that follows.
 */
import type { Party } from '#shared/domain/initiative.ts'
import { linesIn, sourceLine, textOf, type Line } from './blocks.ts'
import { readLabel, readOption } from './labels.ts'
import type { Section } from './sections.ts'

/** `from`: of the opening bracket in the words of its line. `inner`: behind it and its label. `until`: of the closing one. */
export type Bracket = {
  readonly open: { readonly line: number; readonly from: number; readonly inner: number }
  readonly close: { readonly line: number; readonly until: number }
  readonly parent: Bracket | null
  readonly deletes: readonly Party[] | null
  readonly party: Party | null
  readonly inLine: boolean
  id: string
  place: string
}

/** Brackets that are kept as signs: those without another, those around nothing, those within too many others. */
export const bracketProblems = ['unclosed', 'unopened', 'empty', 'tooDeep'] as const
export type BracketProblem = {
  readonly code: (typeof bracketProblems)[number]
  readonly at: number
  readonly near: string
}

export type Brackets = {
  /** All lines of the text in their order, and in which section each stands. */
  readonly lines: readonly { readonly line: Line; readonly text: string; readonly section: number }[]
  readonly pairs: readonly Bracket[]
  readonly problems: readonly BracketProblem[]
}

/** Deeper than anyone reads: what lies deeper would only cost. */
const mostDepth = 24
/** A bracket that opens within a sentence is not closed much later. */
const mostLines = 8

type Sign = { readonly line: number; readonly offset: number }
type Pair = { readonly open: Sign; readonly close: Sign }

/** Finds the brackets of a text. `newId` gives ids for the changes and places that they become. */
export function bracketsIn(sections: readonly Section[], newId: () => string): Brackets {
  const lines = sections.flatMap(({ blocks }, section) =>
    [...linesIn(blocks)].map((line) => ({ line, text: textOf(line), section })),
  )
  const problems: BracketProblem[] = []
  const note = (code: BracketProblem['code'], { line, offset }: Sign) => {
    const of = lines[line]
    if (of === undefined) return
    const near = of.text.slice(Math.max(0, offset - 20), offset + 30)
    problems.push({ code, at: sourceLine(of.line, offset), near })
  }
  const found = pairsIn(lines, note)
  const { pairs, explicit } = labelled(found, lines, note)
  place(pairs, explicit, lines, newId)
  return { lines, pairs, problems: problems.toSorted((a, b) => a.at - b.at) }
}

const footnote = /\[\^[^[\]\s]{1,40}\]/g

/** The brackets of a line that are not kept as signs anyway: those of footnotes are. */
function signsIn({ spans }: Line): { readonly offset: number; readonly opens: boolean }[] {
  const signs: { offset: number; opens: boolean }[] = []
  const whole = spans.map(({ text, isPlain }) => (isPlain ? ' '.repeat(text.length) : text)).join('')
  const bare = whole.replaceAll(footnote, (note) => ' '.repeat(note.length))
  for (const { index, 0: sign } of bare.matchAll(/[[\]［］]/g))
    signs.push({ offset: index, opens: sign === '[' || sign === '［' })
  return signs
}

/** What may stand before a bracket at the beginning of a line: other brackets, an option's number, a short caption. */
const lineStart = /^[\s[［]*(?:[^[\]［］.,;。、；]{1,24}[.:：]?[\s*]*)?[[［]*$/u
const lineEnd = /^[\]］\s.;,:。、；：)）]*$/u

function pairsIn(lines: Brackets['lines'], note: (code: BracketProblem['code'], sign: Sign) => void): Pair[] {
  const pairs: Pair[] = []
  const waiting: Sign[] = []
  const first = new Map<number, number>()
  const last = new Map<number, number>()
  for (const [index, { section, text }] of lines.entries()) {
    if (!first.has(section) && /[^\s[\]［］]/.test(text)) first.set(section, index)
    if (/[^\s[\]［］]/.test(text)) last.set(section, index)
  }
  const opensLine = ({ line, offset }: Sign) => lineStart.test(lines[line]?.text.slice(0, offset) ?? '')
  const closesLine = ({ line, offset }: Sign) => lineEnd.test(lines[line]?.text.slice(offset + 1) ?? '')
  /** Whether both are of one bracket: it is around whole lines, or within a few of them, or around whole clauses. */
  const fits = (open: Sign, close: Sign): boolean => {
    const [from, to] = [lines[open.line]?.section ?? 0, lines[close.line]?.section ?? 0]
    if (!closesLine(close)) return false
    if (from === to) return opensLine(open) || close.line - open.line <= mostLines
    const opensClause =
      open.line <= (first.get(from) ?? 0) && /^[\s[［]*$/.test(lines[open.line]?.text.slice(0, open.offset) ?? '')
    return opensClause && close.line >= (last.get(to) ?? 0)
  }
  for (const [line, { line: source, section }] of lines.entries()) {
    const open: Sign[] = []
    for (const { offset, opens } of signsIn(source)) {
      const sign = { line, offset }
      const own = opens ? undefined : open.pop()
      if (opens) open.push(sign)
      else if (own !== undefined) pairs.push({ open: own, close: sign })
      else {
        const at = waiting.findLastIndex((other) => fits(other, sign))
        const other = waiting[at]
        if (other === undefined) note('unopened', sign)
        else {
          pairs.push({ open: other, close: sign })
          for (const skipped of waiting.splice(at).slice(1)) note('unclosed', skipped)
        }
      }
    }
    waiting.push(...open)
    if (lines[line + 1]?.section !== section) {
      // A clause later, only what opened with a clause can still be closed.
      const left = waiting.splice(0)
      for (const sign of left) {
        const of = lines[sign.line]
        const opensClause = of !== undefined && sign.line <= (first.get(of.section) ?? 0) && opensLine(sign)
        if (opensClause && line + 1 < lines.length) waiting.push(sign)
        else note('unclosed', sign)
      }
    }
  }
  return pairs.toSorted((a, b) => a.open.line - b.open.line || a.open.offset - b.open.offset)
}

type Explicit = { readonly place: string | null; readonly change: string | null; readonly option: string | null }

/** Reads whose each bracket is, leaving out those that cannot be changes. */
function labelled(
  found: readonly Pair[],
  lines: Brackets['lines'],
  note: (code: BracketProblem['code'], sign: Sign) => void,
): { pairs: Bracket[]; explicit: Map<Bracket, Explicit> } {
  const pairs: Bracket[] = []
  const explicit = new Map<Bracket, Explicit>()
  const around: Bracket[] = []
  for (const { open, close } of found) {
    while (around.length > 0 && isBefore(around.at(-1)?.close, open)) around.pop()
    const text = lines[open.line]?.text ?? ''
    const end = open.line === close.line ? close.offset : text.length
    const inside = text.slice(open.offset + 1, end)
    const read = readLabel(inside)
    const inner = open.offset + 1 + (read?.length ?? 0)
    const content = text.slice(inner, end)
    // A space that is put in or taken out is a change where the file says so.
    const isSpace = read !== null && read.label.place !== null && /^\s+$/.test(content)
    const isEmpty = open.line === close.line && !isSpace && !/[^\s[\]［］]/.test(content)
    if (isEmpty || around.length >= mostDepth) {
      note(isEmpty ? 'empty' : 'tooDeep', open)
      continue
    }
    const { parties = [], deletes = false, inLine = false, place: of = null, change = null } = read?.label ?? {}
    const bracket: Bracket = {
      open: { line: open.line, from: open.offset, inner },
      close: { line: close.line, until: close.offset },
      parent: around.at(-1) ?? null,
      deletes: deletes ? parties : null,
      party: deletes ? null : (parties[0] ?? null),
      inLine,
      id: '',
      place: '',
    }
    pairs.push(bracket)
    const option = readOption(inside) ?? readOption(text.slice(0, open.offset))
    explicit.set(bracket, { place: of, change, option })
    around.push(bracket)
  }
  return { pairs, explicit }
}

const isBefore = (close: Bracket['close'] | undefined, sign: Sign) =>
  close !== undefined && (close.line < sign.line || (close.line === sign.line && close.until < sign.offset))

/** Gives each bracket its change and its place: what is said of them counts, then that they stand side by side. */
function place(
  pairs: readonly Bracket[],
  explicit: ReadonlyMap<Bracket, Explicit>,
  lines: Brackets['lines'],
  newId: () => string,
) {
  const places = new Map<string, string>()
  const changes = new Map<string, string>()
  const before = new Map<Bracket | null, Bracket>()
  const idOf = (known: Map<string, string>, key: string) => {
    const id = known.get(key) ?? newId()
    known.set(key, id)
    return id
  }
  for (const bracket of pairs) {
    const { place: said = null, change = null, option = null } = explicit.get(bracket) ?? {}
    if (said !== null) {
      bracket.place = idOf(places, said)
      bracket.id =
        change === null ? newId() : idOf(changes, JSON.stringify([said, change, bracket.party, bracket.deletes]))
      before.delete(bracket.parent)
      continue
    }
    const previous = before.get(bracket.parent)
    const text = lines[bracket.open.line]?.text ?? ''
    const isBeside =
      previous !== undefined &&
      (previous.close.line === bracket.open.line
        ? answersAcross(text.slice(previous.close.until + 1, bracket.open.from))
        : previous.close.line + 1 === bracket.open.line &&
          isOtherOption(explicit.get(previous)?.option ?? null, option) &&
          lineEnd.test(lines[previous.close.line]?.text.slice(previous.close.until + 1) ?? ''))
    bracket.place = isBeside ? previous.place : newId()
    bracket.id = newId()
    before.set(bracket.parent, bracket)
  }
}

/** What may stand between brackets that answer one another. */
export const answersAcross = (between: string): boolean => /^[\s/／]*$/.test(between)

const isOtherOption = (one: string | null, other: string | null) => one !== null && other !== null && one !== other
