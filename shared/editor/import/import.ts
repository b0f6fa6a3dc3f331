/**
 * A document out of a text that exists already: plain, Markdown or HTML, in one language or in both. Clauses are recognised and paired
 * by their numbers, square brackets become pending changes, and no word is lost: what has no place of its own is a paragraph.
 */
import { encodeUtf8 } from 'lib0/string'
import { clauseKinds, documentKinds, type ClauseKind, type DocumentKind } from '#shared/domain/documents.ts'
import { languageKeys, localizedBy, type Language, type LocalizedText } from '#shared/domain/languages.ts'
import { clauseJson } from '../clauses.ts'
import { isWhole } from '../fields.ts'
import { plainText, type JsonNode } from '../text.ts'
import { linesIn, sourceBreak, textOf, type Block, type Line } from './blocks.ts'
import { bracketProblems, bracketsIn, type Bracket, type Brackets } from './brackets.ts'
import { blockAttributes, reading, type Importer, type Read } from './build.ts'
import {
  mostBrackets,
  mostImportBytes,
  mostImportLines,
  type ImportFormat,
  type ImportRefusal,
  type ImportTexts,
} from '#shared/domain/imports.ts'
import { readHtml } from './html.ts'
import { readMarkdown } from './markdown.ts'
import { exactText, textBegins } from './ours.ts'
import { readPlain } from './plain.ts'
import { sectionsOf, type Section } from './sections.ts'

/** Why a text cannot be taken over at all. `message` is a sentence in English. */
export class NotImported extends Error {
  override readonly name = 'NotImported'
  readonly code: ImportRefusal
  readonly language: Language | null

  constructor(code: ImportRefusal, language: Language | null, message: string) {
    super(message)
    this.code = code
    this.language = language
  }
}

export const importProblems = [...bracketProblems, 'unpaired', 'twice'] as const
/** What somebody should look at, by the line of the source that it is in (from 1). `near`: the words there. */
export type ImportProblem = {
  readonly code: (typeof importProblems)[number]
  readonly language: Language
  readonly line: number
  readonly near: string
}

/** The brackets of a text: how many signs there are, how many pairs became changes, how many signs are kept as signs. */
export type BracketCount = {
  readonly opening: number
  readonly closing: number
  readonly pairs: number
  readonly kept: number
}

export type ImportReport = {
  readonly clauses: readonly {
    readonly kind: ClauseKind
    /** Its place among the numbered clauses of its kind; null where the kind bears none. */
    readonly number: number | null
    readonly title: LocalizedText
    /** The line of the source that it begins in. */
    readonly lines: { readonly [L in Language]: number | null }
    readonly brackets: number
  }[]
  readonly brackets: { readonly [L in Language]?: BracketCount }
  readonly problems: readonly ImportProblem[]
}

export type Imported = { readonly clauses: readonly JsonNode[]; readonly report: ImportReport }

const readers: { readonly [F in ImportFormat]: (source: string, language: Language) => Block[] } = {
  plain: readPlain,
  markdown: readMarkdown,
  html: (source, language) => readHtml(source, 1, language),
}

/**
 * Makes the clauses of a document of that kind. `newId` gives ids, lower-case UUIDs. Throws a `NotImported` where the text cannot be
 * taken over: `importText({ format: 'plain', texts: { en: 'Article 1\nThe [Parties] [Participants] meet.' }, kind: 'mou', by, newId })`.
 */
export function importText({
  format,
  texts,
  kind,
  by,
  newId,
}: {
  readonly format: ImportFormat
  readonly texts: ImportTexts
  readonly kind: DocumentKind
  readonly by: Importer
  readonly newId: () => string
}): Imported {
  const problems: ImportProblem[] = []
  const counts: { [L in Language]?: BracketCount } = {}
  let lines = 0
  const parts = languageKeys.flatMap((language): Part[] => {
    const source = normal(texts[language] ?? '')
    if (source.trim() === '') return []
    const { opening, closing } = bounded(source, language)
    const sections = sectionsOf(readBlocks(format, source, language))
    lines += sections.reduce((sum, { blocks }) => sum + [...linesIn(blocks)].length, 0)
    if (lines > mostImportLines) {
      throw new NotImported('tooManyLines', language, `A text has at most ${mostImportLines} paragraphs.`)
    }
    const depth = Math.min(7, ...sections.flatMap(({ title }) => title?.depth ?? []))
    return [
      {
        language,
        sections,
        depth: depth === 7 ? 1 : depth,
        isOurs: source.includes(textBegins) || source.includes(exactText),
        isPage: source.includes(exactText),
        opening,
        closing,
      },
    ]
  })
  if (parts.length === 0) throw new NotImported('empty', null, 'There are no words in the text.')

  const drafts = paired(parts, kind, problems)
  for (const part of parts) {
    const own = drafts.flatMap(({ sections }) => sections[part.language] ?? [])
    const brackets = bracketsIn(own, newId)
    const { pairs, problems: found } = brackets
    const { language, opening, closing } = part
    counts[language] = { opening, closing, pairs: pairs.length, kept: opening + closing - 2 * pairs.length }
    problems.push(...found.map(({ code, at, near }) => ({ code, at, near, language })).map(problem))
    part.read = reading(brackets, by)
    part.brackets = brackets
  }
  const clauses = drafts.map((draft) => clauseOf(draft, parts, by, newId))
  return {
    clauses,
    report: {
      clauses: drafts.map((draft, at) => summary(draft, clauses[at], parts)),
      brackets: counts,
      problems: problems.toSorted(
        (a, b) => languageKeys.indexOf(a.language) - languageKeys.indexOf(b.language) || a.line - b.line,
      ),
    },
  }
}

