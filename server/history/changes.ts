/** What runs of log rows changed: which words came and went in which clauses, read from the live text, which keeps what was deleted. */
import { diffArrays } from 'diff'
import * as Y from 'yjs'
import type { HistoryChange } from '#shared/api/history.ts'
import { clauseAttributes, clauseLabel, isClauseKind } from '#shared/domain/documents.ts'
import { isLanguage, languageKeys, languages, type Language } from '#shared/domain/languages.ts'
import { readClauses } from '#shared/editor/clauses.ts'
import { lineName } from '#shared/editor/text.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import { createRanges, type Ranges } from './ranges.ts'

/** Characters that are shown: of the words that came or went in one text, and of a clause's title. */
const excerptLength = 140
const titleLength = 80
/** Texts that are named of one run. */
const mostChanges = 12
/** Words that went and came again are found up to so many differences; and what is shorter may be the same by chance. */
const mostDifferences = 1000
const leastSame = 6

export type RunChanges = {
  /** Characters added and removed: neither slips, nor what only went to another place. */
  readonly inserted: number
  readonly deleted: number
  readonly changes: HistoryChange[]
  /** Changed texts besides those. */
  readonly moreChanges: number
}

/** A text of a clause, the clause itself (`language` null), or what stands beside the clauses (`clause` null). */
type Place = { readonly clause: Y.XmlElement | null; readonly language: Language | null }
/** Words in the order of the text: each stretch in one piece. */
type Words = { readonly stretches: string[]; lastIn: Y.XmlText | null; mark: number }
type Change = Place & {
  readonly inserted: Words
  readonly deleted: Words
  readonly fields: Set<string>
  /** Whether the clause itself came or went, and how many lines more came than went. */
  came: boolean
  went: boolean
  lines: number
}
type Told = { text: string; length: number }
/** A change without the words that both came and went. */
type Settled = Place & {
  readonly inserted: Told
  readonly deleted: Told
  readonly fields: HistoryChange['fields']
  readonly form: HistoryChange['form']
}

/** Reads what each run of updates changed. The document must hold all of them, and what they deleted. */
export function readChanges(runs: readonly (readonly Uint8Array[])[], doc: Y.Doc): RunChanges[] {
  const [inserted, deleted] = [createRanges(), createRanges()]
  for (const [run, updates] of runs.entries()) {
    for (const { structs, ds } of updates.map(Y.decodeUpdate)) {
      for (const struct of structs) {
        if (struct instanceof Y.Item) inserted.add(struct.id.client, struct.id.clock, struct.length, run)
      }
      for (const [client, ranges] of ds.clients) {
        for (const { clock, len } of ranges) deleted.add(client, clock, len, run)
      }
    }
  }

  const gathered = runs.map(() => new Map<string, Change>())
  const changeAt = (run: number, { clause, language }: Place): Change | null => {
    const changes = gathered[run]
    if (changes === undefined) return null
    const key = `${clause === null ? '' : idOf(clause)} ${language}`
    const words = { inserted: noWords(), deleted: noWords(), fields: new Set<string>() }
    const change = changes.get(key) ?? { clause, language, ...words, came: false, went: false, lines: 0 }
    changes.set(key, change)
    return change
  }
  const texts = new Set<Y.XmlText>()
  for (const side of ['inserted', 'deleted'] as const) {
    for (const { client, clock, end, run } of (side === 'inserted' ? inserted : deleted).all()) {
      for (const item of itemsWithin(doc, client, clock, end)) {
        const { parent, parentSub, content } = item
        const element = content instanceof Y.ContentType ? content.type : null
        const change = changeAt(run, placeOf(element ?? parent))
        if (change === null) continue
        if (parentSub !== null) change.fields.add(parentSub)
        if (element instanceof Y.XmlElement) note(change, element.nodeName, side)
        if (content instanceof Y.ContentString && parent instanceof Y.XmlText) texts.add(parent)
      }
    }
  }
  for (const text of textsIn(doc.getXmlFragment(bodyName))) {
    if (!texts.has(text)) continue
    const place = placeOf(text)
    readWords(text, inserted, deleted, (run, side, words, passed, after) => {
      const into = changeAt(run, place)?.[side]
      if (into !== undefined) addWords(into, words, text, passed, after)
    })
  }

  const describe = clauseReader(doc)
  return gathered.map((changes) => {
    const all = [...changes.values()].map(settle)
    const sum = (side: 'inserted' | 'deleted') => all.reduce((total, change) => total + change[side].length, 0)
    const inOrder = told(all)
      .map(describe)
      .toSorted((a, b) => a.order - b.order)
      .map(({ change }) => change)
    return {
      inserted: sum('inserted'),
      deleted: sum('deleted'),
      changes: inOrder.slice(0, mostChanges),
      moreChanges: Math.max(0, inOrder.length - mostChanges),
    }
  })
}

function note(change: Change, nodeName: string, side: 'inserted' | 'deleted'): void {
  if (nodeName === 'clause') change[side === 'inserted' ? 'came' : 'went'] = true
  if (nodeName === lineName) change.lines += side === 'inserted' ? 1 : -1
}

