/** A version as a file that stands by itself: an HTML page or Markdown, in one language or all of them side by side. */
import { serializeAttrsToHTMLString } from '@tiptap/static-renderer/pm/html-string'
import {
  attributeEntry,
  clauseAttributes,
  clauseKinds,
  clauseLabel,
  foreignFields,
  isClauseKind,
  isStatus,
  statuses,
  type ClauseKind,
} from '#shared/domain/documents.ts'
import { isLanguage, languageKeys, languages, type Language, type LocalizedText } from '#shared/domain/languages.ts'
import { initiative } from '#shared/domain/initiative.ts'
import { fitting } from '#shared/editor/fit.ts'
import type { View } from '#shared/domain/views.ts'
import { aboutText, exactText, textBegins } from '#shared/editor/import/ours.ts'
import { countSigns, signKinds, spelledOut, type Sign } from '#shared/editor/signs.ts'
import type { JsonNode } from '#shared/editor/text.ts'
import { escapeHtml, htmlOf } from './html.ts'
import { listStyle } from './list-numbers.ts'
import { blocksToMarkdown, escapeMarkdown } from './markdown.ts'
import { viewed } from './drawn.ts'
import { forPage, inPage } from './signs-in-page.ts'
import { spellSigns } from './spelled.ts'

type ExportedVersion = {
  readonly title: LocalizedText
  readonly label: string
  readonly hash: string
  /** ISO 8601. */
  readonly at: string
  readonly by: LocalizedText
  readonly content: JsonNode
  /** How pending changes are shown; brackets unless it is said. `party`: whose the view is. */
  readonly view?: View
  readonly party?: string | null
}

/** A version as a file, in the language asked for or all; its content is JSON. A job for another process: see `jobs`. */
export function exportText({
  format,
  language,
  ...given
}: Omit<ExportedVersion, 'content'> & {
  readonly content: string
  readonly format: 'html' | 'markdown'
  readonly language: Language | null
}): string {
  const version = { ...given, content: JSON.parse(given.content) as JsonNode }
  return (format === 'html' ? toHtml : toMarkdown)(version, language === null ? languageKeys : [language])
}

const words = {
  version: { en: 'Version', ja: '記録版' },
  taken: { en: 'Taken', ja: '作成日時' },
  by: { en: 'By', ja: '作成者' },
  hash: { en: 'SHA-256 of the text', ja: '本文のSHA-256' },
  signs: { en: 'Characters spelled out', ja: 'コードで示した文字' },
  empty: { en: '(empty)', ja: '（空欄）' },
  foreign: { en: '(not a field of this kind of clause)', ja: '（この種類の条項の項目ではありません）' },
  twin: { en: 'This clause bears the id of an earlier one.', ja: 'この条項のIDは前の条項と同じです。' },
  another: { en: 'A further text in the same language:', ja: '同じ言語の別の本文：' },
} as const satisfies Record<string, LocalizedText>

const facts = (
  { label, at, by, hash }: ExportedVersion,
  signs: readonly Sign[],
  language: Language,
): [string, string][] => [
  [words.version[language], spelledOut(label)],
  [words.taken[language], `${at.slice(0, 16).replace('T', ' ')} UTC`],
  [words.by[language], by[language]],
  [words.hash[language], hash],
  ...countSigns(signs).map(({ sign: { code, kind }, count }): [string, string] => [
    words.signs[language],
    `‹${code}› ${signKinds[kind][language]} × ${count}`,
  ]),
]

type Part =
  | { type: 'blocks'; nodes: readonly JsonNode[] }
  | {
      type: 'clause'
      label: LocalizedText
      /** Whether an earlier clause bears the same id. */
      twin: boolean
      /** The texts in a language: one, but for what an earlier version let in. */
      texts: (language: Language) => readonly (readonly JsonNode[])[]
      fields: (language: Language) => [string, string][]
    }

/** The document's parts in their order, clauses with the numbers that follow their place. Nothing that the hash covers is left out. */
function partsOf(content: JsonNode): Part[] {
  const counts = new Map<ClauseKind, number>()
  const ids = new Set<unknown>()
  return (content.content ?? []).map((node): Part => {
    if (node.type !== 'clause') return { type: 'blocks', nodes: [node] }
    const { attrs = {}, content: texts = [] } = node
    const kind = isClauseKind(attrs['kind']) ? attrs['kind'] : 'article'
    const number = clauseKinds[kind].label === null ? null : (counts.get(kind) ?? 0) + 1
    if (number !== null) counts.set(kind, number)
    const twin = ids.has(attrs['id'])
    ids.add(attrs['id'])
    return {
      type: 'clause',
      label: { en: clauseLabel(kind, number, 'en'), ja: clauseLabel(kind, number, 'ja') },
      twin,
      texts: (language) => texts.filter((text) => languageOf(text) === language).map((text) => text.content ?? []),
      fields: (language) => shownFields(kind, attrs, language),
    }
  })
}

/** What says no language is shown with the first. */
function languageOf({ attrs }: JsonNode): Language {
  const lang = attrs?.['lang']
  return isLanguage(lang) ? lang : (languageKeys[0] ?? 'en')
}

