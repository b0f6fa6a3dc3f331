/**
 * What changed between two versions of a text, clause by clause and word by word, in its words, its fields and its form. If two
 * versions have different hashes something is named here, always: it is judged on what the hash is taken of.
 */
import { diffArrays } from 'diff'
import type { ClauseDiff, FormPart } from '#shared/api/snapshots.ts'
import { clauseKinds, isClauseKind, type ClauseKind } from '#shared/domain/documents.ts'
import { isLanguage, languageKeys, type Language } from '#shared/domain/languages.ts'
import { isClauseId } from '#shared/editor/fields.ts'
import { canonical, plainText, type JsonNode, type JsonValue } from '#shared/editor/text.ts'
import { commonSubsequence } from './restore.ts'
import { tokensOf, type Token } from './tokens.ts'

type Part = ClauseDiff['text'][Language][number]
type FormChange = ClauseDiff['form'][number]

/** Two texts that have little in common are shown one after the other rather than searched for hours. */
const maxDifferences = 5000

/** A clause, or what stands between two clauses. */
type Unit = {
  readonly clause: { readonly id: string; readonly copy: number; readonly kind: ClauseKind } | null
  readonly number: number | null
  readonly nodes: readonly JsonNode[]
}

/** The clauses of both versions in the order of the later one, each removed clause where it used to stand. */
export function diffContents(before: JsonNode, after: JsonNode): ClauseDiff[] {
  const [old, now] = [unitsOf(before), unitsOf(after)]
  const oldKeys = [...old.keys()]
  const nowKeys = [...now.keys()]
  const common = oldKeys.filter((key) => now.has(key))
  const inPlace = commonSubsequence(
    common,
    nowKeys.filter((key) => old.has(key)),
  )
  const stayed = new Set(inPlace.map(([at]) => common[at]))
  const order = [...nowKeys]
  oldKeys.forEach((key, place) => {
    if (now.has(key)) return
    const previous = oldKeys[place - 1]
    order.splice(previous === undefined ? 0 : order.indexOf(previous) + 1, 0, key)
  })
  return order.flatMap((key) => {
    const diff = diffUnit(old.get(key), now.get(key), !stayed.has(key))
    return diff === null ? [] : [diff]
  })
}

/** The parts of a text in their order. Of clauses with the same id each counts; a block is known by the clause before it. */
function unitsOf(content: JsonNode): Map<string, Unit> {
  const units = new Map<string, Unit>()
  const copies = new Map<string, number>()
  const numbers = new Map<ClauseKind, number>()
  let key = 'start'
  let beside: JsonNode[] = []
  const end = () => {
    if (beside.length > 0) units.set(`behind ${key}`, { clause: null, number: null, nodes: beside })
    beside = []
  }
  for (const node of canonical(content).content ?? []) {
    const { id, kind } = node.attrs ?? {}
    if (node.type !== 'clause' || !isClauseId(id) || !isClauseKind(kind)) {
      beside.push(node)
      continue
    }
    end()
    const copy = (copies.get(id) ?? 0) + 1
    copies.set(id, copy)
    const number = clauseKinds[kind].label === null ? null : (numbers.get(kind) ?? 0) + 1
    if (number !== null) numbers.set(kind, number)
    key = `${id} ${copy}`
    units.set(key, { clause: { id, copy, kind }, number, nodes: [node] })
  }
  end()
  return units
}

function diffUnit(before: Unit | undefined, after: Unit | undefined, moved: boolean): ClauseDiff | null {
  const shown = after ?? before
  if (shown === undefined) return null
  const same = before !== undefined && after !== undefined && sameJson(before.nodes, after.nodes)
  const compared = same ? [] : languageKeys.map((language) => diffTexts(before, after, language))
  const [en = nothing, ja = nothing] = compared
  const fields = same ? [] : diffFields(before, after)
  const form = [...en.form, ...ja.form]
  return {
    clause: shown.clause?.id ?? null,
    copy: shown.clause?.copy ?? 1,
    kind: shown.clause?.kind ?? null,
    number: { before: numberOf(before), after: numberOf(after) },
    title: { en: titleOf(shown, 'en'), ja: titleOf(shown, 'ja') },
    change:
      before === undefined ? 'added' : after === undefined ? 'removed' : same ? (moved ? 'moved' : 'same') : 'changed',
    text: { en: en.parts, ja: ja.parts },
    fields,
    form,
  }
}

const sameJson = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

const numberOf = (unit: Unit | undefined) => (unit?.number == null ? null : String(unit.number))

/** The first line of a clause in a language. */
const titleOf = (unit: Unit, language: Language): string =>
  unit.clause === null ? '' : (partIn(unit, language).nodes.map(plainText).join('\n').split('\n', 1)[0] ?? '')

/**
 * What stands in a clause in one language, and where in it. What says no language counts to the first, which is how a page shows
 * it; so does what stands between clauses.
 */
