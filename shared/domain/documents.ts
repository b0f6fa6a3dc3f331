/** The kinds of document, the kinds of clause that they are made of, and each clause kind's fields. */
import { isKeyOf, keysOf, languageKeys, type Language, type LocalizedText } from './languages.ts'
import { derived, type Initiative, type Party } from './initiative.ts'

/** Progress of an outcome target or an action. */
export const statuses = {
  onTrack: { name: { en: 'On track', ja: '順調' } },
  atRisk: { name: { en: 'At risk', ja: '要注意' } },
  blocked: { name: { en: 'Blocked', ja: '停滞' } },
  done: { name: { en: 'Done', ja: '完了' } },
} as const satisfies Record<string, { name: LocalizedText }>

export type Status = keyof typeof statuses
export const statusKeys = keysOf(statuses)
export const isStatus = (value: unknown): value is Status => isKeyOf(statuses, value)

/**
 * What a field holds: `text` one wording per language, `owner` one agency per party, `date` an ISO 8601 day, `reference` the id
 * of a clause in another document, `url` a web address.
 */
type FieldType = 'text' | 'owner' | 'date' | 'status' | 'reference' | 'url'

type ClauseKindEntry = {
  name: LocalizedText
  /** How a clause is cited, `#` standing for the number that follows its place; null: it carries no number. */
  label: LocalizedText | null
  fields: Readonly<Record<string, { type: FieldType; name: LocalizedText }>>
}

const owner = { type: 'owner', name: { en: 'Owners', ja: '担当' } } as const
const due = { type: 'date', name: { en: 'Due', ja: '期限' } } as const
const status = { type: 'status', name: { en: 'Status', ja: '状況' } } as const
const statusReason = { type: 'text', name: { en: 'Reason for status', ja: '状況の理由' } } as const

export const clauseKinds = {
  preamble: { name: { en: 'Preamble', ja: '前文' }, label: null, fields: {} },
  article: { name: { en: 'Article', ja: '条' }, label: { en: 'Article #', ja: '第#条' }, fields: {} },
  outcomeTarget: {
    name: { en: 'Outcome target', ja: '成果目標' },
    label: { en: 'Target #', ja: '目標#' },
    fields: {
      measure: { type: 'text', name: { en: 'Measure', ja: '指標' } },
      baseline: { type: 'text', name: { en: 'Baseline', ja: '現状' } },
      target: { type: 'text', name: { en: 'Target', ja: '目標' } },
      due,
      owner,
      status,
      statusReason,
    },
  },
  action: {
    name: { en: 'Action', ja: '取組' },
    label: { en: 'Action #', ja: '取組#' },
    fields: {
      serves: { type: 'reference', name: { en: 'Serves target', ja: '対応する目標' } },
      start: { type: 'date', name: { en: 'Start', ja: '開始' } },
      due,
      owner,
      milestone: { type: 'text', name: { en: 'Milestone', ja: 'マイルストーン' } },
      status,
      statusReason,
      evidence: { type: 'url', name: { en: 'Evidence', ja: '根拠資料' } },
    },
  },
  signature: { name: { en: 'Signature block', ja: '署名欄' }, label: null, fields: {} },
} as const satisfies Record<string, ClauseKindEntry>

export type ClauseKind = keyof typeof clauseKinds
export const clauseKindKeys = keysOf(clauseKinds)
export const isClauseKind = (value: unknown): value is ClauseKind => isKeyOf(clauseKinds, value)

/** How a clause of `kind` at place `number` is called in `language`: "Article 3", 「第3条」; an unnumbered one by its kind. */
export function clauseLabel(kind: ClauseKind, number: number | null, language: Language): string {
  const { label, name }: ClauseKindEntry = clauseKinds[kind]
  return label === null || number === null ? name[language] : label[language].replace('#', String(number))
}

type FieldsOf<K extends ClauseKind> = (typeof clauseKinds)[K]['fields']
type AttributeOf<Name extends string, Type extends FieldType> = Type extends 'text'
  ? `${Name}${Capitalize<Language>}`
  : Type extends 'owner'
    ? `${Name}${string}`
    : Name
type AttributesOf<K extends ClauseKind> = {
  [F in keyof FieldsOf<K> & string]: FieldsOf<K>[F] extends { type: infer T extends FieldType }
    ? AttributeOf<F, T>
    : never
}[keyof FieldsOf<K> & string]

/** The name of one attribute of a clause element: `measureEn`, `due`, and for each party an `owner…` with its id. */
export type ClauseAttribute = { [K in ClauseKind]: AttributesOf<K> }[ClauseKind]

