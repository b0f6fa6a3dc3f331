/**
 * The one schema of every document: clauses among paragraphs, each clause with one text per language. Both sides build it from
 * these Tiptap extensions; the client adds behaviour to them, never nodes or marks.
 *
 * Level and kind are attributes, never node types: a change of type is a deletion and an insertion to the shared text, which loses
 * what others type there meanwhile. Every container may be empty for the same reason: two people who each delete half of a text
 * leave an empty one, and a stricter rule would make every editor, a reader's too, throw its container out of the shared text.
 */
import { getSchema, Mark, mergeAttributes, Node, type Extensions } from '@tiptap/core'
import { Bold } from '@tiptap/extension-bold'
import { HardBreak } from '@tiptap/extension-hard-break'
import { Italic } from '@tiptap/extension-italic'
import { BulletList, ListItem, OrderedList } from '@tiptap/extension-list'
import { Table, TableCell, TableHeader, TableRow } from '@tiptap/extension-table'
import { Text } from '@tiptap/extension-text'
import { Underline } from '@tiptap/extension-underline'
import type { Schema } from '@tiptap/pm/model'
import { allClauseAttributes, isClauseKind } from '#shared/domain/documents.ts'
import { derived } from '#shared/domain/initiative.ts'
import { isLanguage } from '#shared/domain/languages.ts'
import { pendingExtensions } from './changes/marks.ts'
import { isClauseId, isFieldValue, isSafeHref } from './fields.ts'

export { isClauseId, isFieldValue, isSafeHref } from './fields.ts'

/** Heading levels of a paragraph; null is body text. */
export const levels = [1, 2, 3] as const
export type Level = (typeof levels)[number]

/** Fails with a `RangeError`, as ProseMirror's own checks do. */
const mustBe = (what: string, test: (value: unknown) => boolean) => (value: unknown) => {
  if (!test(value)) throw new RangeError(`${what} cannot be ${JSON.stringify(value)}`)
}

const orNull = (test: (value: unknown) => boolean) => (value: unknown) => value === null || test(value)