type Part = {
  readonly language: Language
  readonly sections: readonly Section[]
  /** Of the headings that clauses begin with. */
  readonly depth: number
  readonly isOurs: boolean
  /** A page of ours: the highest heading in a text is written as that of its clause. */
  readonly isPage: boolean
  readonly opening: number
  readonly closing: number
  read?: Read
  brackets?: Brackets
}

/** A clause that is to be: its section in each language. */
type Draft = {
  readonly kind: ClauseKind
  readonly number: number | null
  readonly sections: { [L in Language]?: Section }
}

const problem = ({
  code,
  at,
  near,
  language,
}: {
  code: ImportProblem['code']
  at: number
  near: string
  language: Language
}): ImportProblem => ({
  code,
  language,
  line: at,
  near: near.replaceAll('\n', ' ').trim(),
})

/** One way to end a line, and no mark of the byte order. */
const normal = (source: string) =>
  source
    .replace(/^\uFEFF/, '')
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(sourceBreak, ' ')

function bounded(source: string, language: Language): { opening: number; closing: number } {
  if (source.length > mostImportBytes || encodeUtf8(source).length > mostImportBytes) {
    throw new NotImported('tooLarge', language, `A text has at most ${mostImportBytes / 1024 / 1024} MiB.`)
  }
  if (source.includes('\0') || !isWhole(source)) {
    throw new NotImported(
      'damaged',
      language,
      'The text holds NUL or halves of characters: save it as UTF-8 and try again.',
    )
  }
  let [opening, closing] = [0, 0]
  for (const sign of source) {
    if (sign === '[' || sign === '［') opening += 1
    else if (sign === ']' || sign === '］') closing += 1
  }
  if (opening + closing > 2 * mostBrackets) {
    throw new NotImported('tooManyBrackets', language, `A text has at most ${mostBrackets} pairs of brackets.`)
  }
  return { opening, closing }
}

function readBlocks(format: ImportFormat, source: string, language: Language): Block[] {
  try {
    return readers[format](source, language)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new NotImported('tooDeep', language, 'Its lists, tables or elements are nested too deep.')
  }
}

/** Puts the sections of both languages together by their numbers, in the order of the first, and tells each clause its kind. */
function paired(parts: readonly Part[], kind: DocumentKind, problems: ImportProblem[]): Draft[] {
  type Slot = { key: string; sections: { [L in Language]?: Section } }
  const slots: Slot[] = []
  for (const { language, sections } of parts) {
    const seen = new Map<string, number>()
    let after = -1
    for (const section of sections) {
      const name = section.heading?.key.trim() ?? section.kind ?? 'lead'
      const time = (seen.get(name) ?? 0) + 1
      seen.set(name, time)
      if (time > 1 && section.heading !== null) problems.push(problem({ code: 'twice', language, ...whereIs(section) }))
      const key = `${name} ${time}`
      const known = slots.findIndex((slot) => slot.key === key)
      const own = slots[known]
      if (own === undefined) {
        slots.splice(after + 1, 0, { key, sections: { [language]: section } })
        after += 1
      } else {
        own.sections[language] = section
        after = known
      }
    }
  }
  if (parts.length > 1) {
    for (const { sections } of slots) {
      for (const { language } of parts) {
        const other = parts.find((part) => part.language !== language)
        const section = sections[language]
        if (section !== undefined && other !== undefined && sections[other.language] === undefined) {
          problems.push(problem({ code: 'unpaired', language, ...whereIs(section) }))
        }
      }
    }
  }
  const [usual] = documentKinds[kind].clauses
  const numbers = new Map<ClauseKind, number>()
  const hasClauses = slots.some(({ sections }) => Object.values(sections).some(({ heading }) => heading !== null))
  return slots.map(({ sections }) => {
    const [section] = Object.values(sections)
    const isLead = section?.heading === null && section.kind === null
    const own = isLead && hasClauses ? 'preamble' : (section?.kind ?? usual)
    const number = clauseKinds[own].label === null ? null : (numbers.get(own) ?? 0) + 1
    if (number !== null) numbers.set(own, number)
    const kept = Object.fromEntries(
      Object.entries(sections).map(([language, each]) => {
        const isOurs = parts.find((part) => part.language === language)?.isOurs === true
        return [language, titled(each, number, isOurs)]
      }),
    )
    return { kind: own, number, sections: kept }
  })
}

