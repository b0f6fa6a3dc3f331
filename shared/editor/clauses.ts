/** A document's clauses as rows: what tables, boards, timelines, outlines and counts show of the one shared text. */
import * as Y from 'yjs'
import {
  attributeEntry,
  clauseAttributes,
  clauseKinds,
  clauseLabel,
  isClauseKind,
  isStatus,
  type ClauseAttribute,
  type ClauseKind,
  type Status,
} from '#shared/domain/documents.ts'
import type { Days } from '#shared/domain/days.ts'
import { isLanguage, languageKeys, localizedBy, type Language, type LocalizedText } from '#shared/domain/languages.ts'
import { initiative, type Party } from '#shared/domain/initiative.ts'
import { isClauseId, isFieldValue } from './fields.ts'
import { attributesOf, childrenOf, fromJson, plainText, toJson, type JsonNode } from './text.ts'

export type ClauseFields = { readonly [A in ClauseAttribute]?: string }

export type ClauseRow = {
  readonly id: string
  readonly kind: ClauseKind
  /** Its place among the numbered clauses of its kind, from 1; null where the kind carries no number. */
  readonly number: number | null
  /** "Article 3", 「第3条」. */
  readonly label: LocalizedText
  /** The first line: a heading, or how the text begins. */
  readonly title: LocalizedText
  readonly text: LocalizedText
  readonly fields: ClauseFields
}

/** The clauses of a body in their order. Where two carry the same id, both are there: the first is the one threads refer to. */
export function readClauses(body: Y.XmlFragment): ClauseRow[] {
  const counts = new Map<ClauseKind, number>()
  return clauseElements(body).map(({ element, id, kind }) => {
    const number = clauseKinds[kind].label === null ? null : (counts.get(kind) ?? 0) + 1
    if (number !== null) counts.set(kind, number)
    const text = localizedBy((language) => {
      const texts = childrenOf(element).filter((child) => languageOf(child) === language)
      return texts.flatMap(toJson).map(plainText).join('\n')
    })
    return {
      id,
      kind,
      number,
      label: localizedBy((language) => clauseLabel(kind, number, language)),
      title: localizedBy((language) => text[language].split('\n', 1)[0] ?? ''),
      text,
      fields: readFields(element, kind),
    }
  })
}

/** The first clause element with that id, or undefined. */
export const findClause = (body: Y.XmlFragment, id: string): Y.XmlElement | undefined =>
  clauseElements(body).find((clause) => clause.id === id)?.element

/** The text of a clause in one language, or undefined. */
export const findClauseText = (clause: Y.XmlElement, language: Language): Y.XmlElement | undefined =>
  childrenOf(clause).find((child): child is Y.XmlElement => languageOf(child) === language)

/**
 * Fills in fields of a clause; null clears one. Only what differs is written, in one transaction with `origin`.
 * Throws a `RangeError` if a value does not fit its field.
 */
export function writeFields(
  clause: Y.XmlElement,
  fields: { readonly [A in ClauseAttribute]?: string | null },
  origin: unknown,
): void {
  const write = () => {
    for (const [name, value] of Object.entries(fields)) {
      const entry = attributeEntry(name)?.attribute
      if (entry === undefined || value === undefined) continue
      if (!isFieldValue(entry, value)) throw new RangeError(`${name} cannot be ${JSON.stringify(value)}`)
      if (value === (clause.getAttribute(name) ?? null)) continue
      if (value === null) clause.removeAttribute(name)
      else clause.setAttribute(name, value)
    }
  }
  if (clause.doc === null) write()
  else clause.doc.transact(write, origin)
}

/** The JSON of a new clause: one text per language, each with the paragraphs given or one empty paragraph. */
export function clauseJson(
  clause: { id: string; kind: ClauseKind; fields?: ClauseFields },
  blocks: { readonly [L in Language]?: readonly JsonNode[] } = {},
): JsonNode {
  return {
    type: 'clause',
    attrs: { id: clause.id, kind: clause.kind, ...clause.fields },
    content: languageKeys.map((language) => ({
      type: 'clauseText',
      attrs: { lang: language },
      content: blocks[language] ?? [{ type: 'paragraph' }],
    })),
  }
}

/** Puts clauses (or other blocks) at the end of a body, in one transaction with `origin`. */
export function appendJson(body: Y.XmlFragment, nodes: readonly JsonNode[], origin: unknown): void {
  const append = () => body.push(fromJson(nodes))
  if (body.doc === null) append()
  else body.doc.transact(append, origin)
}

/** How many clauses of that kind stand at each status; a clause without one counts as on track. */
export function countStatuses(rows: readonly ClauseRow[], kind: ClauseKind): Record<Status, number> {
  const counts: Record<Status, number> = { onTrack: 0, atRisk: 0, blocked: 0, done: 0 }
  for (const row of rows) {
    if (row.kind !== kind) continue
    const { status } = row.fields
    counts[isStatus(status) ? status : 'onTrack'] += 1
  }
  return counts
}

/** The parties that own a clause. */
export const ownersOf = ({ kind, fields }: ClauseRow): Party[] =>
  clauseAttributes(kind).flatMap(({ attribute, party }) =>
    party !== null && fields[attribute] !== undefined ? [party] : [],
  )

/**
 * The owners for whom a clause is late: its due day has ended in their time zone, and it is not done. What nobody owns is late for
 * every party once the day has ended in all their zones.
 */
export function lateFor(row: ClauseRow, days: Days): Party[] {
  const { due, status } = row.fields
  if (due === undefined || status === 'done') return []
  const owners = ownersOf(row)
  const over = (owners.length > 0 ? owners : initiative().parties).filter((party) => due < (days[party] ?? ''))
  return owners.length > 0 || over.length === initiative().parties.length ? over : []
}

/** Whether a clause is late for any of its owners. */
export const isLate = (row: ClauseRow, days: Days): boolean => lateFor(row, days).length > 0

function clauseElements(body: Y.XmlFragment): { element: Y.XmlElement; id: string; kind: ClauseKind }[] {
  return childrenOf(body).flatMap((element) => {
    if (!(element instanceof Y.XmlElement) || element.nodeName !== 'clause') return []
    const { id, kind } = attributesOf(element)
    return isClauseId(id) && isClauseKind(kind) ? [{ element, id, kind }] : []
  })
}

function languageOf(child: Y.XmlElement | Y.XmlText): Language | null {
  if (!(child instanceof Y.XmlElement) || child.nodeName !== 'clauseText') return null
  const { lang } = attributesOf(child)
  return isLanguage(lang) ? lang : null
}

function readFields(element: Y.XmlElement, kind: ClauseKind): ClauseFields {
  const attributes = attributesOf(element)
  const fields: { [A in ClauseAttribute]?: string } = {}
  for (const { attribute } of clauseAttributes(kind)) {
    const value = attributes[attribute]
    if (typeof value === 'string' && isFieldValue(attribute, value)) fields[attribute] = value
  }
  return fields
}
