/**
 * Whether clauses are as every page, comparison and file shows them: one text in each language, an id of their own, the fields of
 * their kind. Anything else would be in the hash that people sign, and in nothing that they read. Only what a transaction made
 * worse is judged: a store of before may hold such clauses, and they can be mended one step at a time.
 */
import { randomUUID } from 'node:crypto'
import * as Y from 'yjs'
import { clauseAttributes, isClauseKind } from '#shared/domain/documents.ts'
import { isLanguage, languageKeys, type Language } from '#shared/domain/languages.ts'
import { isSuggestionAttribute } from '#shared/editor/changes/pending.ts'
import { attributesOf } from '#shared/editor/text.ts'
import { isOld } from './clause-states.ts'

type ClauseVerdict = {
  /** What is wrong, as a sentence, or null. */
  readonly objection: string | null
  /** Two people have moved the same clause at the same time: it stands twice, and one of the two needs an id of its own. */
  readonly doubled: boolean
}

/** Judges the clauses among `touched`. Call it while the transaction's changes are still the newest. */
export function judgeClauses(
  body: Y.XmlFragment,
  transaction: Y.Transaction,
  touched: ReadonlySet<Y.XmlElement>,
): ClauseVerdict {
  const named: Y.XmlElement[] = []
  for (const clause of touched) {
    if (clause.nodeName !== 'clause') continue
    const fresh = clause._item === null || !isOld(clause._item, transaction)
    const changed = changedIn(clause, transaction)
    if (fresh || changed.has('id')) named.push(clause)
    if ((fresh || changed.size > 0) && !hasOwnFields(clause, fresh ? null : changed)) {
      return { objection: 'A clause has a kind, and only the fields of its kind.', doubled: false }
    }
    if (!hasRightTexts(clause, transaction, fresh, changed)) {
      return { objection: 'A clause has exactly one text in each language.', doubled: false }
    }
  }
  return named.length === 0 ? fine : judgeIds(body, named)
}

const fine: ClauseVerdict = { objection: null, doubled: false }

/** Gives every clause that bears the id of an earlier one an id of its own. */
export function separateTwins(body: Y.XmlFragment): void {
  const ids = new Set<unknown>()
  for (const child of body.toArray()) {
    if (!(child instanceof Y.XmlElement) || child.nodeName !== 'clause') continue
    const { id } = attributesOf(child)
    if (ids.has(id)) child.setAttribute('id', randomUUID())
    ids.add(id)
  }
}

/** What changed of an old clause: names of attributes, and null for its texts. */
function changedIn(clause: Y.XmlElement, { changed }: Y.Transaction): ReadonlySet<string | null> {
  for (const [type, keys] of changed) if (Object.is(type, clause)) return keys
  return new Set()
}

function hasOwnFields(clause: Y.XmlElement, changed: ReadonlySet<string | null> | null): boolean {
  const attributes = attributesOf(clause)
  const { kind } = attributes
  const whole = changed === null || changed.has('kind')
  if (!isClauseKind(kind)) return !whole
  const own = new Set<string>(clauseAttributes(kind).map(({ attribute }) => attribute))
  // What a party suggests for the clause as a whole is held to the rules of negotiating.
  const isOwn = (name: string) => name === 'id' || name === 'kind' || own.has(name) || isSuggestionAttribute(name)
  return Object.entries(attributes).every(
    ([name, value]) => value === null || isOwn(name) || !(whole || changed.has(name)),
  )
}

type Count = Record<Language | 'other', number>

function hasRightTexts(
  clause: Y.XmlElement,
  transaction: Y.Transaction,
  fresh: boolean,
  changed: ReadonlySet<string | null>,
): boolean {
  const relabelled = [...transaction.changed].some(
    ([type, keys]) => keys.has('lang') && type instanceof Y.XmlElement && Object.is(type.parent, clause),
  )
  if (!fresh && !relabelled && !changed.has(null)) return true
  const before: Count = { en: 0, ja: 0, other: 0 }
  const after: Count = { en: 0, ja: 0, other: 0 }
  for (let item = clause._start; item !== null; item = item.right) {
    const kind = kindOf(item)
    if (!item.deleted) after[kind] += 1
    if (isOld(item, transaction) && (!item.deleted || Y.isDeleted(transaction.deleteSet, item.id))) before[kind] += 1
  }
  // Of one that is new, or that was given another language, nothing is excused by what was there before.
  const strict = fresh || relabelled
  const oddity = (count: Count, language: Language) => Math.abs(count[language] - 1)
  return (
    languageKeys.every((language) => oddity(after, language) <= (strict ? 0 : oddity(before, language))) &&
    after.other <= (strict ? 0 : before.other)
  )
}

function kindOf({ content }: Y.Item): Language | 'other' {
  const type: unknown = content instanceof Y.ContentType ? content.type : null
  if (!(type instanceof Y.XmlElement) || type.nodeName !== 'clauseText') return 'other'
  const lang = lastValue(type, 'lang')
  return isLanguage(lang) ? lang : 'other'
}

function judgeIds(body: Y.XmlFragment, named: readonly Y.XmlElement[]): ClauseVerdict {
  const bearers = new Map<unknown, number>()
  const gone = new Set<unknown>()
  for (let item = body._start; item !== null; item = item.right) {
    const type: unknown = item.content instanceof Y.ContentType ? item.content.type : null
    if (!(type instanceof Y.XmlElement) || type.nodeName !== 'clause') continue
    const id = lastValue(type, 'id')
    if (item.deleted) gone.add(id)
    else bearers.set(id, (bearers.get(id) ?? 0) + 1)
  }
  const twins = named.map((clause) => lastValue(clause, 'id')).filter((id) => (bearers.get(id) ?? 0) > 1)
  // A move takes a clause out and writes it anew. Where none was taken out, nobody moved it.
  const forged = twins.some((id) => !gone.has(id))
  return { objection: forged ? 'Two clauses cannot bear the same id.' : null, doubled: twins.length > 0 }
}

/** The value of an attribute; of an element that is deleted, the one that it had. */
function lastValue(element: Y.XmlElement, name: string): unknown {
  const item = element._map.get(name)
  const removed = item?.deleted === true && element._item?.deleted !== true
  return removed ? undefined : item?.content.getContent().at(-1)
}