/** The texts below a shared type in the order of the document, those that were deleted among them. */
function* textsIn(type: { readonly _start: Y.Item | null }): Generator<Y.XmlText> {
  if (type instanceof Y.XmlText) yield type
  else {
    for (let item = type._start; item !== null; item = item.right) {
      if (item.content instanceof Y.ContentType) yield* textsIn(item.content.type)
    }
  }
}

/**
 * Goes through a text once, in its order, and gives each run the words that it put in or took out; not what it did both to.
 * `passed` counts the words in front of these that are still there, `after` these too: what has the same count stands side by side.
 */
function readWords(
  text: Y.XmlText,
  inserted: Ranges,
  deleted: Ranges,
  give: (run: number, side: 'inserted' | 'deleted', words: string, passed: number, after: number) => void,
): void {
  let passed = 0
  for (let item = text._start; item !== null; item = item.right) {
    const { client, clock } = item.id
    const end = clock + item.length
    const came = inserted.within(client, clock, end)
    const went = deleted.within(client, clock, end)
    if (!(item.content instanceof Y.ContentString) || came.length + went.length === 0) {
      if (!item.deleted && item.countable) passed += 1
      continue
    }
    const cuts = [clock, end, ...[...came, ...went].flatMap((range) => [range.clock, range.end])]
    const starts = [...new Set(cuts)].filter((cut) => cut >= clock && cut <= end).toSorted((a, b) => a - b)
    for (const [index, start] of starts.slice(0, -1).entries()) {
      const words = item.content.str.slice(start - clock, (starts[index + 1] ?? end) - clock)
      const by = came.find((range) => range.clock <= start && start < range.end)?.run
      const goneBy = went.find((range) => range.clock <= start && start < range.end)?.run
      const after = passed + (item.deleted ? 0 : 1)
      if (by !== undefined && by !== goneBy) give(by, 'inserted', words, passed, after)
      if (goneBy !== undefined && by !== goneBy) give(goneBy, 'deleted', words, passed, after)
      passed = after
    }
  }
}

const noWords = (): Words => ({ stretches: [], lastIn: null, mark: 0 })

function addWords(into: Words, words: string, text: Y.XmlText, passed: number, after: number): void {
  const { stretches } = into
  const last = stretches.length - 1
  if (last >= 0 && into.lastIn === text && into.mark === passed) stretches[last] += words
  else stretches.push(words)
  into.lastIn = text
  into.mark = after
}

/** A word, and whether a stretch begins with it. */
type Word = { readonly words: string; readonly first: boolean }

const segmenters = new Map(
  languageKeys.map((language) => [language, new Intl.Segmenter(languages[language].tag, { granularity: 'word' })]),
)

const wordsOf = ({ stretches }: Words, language: Language): Word[] =>
  stretches.flatMap((stretch) =>
    [...(segmenters.get(language)?.segment(stretch) ?? [])].flatMap(({ segment, index }) =>
      // Two spaces in a row are two words: one of them may have come, and the other stood there before.
      (segment.trim() === '' ? segment.split('') : [segment]).map((words, at) => ({ words, first: index + at === 0 })),
    ),
  )

const lengthOf = (words: readonly Word[]) => words.reduce((sum, word) => sum + word.words.length, 0)

function tell(into: Told, words: readonly Word[], apart: boolean): void {
  for (const [index, { words: word, first }] of words.entries()) {
    if (into.text !== '' && (first || (apart && index === 0))) into.text += ' … '
    into.text += word
    into.length += word.length
  }
}

/**
 * Takes out of a change what both went and came: the shared text knows no other way to move words, or to split a paragraph and
 * join two, and nobody wrote or deleted those.
 */
function settle({ clause, language, fields, ...change }: Change): Settled {
  // Where words only came, or only went, none can be the same, and a whole text need not be cut into words.
  const both = change.deleted.stretches.length > 0 && change.inserted.stretches.length > 0
  const read = (words: Words) =>
    both ? wordsOf(words, language ?? 'en') : words.stretches.map((stretch) => ({ words: stretch, first: true }))
  const [went, came] = [read(change.deleted), read(change.inserted)]
  const settled = { inserted: { text: '', length: 0 }, deleted: { text: '', length: 0 } }
  const options = { comparator: (a: Word, b: Word) => a.words === b.words, maxEditLength: mostDifferences }
  // Both mostly end alike, and the shortest way from one to the other may tear that end: it is taken off first.
  let tail = 0
  while (tail < Math.min(went.length, came.length) && went.at(-1 - tail)?.words === came.at(-1 - tail)?.words) tail += 1
  const all = tail === went.length && tail === came.length
  const [old, fresh] = [went.slice(0, went.length - tail), came.slice(0, came.length - tail)]
  const changes = [
    ...(diffArrays(old, fresh, options) ?? [
      { removed: true, added: false, value: old },
      { removed: false, added: true, value: fresh },
    ]),
    { removed: false, added: false, value: came.slice(came.length - tail) },
  ]
  let [at, apart, moved] = [0, { inserted: false, deleted: false }, false]
  for (const { added, removed, value } of changes) {
    const same = !added && !removed && (all || lengthOf(value) >= leastSame)
    if (same && value.length > 0) [apart, moved] = [{ inserted: true, deleted: true }, true]
    if (!added && !same) {
      tell(settled.deleted, went.slice(at, at + value.length), apart.deleted)
      apart = { ...apart, deleted: false }
    }
    if (!removed && !same) {
      tell(settled.inserted, value, apart.inserted)
      apart = { ...apart, inserted: false }
    }
    if (!added) at += value.length
  }
  const split = change.lines !== 0 && (moved || all)
  const form = change.came && change.went ? 'moved' : split ? 'split' : null
  return { clause, language, ...settled, fields: clause === null ? [] : fieldsOf(clause, fields), form }
}