function partIn(unit: Unit, language: Language): { nodes: readonly JsonNode[]; places?: readonly number[] } {
  const [first] = languageKeys
  if (unit.clause === null) return { nodes: language === first ? unit.nodes : [] }
  const found = (unit.nodes[0]?.content ?? []).flatMap((node, place) => {
    const lang = node.type === 'clauseText' ? node.attrs?.['lang'] : null
    return (isLanguage(lang) ? lang : first) === language ? [{ node, place }] : []
  })
  return { nodes: found.map(({ node }) => node), places: found.map(({ place }) => place) }
}

const said = (value: JsonValue | undefined): string | null =>
  value === undefined || value === null ? null : typeof value === 'string' ? value : JSON.stringify(value)

/** Every attribute of a clause but its id: also those that are not of its kind. */
function diffFields(before: Unit | undefined, after: Unit | undefined): ClauseDiff['fields'] {
  const [was, is] = [before, after].map((unit) => (unit?.clause ? (unit.nodes[0]?.attrs ?? {}) : {}))
  const names = new Set([...Object.keys(was ?? {}), ...Object.keys(is ?? {})])
  return [...names].flatMap((attribute) => {
    if (attribute === 'id' || sameJson(was?.[attribute], is?.[attribute])) return []
    // That a new clause has a kind is said by its label.
    if (attribute === 'kind' && (before === undefined || after === undefined)) return []
    return [{ attribute, before: said(was?.[attribute]), after: said(is?.[attribute]) }]
  })
}

type TextDiff = { readonly parts: Part[]; readonly form: FormChange[] }
const nothing: TextDiff = { parts: [], form: [] }

function diffTexts(before: Unit | undefined, after: Unit | undefined, language: Language): TextDiff {
  const [was = [], is = []] = [before, after].map((unit) => {
    const part = unit && partIn(unit, language)
    return part ? tokensOf(part.nodes, language, part.places) : []
  })
  const textOf = (tokens: readonly Token[]) => tokens.map(({ text }) => text)
  const changes = diffArrays(textOf(was), textOf(is), { maxEditLength: maxDifferences }) ?? [
    { added: false, removed: true, value: textOf(was) },
    { added: true, removed: false, value: textOf(is) },
  ]
  const parts: Part[] = []
  const form: FormChange[] = []
  let [from, to] = [0, 0]
  for (const { added, removed, value } of changes) {
    const text = value.join('')
    if (text !== '') parts.push({ type: added ? 'added' : removed ? 'removed' : 'same', text })
    if (!added && !removed) form.push(...formChanges(was, from, is, to, value.length, language))
    if (!added) from += value.length
    if (!removed) to += value.length
  }
  return { parts: parts.every(({ type }) => type === 'same') ? [] : withoutFirstLine(parts), form }
}

/** A text begins on its first line: that it does is no change, unless there is nothing else in what came or went. */
function withoutFirstLine([first, ...rest]: readonly Part[]): Part[] {
  if (first === undefined) return []
  const text = first.text.startsWith('\n') ? first.text.slice(1) : first.text
  if (text === '') return first.type === 'same' ? rest : [first, ...rest]
  return [{ ...first, text }, ...rest]
}

const mostWords = 120

/** Where words stayed and their form did not, neighbours with the same change told as one. */
function formChanges(
  was: readonly Token[],
  from: number,
  is: readonly Token[],
  to: number,
  count: number,
  language: Language,
): FormChange[] {
  const found: { key: string; words: string; before: readonly FormPart[]; after: readonly FormPart[] }[] = []
  let last: string | null = null
  for (let at = 0; at < count; at += 1) {
    const [before, after] = [was[from + at], is[to + at]]
    if (before === undefined || after === undefined || before.signature === after.signature) {
      last = null
      continue
    }
    const key = JSON.stringify([before.form, after.form])
    const line = before.text === '\n'
    const words = line ? lineBehind(is, to + at) : after.text
    const previous = found.at(-1)
    if (!line && last === key && previous) previous.words += words
    else found.push({ key, words, ...onlyChanged(before.form, after.form) })
    last = line ? null : key
  }
  return found.map(({ words, before, after }) => ({
    language,
    words: words.trim().slice(0, mostWords),
    before: [...before],
    after: [...after],
  }))
}

function lineBehind(tokens: readonly Token[], at: number): string {
  let words = ''
  for (let next = at + 1; next < tokens.length && words.length < mostWords; next += 1) {
    const text = tokens[next]?.text ?? ''
    if (text === '\n') break
    words += text
  }
  return words
}

/** What is in one and not in the other; all of both where only the order, or how far it reaches, differs. */
function onlyChanged(before: readonly FormPart[], after: readonly FormPart[]) {
  const lacking = (parts: readonly FormPart[], others: readonly FormPart[]) => {
    const left = others.map((part) => JSON.stringify(part))
    return parts.filter((part) => {
      const at = left.indexOf(JSON.stringify(part))
      if (at >= 0) left.splice(at, 1)
      return at < 0
    })
  }
  const [gone, came] = [lacking(before, after), lacking(after, before)]
  return gone.length + came.length === 0 ? { before, after } : { before: gone, after: came }
}
