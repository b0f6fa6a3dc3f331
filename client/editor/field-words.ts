/** A clause's fields as words in one language: what stands in the strip under its text. */
import type { Attrs } from '@tiptap/pm/model'
import {
  attributeEntry,
  clauseAttributes,
  foreignFields,
  isClauseKind,
  isStatus,
  statuses,
  type ClauseAttributeEntry,
  type ClauseKind,
  type Status,
} from '#shared/domain/documents.ts'
import { languages, type Language, type LocalizedText } from '#shared/domain/languages.ts'
import { initiative } from '#shared/domain/initiative.ts'
import { isSafeHref } from '#shared/editor/schema.ts'
import { formatDay } from '#client/i18n/dates.ts'

/** The origin of changes of fields; undo takes them back like typing. */
export const fieldsOrigin = { name: 'fields' }

/** The name and purpose of the clause in another document that a field points to; null while it is not known. */
export type ResolveReference = (clause: string) => LocalizedText | null

export type FieldWord = {
  readonly field: string
  readonly name: string
  readonly value: string
  readonly status: Status | null
  readonly href: string | null
  /** Whether it says the same in every language: beside its translation it would be said twice. */
  readonly neutral: boolean
}

const valueOf = (attrs: Attrs, { attribute }: ClauseAttributeEntry): string => {
  const value: unknown = attrs[attribute]
  return typeof value === 'string' ? value : ''
}

const notOfThisKind: LocalizedText = {
  en: '(not a field of this kind of clause)',
  ja: '（この種類の条項の項目ではありません）',
}

/** The fields of a clause that say something, in the order of the registry. */
export function fieldWords(attrs: Attrs, language: Language, resolve: ResolveReference): FieldWord[] {
  const kind: unknown = attrs['kind']
  if (!isClauseKind(kind)) return []
  const words: FieldWord[] = []
  const fields = new Map<string, ClauseAttributeEntry[]>()
  for (const entry of clauseAttributes(kind)) fields.set(entry.field, [...(fields.get(entry.field) ?? []), entry])
  for (const [field, entries] of fields) {
    const [first] = entries
    if (first === undefined) continue
    const word = wordOf(first, entries, attrs, language, resolve)
    const neutral = first.type !== 'text' && first.type !== 'reference'
    if (word.value !== '') words.push({ field, name: first.name[language], neutral, ...word })
  }
  for (const { attribute, value } of foreignFields(kind, attrs)) {
    const name = attributeName(attribute, language)
    const told = `${value} ${notOfThisKind[language]}`
    words.push({ field: attribute, name, value: told, status: null, href: null, neutral: false })
  }
  return words
}

/** How an attribute of a clause is called: "Target (English)", "Owners (US)". */
export function attributeName(attribute: string, language: Language): string {
  const entry = attributeEntry(attribute)
  if (entry === undefined) return attribute
  const { name, language: of, party } = entry
  const side = of !== null ? languages[of].name : party !== null ? initiative().party(party).prefix : null
  return side === null ? name[language] : language === 'ja' ? `${name.ja}（${side}）` : `${name.en} (${side})`
}

function wordOf(
  first: ClauseAttributeEntry,
  entries: readonly ClauseAttributeEntry[],
  attrs: Attrs,
  language: Language,
  resolve: ResolveReference,
): Pick<FieldWord, 'value' | 'status' | 'href'> {
  const short = { status: null, href: null }
  switch (first.type) {
    case 'text': {
      const own = entries.find((entry) => entry.language === language)
      return { ...short, value: own ? valueOf(attrs, own) : '' }
    }
    case 'owner': {
      const owners = entries.flatMap((entry) => {
        const agency = valueOf(attrs, entry)
        return entry.party && initiative().isAgency(agency)
          ? [`${initiative().party(entry.party).prefix} ${initiative().agency(agency).short[language]}`]
          : []
      })
      return { ...short, value: owners.join(language === 'ja' ? '、' : ', ') }
    }
    case 'date': {
      const day = valueOf(attrs, first)
      return { ...short, value: day === '' ? '' : formatDay(day, language) }
    }
    case 'status': {
      const status = valueOf(attrs, first)
      return isStatus(status) ? { ...short, value: statuses[status].name[language], status } : { ...short, value: '' }
    }
    case 'reference': {
      const clause = valueOf(attrs, first)
      return { ...short, value: clause === '' ? '' : (resolve(clause)?.[language] ?? '…') }
    }
    case 'url': {
      const href = valueOf(attrs, first)
      return { ...short, value: href.replace(/^https?:\/\//, ''), href: isSafeHref(href) ? href : null }
    }
  }
}

/** Whether clauses of that kind have fields at all. */
export const hasFields = (kind: unknown): kind is ClauseKind => isClauseKind(kind) && clauseAttributes(kind).length > 0