/** The beginning of a text on one line, cut to `most` UTF-16 units with a sign that it goes on. */
export const excerpt = (text: string, most: number): string => {
  const line = text.replaceAll(/\s+/g, ' ')
  return line.length <= most ? line : `${line.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`
}

/** Where only the form or the place changed is told once of a clause, and only if there is nothing else to tell of it. */
function told(changes: readonly Settled[]): Settled[] {
  const says = ({ inserted, deleted, fields, form }: Settled) =>
    inserted.length + deleted.length + fields.length > 0 || form === 'moved'
  const keyOf = ({ clause }: Settled) => clause && idOf(clause)
  const telling = new Set(changes.filter(says).map(keyOf))
  const silent = new Map<string | null, Settled>()
  for (const change of changes) {
    const key = keyOf(change)
    if (telling.has(key)) continue
    const before = silent.get(key) ?? change
    const language = before.language === change.language ? change.language : null
    silent.set(key, { ...change, language, form: before.form ?? change.form })
  }
  return [...changes.filter(says), ...silent.values()]
}

/** Says of which clause a change is, as the clause stands now, and what it was. */
function clauseReader(doc: Y.Doc): (change: Settled) => { order: number; change: HistoryChange } {
  const rows = readClauses(doc.getXmlFragment(bodyName))
  const places = new Map(rows.map(({ id }, index) => [id, index]))
  return (change) => {
    const { clause, language, inserted, deleted, fields, form } = change
    const id = clause === null ? null : idOf(clause)
    const place = id === null ? undefined : places.get(id)
    const row = place === undefined ? undefined : rows[place]
    const kind = clause === null ? null : attributeOf(clause, 'kind')
    const name = (each: Language) => row?.label[each] ?? (isClauseKind(kind) ? clauseLabel(kind, null, each) : '')
    const title = (each: Language) => excerpt(row?.title[each] ?? '', titleLength)
    const order =
      (place ?? (id === null ? -1 : rows.length)) * 4 + (language === null ? 0 : 1 + languageKeys.indexOf(language))
    const described: HistoryChange = {
      clause:
        id === null
          ? null
          : {
              id,
              label: { en: name('en'), ja: name('ja') },
              title: { en: title('en'), ja: title('ja') },
              gone: row === undefined,
            },
      language,
      inserted: excerpt(inserted.text, excerptLength),
      deleted: excerpt(deleted.text, excerptLength),
      fields,
      form,
    }
    return { order, change: described }
  }
}

/** The names of the fields among attributes of a clause, each once. */
function fieldsOf(clause: Y.XmlElement, attributes: ReadonlySet<string>): HistoryChange['fields'] {
  const kind = attributeOf(clause, 'kind')
  const entries = isClauseKind(kind) ? clauseAttributes(kind).filter(({ attribute }) => attributes.has(attribute)) : []
  return [...new Map(entries.map(({ field, name }) => [field, { field, name }])).values()]
}

/** Where in the clauses a shared type stands, or stood before it was deleted. */
function placeOf(type: unknown): Place {
  let language: Language | null = null
  for (let at = type; at instanceof Y.AbstractType; at = at._item?.parent) {
    if (!(at instanceof Y.XmlElement)) continue
    const lang = at.nodeName === 'clauseText' ? attributeOf(at, 'lang') : null
    if (isLanguage(lang)) language = lang
    if (at.nodeName === 'clause') return { clause: at, language }
  }
  return { clause: null, language: null }
}

/** An attribute, also of an element that has been deleted. */
const attributeOf = (element: Y.XmlElement, name: string): unknown =>
  element._map.get(name)?.content.getContent().at(-1)

const idOf = (clause: Y.XmlElement): string => {
  const id = attributeOf(clause, 'id')
  return typeof id === 'string' ? id : ''
}

/** The items that hold what a client wrote from `clock` to `end`. */
function itemsWithin(doc: Y.Doc, client: number, clock: number, end: number): Y.Item[] {
  const structs = doc.store.clients.get(client)
  if (structs === undefined || clock >= Y.getState(doc.store, client)) return []
  const found: Y.Item[] = []
  for (let index = Y.findIndexSS(structs, clock); index < structs.length; index += 1) {
    const struct = structs[index]
    if (struct === undefined || struct.id.clock >= end) break
    if (struct instanceof Y.Item) found.push(struct)
  }
  return found
}