/** An attribute that stands in HTML as `data-…`, so that copy and paste keeps it. */
const dataAttribute = (name: string, validate: (value: unknown) => void) => {
  const html = `data-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
  return {
    default: null,
    validate,
    parseHTML: (element: { getAttribute(name: string): string | null }) => element.getAttribute(html),
    renderHTML: (attributes: Record<string, unknown>) => {
      const value = attributes[name]
      return typeof value === 'string' ? { [html]: value } : {}
    },
  }
}

const Document = Node.create({ name: 'doc', topNode: true, content: '(clause | block)*' })

const Paragraph = Node.create({
  name: 'paragraph',
  group: 'block',
  content: 'inline*',
  priority: 1000,
  addAttributes: () => ({
    level: {
      default: null,
      rendered: false,
      validate: mustBe('A heading level', (value) => value === null || levels.some((level) => level === value)),
    },
  }),
  parseHTML: () => [
    { tag: 'p' },
    ...levels.map((level) => ({ tag: `h${level + 1}`, attrs: { level } })),
    { tag: 'h1', attrs: { level: 1 } },
    ...[5, 6].map((deep) => ({ tag: `h${deep}`, attrs: { level: 3 } })),
  ],
  // The page's own title is the h1: headings in the text start one below it.
  renderHTML: ({ node, HTMLAttributes }) => {
    const { level } = node.attrs
    return [typeof level === 'number' ? `h${level + 1}` : 'p', HTMLAttributes, 0]
  },
})

const Clause = Node.create({
  name: 'clause',
  content: 'clauseText*',
  isolating: true,
  defining: true,
  addAttributes: () => ({
    id: dataAttribute('id', mustBe('A clause id', orNull(isClauseId))),
    kind: { ...dataAttribute('kind', mustBe('A kind of clause', isClauseKind)), default: 'article' },
    ...Object.fromEntries(
      allClauseAttributes().map((name) => [
        name,
        dataAttribute(
          name,
          mustBe(`The field ${name}`, (value) => isFieldValue(name, value)),
        ),
      ]),
    ),
  }),
  parseHTML: () => [{ tag: 'section[data-clause]' }],
  renderHTML: ({ HTMLAttributes }) => ['section', mergeAttributes(HTMLAttributes, { 'data-clause': '' }), 0],
})

const ClauseText = Node.create({
  name: 'clauseText',
  content: 'block*',
  isolating: true,
  defining: true,
  addAttributes: () => ({
    lang: {
      default: 'en',
      validate: mustBe('A language', isLanguage),
      parseHTML: (element: { getAttribute(name: string): string | null }) => element.getAttribute('lang'),
      renderHTML: (attributes: Record<string, unknown>) => ({ lang: attributes['lang'] }),
    },
  }),
  parseHTML: () => [{ tag: 'div[data-clause-text]' }],
  renderHTML: ({ HTMLAttributes }) => ['div', mergeAttributes(HTMLAttributes, { 'data-clause-text': '' }), 0],
})

const Link = Mark.create({
  name: 'link',
  inclusive: false,
  addAttributes: () => ({ href: { default: null, validate: mustBe('A link', isSafeHref) } }),
  parseHTML: () => [
    {
      tag: 'a[href]',
      getAttrs: (element: { getAttribute(name: string): string | null }) =>
        isSafeHref(element.getAttribute('href')) ? null : false,
    },
  ],
  renderHTML: ({ HTMLAttributes }) => [
    'a',
    mergeAttributes(HTMLAttributes, { rel: 'noopener noreferrer nofollow', target: '_blank' }),
    0,
  ],
})

type HtmlElement = { getAttribute(name: string): string | null }
type GivenAttribute = {
  readonly default?: unknown
  readonly parseHTML?: ((element: never) => unknown) | null | undefined
}

/**
 * An attribute that an extension brings without a judgement of its own. What is pasted and does not fit is not taken: the server
 * would refuse it, and with it whoever pasted.
 */
const judged = (given: GivenAttribute | undefined, name: string, test: (value: unknown) => boolean) => ({
  ...given,
  validate: mustBe(`The attribute ${name}`, test),
  parseHTML: (element: HtmlElement) => {
    const value = given?.parseHTML ? given.parseHTML(element as never) : Number(element.getAttribute(name) ?? 1)
    return test(value) ? value : given?.default
  },
})

/** A cell over a billion columns would keep every editor that shows it busy for good. */
const mostSpan = 100
const isSpan = (value: unknown) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= mostSpan
/** Column widths in pixels: wider than any page, a table would push the words of the other columns out of sight. */
const isWidth = (value: unknown) => Number.isInteger(value) && Number(value) >= 10 && Number(value) <= 1000
const areWidths = (value: unknown) =>
  Array.isArray(value) && value.length >= 1 && value.length <= mostSpan && value.every(isWidth)
const isOneOf = (values: readonly string[]) => (value: unknown) => values.some((each) => each === value)
/** How words stand in a cell. Any other word would be CSS of whoever wrote it, in everyone's page and in exported files. */
const isAlign = isOneOf(['left', 'center', 'right'])
const isListStart = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0
const isListNumbering = isOneOf(['1', 'a', 'A', 'i', 'I'])

const judgedCell = (given: Readonly<Record<string, GivenAttribute>> = {}) => ({
  ...given,
  colspan: judged(given['colspan'], 'colspan', isSpan),
  rowspan: judged(given['rowspan'], 'rowspan', isSpan),
  colwidth: judged(given['colwidth'], 'colwidth', orNull(areWidths)),
  align: judged(given['align'], 'align', orNull(isAlign)),
})

const judgedList = (given: Readonly<Record<string, GivenAttribute>> = {}) => ({
  ...given,
  start: judged(given['start'], 'start', isListStart),
  type: judged(given['type'], 'type', orNull(isListNumbering)),
})

/** Nodes and marks of every document between these parties. */
export const schemaExtensionsFor = (parties: readonly string[]): Extensions => [
  Document,
  Paragraph,
  Text,
  Clause,
  ClauseText,
  BulletList.extend({ content: 'listItem*' }),
  OrderedList.extend({
    content: 'listItem*',
    addAttributes() {
      return judgedList(this.parent?.())
    },
  }),
  ListItem.extend({ content: 'block*' }),
  Table.extend({ content: 'tableRow*' }).configure({ resizable: false }),
  TableRow,
  TableHeader.extend({
    content: 'block*',
    addAttributes() {
      return judgedCell(this.parent?.())
    },
  }),
  TableCell.extend({
    content: 'block*',
    addAttributes() {
      return judgedCell(this.parent?.())
    },
  }),
  HardBreak,
  Bold,
  Italic,
  Underline,
  Link,
  ...pendingExtensions(parties),
]

/** Nodes and marks of every document of the initiative. */
export const schemaExtensions: () => Extensions = derived(({ parties }) => schemaExtensionsFor(parties))

/** The schema of every document: a clause has an owner for each of the initiative's parties. */
export const documentSchema: () => Schema = derived(() => getSchema(schemaExtensions()))