export type ClauseAttributeEntry = {
  attribute: ClauseAttribute
  field: string
  type: FieldType
  name: LocalizedText
  language: Language | null
  party: Party | null
}

const capitalize = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)

/**
 * The attributes in which a clause of `kind` keeps its fields. A text field has one per language and an owner one per party, so
 * that two delegations who fill in their own half never overwrite each other: with one for all, the later would take the earlier away.
 */
export function clauseAttributes(kind: ClauseKind): readonly ClauseAttributeEntry[] {
  return attributesByKind().get(kind) ?? []
}

/** The attribute in which a field of type `owner` keeps the agency of a party. */
export const ownerAttribute = (party: Party): ClauseAttribute => `owner${capitalize(party)}`

function attributesOf(kind: ClauseKind, parties: readonly Party[]): ClauseAttributeEntry[] {
  const fields: ClauseKindEntry['fields'] = clauseKinds[kind].fields
  return Object.entries(fields).flatMap(([field, { type, name }]) => {
    const entry = (suffix: string, language: Language | null, party: Party | null): ClauseAttributeEntry => ({
      attribute: (field + capitalize(suffix)) as ClauseAttribute,
      field,
      type,
      name,
      language,
      party,
    })
    if (type === 'text') return languageKeys.map((language) => entry(language, language, null))
    if (type === 'owner') return parties.map((party) => entry(party, null, party))
    return [entry('', null, null)]
  })
}

const attributesByKind = derived(
  ({ parties }: Initiative) =>
    new Map<ClauseKind, readonly ClauseAttributeEntry[]>(
      clauseKindKeys.map((kind) => [kind, attributesOf(kind, parties)]),
    ),
)

const entries = derived(
  () =>
    new Map<string, ClauseAttributeEntry>(
      [...attributesByKind().values()].flat().map((entry) => [entry.attribute, entry]),
    ),
)

/** Every attribute that some kind of clause has, once. */
export const allClauseAttributes = (): readonly ClauseAttribute[] => [
  ...new Set([...attributesByKind().values()].flat().map(({ attribute }) => attribute)),
]

/** What an attribute means in a kind of clause that has it, or undefined where none has. */
export const attributeEntry = (attribute: string): ClauseAttributeEntry | undefined => entries().get(attribute)

/** What the attributes of a clause hold that no clause of its kind has: nobody can write it, but a store of before may hold it. */
export function foreignFields(
  kind: ClauseKind,
  attributes: { readonly [name: string]: unknown },
): { readonly attribute: string; readonly value: string }[] {
  return Object.entries(attributes).flatMap(([attribute, value]) => {
    if (value === null || value === undefined || attribute === 'id' || attribute === 'kind') return []
    if (clauseAttributes(kind).some((entry) => entry.attribute === attribute)) return []
    return [{ attribute, value: typeof value === 'string' ? value : JSON.stringify(value) }]
  })
}

type DocumentKindEntry = {
  name: LocalizedText
  /** What a new clause of such a document is; the first is the default. */
  clauses: readonly ClauseKind[]
}

export const documentKinds = {
  'outcome-targets': { name: { en: 'Outcome targets', ja: '成果目標' }, clauses: ['outcomeTarget'] },
  'action-plan': { name: { en: 'Action plan', ja: '行動計画' }, clauses: ['action'] },
  mou: {
    name: { en: 'Memorandum of understanding', ja: '協力覚書' },
    clauses: ['article', 'preamble', 'signature'],
  },
  agenda: { name: { en: 'Agenda', ja: '議題' }, clauses: ['article'] },
  readout: { name: { en: 'Readout', ja: '会議概要' }, clauses: ['article'] },
  note: { name: { en: 'Note', ja: 'メモ' }, clauses: ['article'] },
} as const satisfies Record<string, DocumentKindEntry>

export type DocumentKind = keyof typeof documentKinds
export const documentKindKeys = keysOf(documentKinds)
export const isDocumentKind = (value: unknown): value is DocumentKind => isKeyOf(documentKinds, value)

/**
 * The version of the document schema that this build speaks. It rises whenever a node, mark or attribute is added: an older
 * client would delete what it does not know, so the server turns it away.
 */
export const schemaVersion = 2

/** The fields that say how a clause is getting on: open in every phase, as they are no terms of what is agreed. */
const progressFields: readonly string[] = ['status', 'statusReason', 'evidence']

/** The attributes of these fields. */
export const progressAttributes: ReadonlySet<string> = new Set(
  clauseKindKeys
    .flatMap((kind) => attributesOf(kind, []))
    .filter(({ field }) => progressFields.includes(field))
    .map(({ attribute }) => attribute),
)