const whereIs = ({ title, blocks }: Section): { at: number; near: string } => ({
  at: title?.at ?? blocks[0]?.at ?? 1,
  near: title === null ? '' : textOf(title).slice(0, 60),
})

/**
 * A section without its title where that says no more than the clause is called anyway; a title in plain text is made a heading.
 */
function titled(section: Section, number: number | null, isOurs: boolean): Section {
  const { title, heading, blocks } = section
  if (title === null) return section
  const text = textOf(title)
  const isCalledSo = heading === null ? isOurs : heading.isBare && heading.number === number && !/[[［]/.test(text)
  if (isCalledSo) return { ...section, blocks: blocks.filter((block) => block !== title) }
  if (title.depth !== null || text.length > 120 || /[.。;；]\s*$/.test(text)) return section
  const made = { ...title, depth: 1 }
  return { ...section, title: made, blocks: blocks.map((block) => (block === title ? made : block)) }
}

function clauseOf({ kind, sections }: Draft, parts: readonly Part[], by: Importer, newId: () => string): JsonNode {
  const around = bracketsAround(sections, parts)
  const own = blockAttributes(around, [], by)
  const blocks: { [L in Language]?: readonly JsonNode[] } = {}
  for (const { language, depth, isPage, read } of parts) {
    const section = sections[language]
    if (section === undefined || read === undefined) continue
    const isTitled = section.title !== null && section.blocks.includes(section.title)
    const built = read.build(
      section.blocks,
      takenIn(own.taken, read.around(section.blocks)),
      isPage || isTitled || section.title === null ? depth : depth + 1,
    )
    if (built.length > 0) blocks[language] = built
  }
  const clause = clauseJson({ id: newId(), kind }, blocks)
  return { ...clause, attrs: { ...clause.attrs, ...own.attrs } }
}

/** The brackets of one language that stand for those which the clause bears. */
const takenIn = (taken: readonly Bracket[], around: readonly Bracket[]) =>
  around.filter((bracket) =>
    taken.some(
      ({ id, party, deletes }) => bracket.id === id && bracket.party === party && sameParties(bracket.deletes, deletes),
    ),
  )

const sameParties = (a: readonly string[] | null, b: readonly string[] | null) =>
  JSON.stringify(a) === JSON.stringify(b)

/**
 * The brackets around a whole clause: around all that it says in every language that it is written in. In the second language they
 * are the same changes as in the first, or each would be settled by halves.
 */
function bracketsAround(sections: Draft['sections'], parts: readonly Part[]): readonly Bracket[] {
  const [first = [], ...others] = parts.flatMap(({ language, read }) => {
    const section = sections[language]
    return section === undefined || read === undefined
      ? []
      : [read.around(section.blocks).filter(({ inLine }) => !inLine)]
  })
  return first.filter((bracket, at) =>
    others.every((other) => {
      const twin = other[at]
      if (twin === undefined || twin.party !== bracket.party || !sameParties(twin.deletes, bracket.deletes))
        return false
      twin.id = bracket.id
      twin.place = bracket.place
      return true
    }),
  )
}

function summary(
  { kind, number, sections }: Draft,
  clause: JsonNode | undefined,
  parts: readonly Part[],
): ImportReport['clauses'][number] {
  const textIn = (language: Language) => clause?.content?.find(({ attrs }) => attrs?.['lang'] === language)
  const lines = Object.fromEntries(
    languageKeys.map((language) => {
      const section = sections[language]
      return [language, section === undefined ? null : whereIs(section).at]
    }),
  ) as { readonly [L in Language]: number | null }
  const own = new Set<Line | undefined>(Object.values(sections).flatMap(({ blocks }) => [...linesIn(blocks)]))
  const brackets = parts.flatMap(({ brackets: found }) =>
    (found?.pairs ?? []).filter(({ open }) => own.has(found?.lines[open.line]?.line)),
  )
  return {
    kind,
    number,
    title: localizedBy((language) => {
      const text = textIn(language)
      return text === undefined ? '' : (plainText(text).split('\n', 1)[0] ?? '').slice(0, 200)
    }),
    lines,
    brackets: brackets.length,
  }
}