function shownFields(kind: ClauseKind, attrs: NonNullable<JsonNode['attrs']>, language: Language): [string, string][] {
  const own = clauseAttributes(kind).flatMap((entry): [string, string][] => {
    const value = attrs[entry.attribute]
    if (typeof value !== 'string' || (entry.language !== null && entry.language !== language)) return []
    const name =
      entry.party === null
        ? entry.name[language]
        : `${entry.name[language]} (${initiative().party(entry.party).prefix})`
    if (isStatus(value) && entry.type === 'status') return [[name, statuses[value].name[language]]]
    if (initiative().isAgency(value) && entry.type === 'owner')
      return [[name, initiative().agency(value).name[language]]]
    return [[name, value === '' ? words.empty[language] : value]]
  })
  const foreign = foreignFields(kind, attrs).map(({ attribute, value }): [string, string] => [
    attributeEntry(attribute)?.name[language] ?? attribute,
    `${value} ${words.foreign[language]}`,
  ])
  return [...own, ...foreign]
}

/** What is shown of a version, with the characters spelled out that cannot be seen. */
const shownOf = ({ content, view = 'brackets', party = null }: ExportedVersion) =>
  spellSigns(viewed(fitting(content), view, party))

/** A Markdown file. */
export function toMarkdown(version: ExportedVersion, shown: readonly Language[]): string {
  const { content, signs } = shownOf(version)
  const lines: string[] = shown.map((language) => `# ${escapeMarkdown(spelledOut(version.title[language]))}`)
  for (const language of shown) {
    lines.push(
      facts(version, signs, language)
        .map(([name, value]) => `- ${name}: ${escapeMarkdown(value)}`)
        .join('\n'),
    )
  }
  lines.push(textBegins)
  for (const part of partsOf(content)) {
    if (part.type === 'blocks') {
      lines.push(blocksToMarkdown(part.nodes, shown[0] ?? 'en'))
      continue
    }
    lines.push(`## ${shown.map((language) => part.label[language]).join(' / ')}`)
    for (const language of shown) {
      if (part.twin) lines.push(`*${words.twin[language]}*`)
      for (const [at, nodes] of part.texts(language).entries()) {
        if (at > 0) lines.push(`*${words.another[language]}*`)
        lines.push(blocksToMarkdown(nodes, language))
      }
      lines.push(
        part
          .fields(language)
          .map(([name, value]) => `- ${name}: ${escapeMarkdown(value)}`)
          .join('\n'),
      )
    }
  }
  return `${lines.filter((line) => line !== '').join('\n\n')}\n`
}

const style = `
body{font:16px/1.6 "Source Serif 4","Noto Serif JP",Georgia,serif;max-width:75rem;margin:2rem auto;padding:0 1.25rem;color:#1c1f23}
h1{line-height:1.25;margin:0 0 .25rem}h2{font-size:1.05rem;margin:2rem 0 .5rem;border-top:1px solid #d8d4cb;padding-top:1rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;font-size:.9rem;margin:.75rem 0}dt{color:#5b6470}dd{margin:0;overflow-wrap:anywhere}
.languages{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,22rem),1fr));gap:0 2.5rem}
p,h1,h2,h3,h4,td,th,dd{white-space:pre-wrap}p:empty{min-height:1.6em}.note{font-size:.9rem;font-style:italic}
@media print{main a::after{content:" ‹" attr(href) "›"}}
${listStyle('main')}
table{border-collapse:collapse}td,th{border:1px solid #b9b4a8;padding:.25rem .5rem;vertical-align:top;text-align:left}`

/** Each party's changes in its colour; in brackets the words say what is put in and what is taken out. */
const changeStyle = (view: View = 'brackets') =>
  [
    view === 'redline' ? '' : 'ins,del{text-decoration:none}',
    ...initiative().parties.map(
      (party) => `ins[data-party="${party}"],del[data-party="${party}"]{color:${initiative().party(party).color}}`,
    ),
  ].join('\n')

/** An HTML page with nothing to load from elsewhere. */
export function toHtml(version: ExportedVersion, shown: readonly Language[]): string {
  const [first = 'en'] = shown
  const { content: drawn, signs } = shownOf(version)
  const content = forPage(drawn)
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
  const all = partsOf(content)
  const textsIn = (part: Part) =>
    part.type === 'blocks' ? part.nodes : languageKeys.flatMap((language) => part.texts(language).flat())
  const blocksToHtml = htmlOf(all.flatMap(textsIn))
  const note = (text: LocalizedText, language: Language) => `<p class="note">${text[language]}</p>`
  const parts = all.map((part) => {
    if (part.type === 'blocks') return blocksToHtml(part.nodes)
    const clause = perLanguage((language) => {
      const texts = part.texts(language).map(blocksToHtml).join(note(words.another, language))
      const twin = part.twin ? note(words.twin, language) : ''
      return `<h2>${escapeHtml(part.label[language])}</h2>${twin}${texts}${list(part.fields(language))}`
    })
    return `<section>${clause}</section>`
  })
  return [
    `<!doctype html>\n<html${serializeAttrsToHTMLString({ lang: languages[first].tag })}>`,
    `<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">`,
    `<title>${escapeHtml(spelledOut(`${version.title[first]}: ${version.label}`))}</title><style>${style}${changeStyle(version.view)}</style></head>`,
    `<body><header ${aboutText}>${perLanguage((language) => `<h1>${escapeHtml(spelledOut(version.title[language]))}</h1>${list(facts(version, signs, language))}`)}</header>`,
    `<main ${exactText}>${inPage(parts.join('\n'))}</main></body></html>\n`,
  ].join('\n')
}
