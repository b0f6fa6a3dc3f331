/**
 * The text of a document drawn without the editor, for as long as that is on its way: over a slow line it takes many seconds. What it
 * is drawn from is judged here, for no schema has seen it.
 */
import { createElement, Fragment, type ReactNode } from 'react'
import { clauseKinds, clauseLabel, isClauseKind, type ClauseKind } from '#shared/domain/documents.ts'
import { isLanguage, languageKeys, languages, type Language } from '#shared/domain/languages.ts'
import { isSafeHref } from '#shared/editor/fields.ts'
import { fieldWords } from '#client/editor/field-words.ts'
import { useLanguage } from '#client/i18n/messages.ts'
import { StatusIcon } from '#client/ui/status.tsx'
import { Verbatim } from '#client/ui/words.tsx'
import type { ShownLanguages } from '#client/editing/languages.ts'
import '#client/editor/text.css'

type Part = Readonly<Record<string, unknown>>

const isPart = (value: unknown): value is Part => typeof value === 'object' && value !== null
const partsOf = (value: unknown): readonly Part[] => (Array.isArray(value) ? value.filter(isPart) : [])
const attributesOf = ({ attrs }: Part): Part => (isPart(attrs) ? attrs : {})
const kindOf = (clause: Part): ClauseKind => {
  const { kind } = attributesOf(clause)
  return isClauseKind(kind) ? kind : 'article'
}

export function EarlyText({
  content,
  shown,
  label,
}: {
  readonly content: Part
  readonly shown: ShownLanguages
  readonly label: string
}) {
  const counts = new Map<ClauseKind, number>()
  const blocks = partsOf(content['content']).map((part, at) => {
    if (part['type'] !== 'clause') return <Fragment key={at}>{blockOf(part)}</Fragment>
    const kind = kindOf(part)
    const number = clauseKinds[kind].label === null ? null : (counts.get(kind) ?? 0) + 1
    if (number !== null) counts.set(kind, number)
    return <Clause key={at} clause={part} kind={kind} number={number} />
  })
  return (
    <div className="text" role="document" aria-label={label} aria-busy="true" data-languages={shown} data-early="">
      {blocks}
    </div>
  )
}

const plain = (part: Part): string =>
  typeof part['text'] === 'string' ? part['text'] : partsOf(part['content']).map(plain).join('')

/** Whether the text itself begins with that title: then it is not said above it. */
export function beginsWith(content: Part, title: string, side: Language): boolean {
  const [first] = partsOf(content['content'])
  const text = partsOf(first?.['content']).find((part) => attributesOf(part)['lang'] === side)
  const [line] = partsOf(text?.['content'])
  return line !== undefined && plain(line) === title
}

function Clause({
  clause,
  kind,
  number,
}: {
  readonly clause: Part
  readonly kind: ClauseKind
  readonly number: number | null
}) {
  return (
    <section className="clause" data-kind={kind} data-number={number ?? ''}>
      {languageKeys.map((language) => (
        <span key={language} className="clause-number" lang={languages[language].tag}>
          {clauseLabel(kind, number, language)}
        </span>
      ))}
      <div className="clause-texts">
        {partsOf(clause['content']).map((text, at) => {
          const { lang } = attributesOf(text)
          return (
            <div key={at} data-clause-text="" lang={isLanguage(lang) ? lang : languageKeys[0]}>
              {childrenOf(text)}
            </div>
          )
        })}
      </div>
      <Fields clause={clause} />
    </section>
  )
}

/** The fields in each language; which of them are shown is a matter of style, as in the editor. */
function Fields({ clause }: { readonly clause: Part }) {
  const own = useLanguage()
  const said = languageKeys.map((language) => ({
    language,
    words: fieldWords(attributesOf(clause), language, () => null),
  }))
  if (said.every(({ words }) => words.length === 0)) return null
  return (
    <div className="clause-fields">
      {said.map(({ language, words }) => (
        <dl key={language} className="fields" lang={languages[language].tag}>
          {words
            .filter(({ neutral }) => !neutral || language === own)
            .map(({ field, name, value, status }) => (
              <div key={field} className="field">
                <dt className="field-name">{name}</dt>
                <dd className="field-value">
                  {status === null ? null : <StatusIcon status={status} size={15} />} <Verbatim>{value}</Verbatim>
                </dd>
              </div>
            ))}
        </dl>
      ))}
    </div>
  )
}

const childrenOf = (part: Part): ReactNode =>
  partsOf(part['content']).map((child, at) => <Fragment key={at}>{blockOf(child)}</Fragment>)

const tags: Readonly<Record<string, string>> = {
  bulletList: 'ul',
  orderedList: 'ol',
  listItem: 'li',
  tableRow: 'tr',
  tableCell: 'td',
  tableHeader: 'th',
}

const isSpan = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value > 1 && value <= 100

/** A block, or words. What is not known is drawn as what it holds. */
function blockOf(part: Part): ReactNode {
  const { type } = part
  const { level, colspan, rowspan, start } = attributesOf(part)
  if (type === 'text') return wordsOf(part)
  if (type === 'hardBreak') return <br />
  if (type === 'paragraph') {
    const heading = level === 1 || level === 2 || level === 3
    return createElement(heading ? `h${level + 1}` : 'p', null, childrenOf(part))
  }
  if (type === 'table') {
    return (
      <div className="tableWrapper">
        <table>
          <tbody>{childrenOf(part)}</tbody>
        </table>
      </div>
    )
  }
  const tag = typeof type === 'string' && Object.hasOwn(tags, type) ? tags[type] : undefined
  if (tag === undefined) return childrenOf(part)
  const attributes = {
    ...(isSpan(colspan) ? { colSpan: colspan } : {}),
    ...(isSpan(rowspan) ? { rowSpan: rowspan } : {}),
    ...(tag === 'ol' && typeof start === 'number' ? { start } : {}),
  }
  return createElement(tag, attributes, childrenOf(part))
}

const emphases: Readonly<Record<string, string>> = {
  bold: 'strong',
  italic: 'em',
  underline: 'u',
  insertion: 'ins',
  deletion: 'del',
}

function wordsOf({ text, marks }: Part): ReactNode {
  const words: ReactNode = typeof text === 'string' ? <Verbatim>{text}</Verbatim> : null
  return partsOf(marks).reduce<ReactNode>((inside, mark) => {
    const { type } = mark
    if (type === 'link') {
      const { href } = attributesOf(mark)
      if (!isSafeHref(href)) return inside
      return (
        <a href={href} target="_blank" rel="noopener noreferrer nofollow">
          {inside}
        </a>
      )
    }
    const tag = typeof type === 'string' && Object.hasOwn(emphases, type) ? emphases[type] : undefined
    return tag === undefined ? inside : createElement(tag, null, inside)
  }, words)
}
