/** A version as a file that stands by itself: an HTML page or Markdown, in one language or all of them side by side. */
import { renderToHTMLString, serializeAttrsToHTMLString } from '@tiptap/static-renderer/pm/html-string'
import {
  clauseAttributes,
  clauseKinds,
  clauseLabel,
  isClauseKind,
  statuses,
  isStatus,
  type ClauseAttributeEntry,
  type ClauseKind,
} from '#shared/domain/documents.ts'
import { languageKeys, languages, type Language, type LocalizedText } from '#shared/domain/languages.ts'
import { agencies, isAgency, parties } from '#shared/domain/parties.ts'
import { schema, schemaExtensions } from '#shared/editor/schema.ts'
import type { JsonNode } from '#shared/editor/text.ts'
import { blocksToMarkdown, escapeMarkdown } from './markdown.ts'

export type ExportedVersion = {
  readonly title: LocalizedText
  readonly label: string
  readonly hash: string
  /** ISO 8601. */
  readonly at: string
  readonly by: LocalizedText
  readonly content: JsonNode
}

/** The languages of a file: the one asked for, or all. */
export const exportLanguages = (language: Language | undefined): readonly Language[] =>
  language === undefined ? languageKeys : [language]

const words = {
  version: { en: 'Version', ja: '確定版' },
  taken: { en: 'Taken', ja: '作成日時' },
  by: { en: 'By', ja: '作成者' },
  hash: { en: 'SHA-256 of the text', ja: '本文のSHA-256' },
} as const satisfies Record<string, LocalizedText>

const facts = ({ label, at, by, hash }: ExportedVersion, language: Language): [string, string][] => [
  [words.version[language], label],
  [words.taken[language], `${at.slice(0, 16).replace('T', ' ')} UTC`],
  [words.by[language], by[language]],
  [words.hash[language], hash],
]

type Part =
  | { type: 'blocks'; nodes: readonly JsonNode[] }
  | { type: 'clause'; label: LocalizedText; texts: ReadonlyMap<Language, readonly JsonNode[]>; fields: Field[] }
type Field = { entry: ClauseAttributeEntry; value: string }

/** The document's parts in their order, clauses with the numbers that follow their place. */
function partsOf(content: JsonNode): Part[] {
  const counts = new Map<ClauseKind, number>()
  return (content.content ?? []).map((node): Part => {
    const kind = node.attrs?.['kind']
    if (node.type !== 'clause' || !isClauseKind(kind)) return { type: 'blocks', nodes: [node] }
    const number = clauseKinds[kind].label === null ? null : (counts.get(kind) ?? 0) + 1
    if (number !== null) counts.set(kind, number)
    const texts = new Map(
      languageKeys.map((language) => [
        language,
        (node.content ?? []).filter(({ attrs }) => attrs?.['lang'] === language).flatMap((text) => text.content ?? []),
      ]),
    )
    const fields = clauseAttributes(kind).flatMap((entry) => {
      const value = node.attrs?.[entry.attribute]
      // What an action serves is an id, which says nothing outside the product.
      return typeof value === 'string' && value !== '' && entry.type !== 'reference' ? [{ entry, value }] : []
    })
    const label = { en: clauseLabel(kind, number, 'en'), ja: clauseLabel(kind, number, 'ja') }
    return { type: 'clause', label, texts, fields }
  })
}

function shownFields(fields: readonly Field[], language: Language): [string, string][] {
  return fields.flatMap(({ entry, value }): [string, string][] => {
    if (entry.language !== null && entry.language !== language) return []
    const name =
      entry.party === null ? entry.name[language] : `${entry.name[language]} (${parties[entry.party].prefix})`
    if (isStatus(value) && entry.type === 'status') return [[name, statuses[value].name[language]]]
    if (isAgency(value) && entry.type === 'owner') return [[name, agencies[value].name[language]]]
    return [[name, value]]
  })
}

/** A Markdown file. */
export function toMarkdown(version: ExportedVersion, shown: readonly Language[]): string {
  const lines: string[] = shown.map((language) => `# ${escapeMarkdown(version.title[language])}`)
  for (const language of shown) {
    lines.push(
      facts(version, language)
        .map(([name, value]) => `- ${name}: ${escapeMarkdown(value)}`)
        .join('\n'),
    )
  }
  for (const part of partsOf(version.content)) {
    if (part.type === 'blocks') {
      lines.push(blocksToMarkdown(part.nodes))
      continue
    }
    lines.push(`## ${shown.map((language) => part.label[language]).join(' / ')}`)
    for (const language of shown) {
      lines.push(blocksToMarkdown(part.texts.get(language) ?? []))
      lines.push(
        shownFields(part.fields, language)
          .map(([name, value]) => `- ${name}: ${escapeMarkdown(value)}`)
          .join('\n'),
      )
    }
  }
  return `${lines.filter((line) => line !== '').join('\n\n')}\n`
}

const escapeHtml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const blocksToHtml = (nodes: readonly JsonNode[]): string =>
  nodes.length === 0
    ? ''
    : renderToHTMLString({
        extensions: schemaExtensions,
        content: schema.nodeFromJSON({ type: 'doc', content: nodes }),
      })

const style = `
body{font:16px/1.6 "Source Serif 4","Noto Serif JP",Georgia,serif;max-width:75rem;margin:2rem auto;padding:0 1.25rem;color:#1c1f23}
h1{line-height:1.25;margin:0 0 .25rem}h2{font-size:1.05rem;margin:2rem 0 .5rem;border-top:1px solid #d8d4cb;padding-top:1rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;font-size:.9rem;margin:.75rem 0}dt{color:#5b6470}dd{margin:0;overflow-wrap:anywhere}
.languages{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,22rem),1fr));gap:0 2.5rem}
table{border-collapse:collapse}td,th{border:1px solid #b9b4a8;padding:.25rem .5rem;vertical-align:top;text-align:left}`

/** An HTML page with nothing to load from elsewhere. */
export function toHtml(version: ExportedVersion, shown: readonly Language[]): string {
  const [first = 'en'] = shown
  const perLanguage = (write: (language: Language) => string) =>
    `<div class="languages">${shown
      .map(
        (language) => `<div${serializeAttrsToHTMLString({ lang: languages[language].tag })}>${write(language)}</div>`,
      )
      .join('')}</div>`
  const list = (entries: readonly [string, string][]) =>
    entries.length === 0
      ? ''
      : `<dl>${entries.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`).join('')}</dl>`
  const parts = partsOf(version.content).map((part) => {
    if (part.type === 'blocks') return blocksToHtml(part.nodes)
    const clause = perLanguage(
      (language) =>
        `<h2>${escapeHtml(part.label[language])}</h2>${blocksToHtml(part.texts.get(language) ?? [])}${list(shownFields(part.fields, language))}`,
    )
    return `<section>${clause}</section>`
  })
  return [
    `<!doctype html>\n<html${serializeAttrsToHTMLString({ lang: languages[first].tag })}>`,
    `<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">`,
    `<title>${escapeHtml(version.title[first])}: ${escapeHtml(version.label)}</title><style>${style}</style></head>`,
    `<body><header>${perLanguage((language) => `<h1>${escapeHtml(version.title[language])}</h1>${list(facts(version, language))}`)}</header>`,
    `<main>${parts.join('\n')}</main></body></html>\n`,
  ].join('\n')
}
