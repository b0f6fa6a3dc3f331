/** Files show all that the hash of a version covers, and what cannot be seen is spelled out in them. */
import { expect, test } from 'vitest'
import type { JsonNode } from '#shared/editor/text.ts'
import { toHtml, toMarkdown } from '#server/snapshots/export.ts'

const id = '00000001-0000-4000-8000-000000000000'
const line = (...content: (string | JsonNode)[]): JsonNode => ({
  type: 'paragraph',
  content: content.map((words) => (typeof words === 'string' ? { type: 'text', text: words } : words)),
})
const text = (lang: string, ...content: JsonNode[]): JsonNode => ({ type: 'clauseText', attrs: { lang }, content })
const version = (...content: JsonNode[]) => ({
  title: { en: 'Memorandum', ja: '協力覚書' },
  label: 'First\u202e reading',
  hash: 'f'.repeat(64),
  at: '2027-01-01T00:00:00.000Z',
  by: { en: 'Secretariat', ja: '事務局' },
  content: { type: 'doc', content },
})
const forms = { HTML: toHtml, Markdown: toMarkdown }

test.for(Object.entries(forms))(
  '[V5] %s shows a second text, a doubled id, and a field of another kind',
  ([, write]) => {
    const article = (attrs: JsonNode['attrs'], ...texts: JsonNode[]): JsonNode => ({
      type: 'clause',
      attrs: { id, kind: 'article', ...attrs },
      content: texts,
    })
    const file = write(
      version(
        article({ targetEn: 'Ten' }, text('en', line('One')), text('ja', line('一')), text('en', line('Two'))),
        article({}, text('en', line('Three')), { type: 'clauseText', content: [line('Stray')] }),
        {
          type: 'clause',
          attrs: { id: '00000002-0000-4000-8000-000000000000', kind: 'action', serves: id },
          content: [],
        },
        line('Beside the clauses'),
      ),
      ['en', 'ja'],
    )
    for (const words of ['One', 'Two', 'A further text in the same language', 'Three', 'Stray', 'Beside the clauses']) {
      expect(file).toContain(words)
    }
    expect(file).toContain('Ten (not a field of this kind of clause)')
    expect(file).toContain('This clause bears the id of an earlier one.')
    // What an action serves is hashed, and so it is shown.
    expect(file.split(id)).toHaveLength(3)
  },
)

test.for(Object.entries(forms))('[V6] %s spells out what cannot be seen and what passes for another', ([, write]) => {
  const bold = (words: string): JsonNode => ({ type: 'text', text: words, marks: [{ type: 'bold' }] })
  const file = write(
    version({
      type: 'clause',
      attrs: { id, kind: 'outcomeTarget', targetEn: 'p\u0430id' },
      content: [text('en', line('paid by \u202eSU\u202c only, p', bold('\u0430'), 'id'), line('👨‍👩‍👧')), text('ja')],
    }),
    ['en'],
  )
  expect(file).toContain('paid by ‹U+202E›SU‹U+202C› only')
  expect(file).toContain('pа‹U+0430›id')
  expect(file).toMatch(/p(\*\*|<strong>)а‹U\+0430›(\*\*|<\/strong>)id/)
  expect(file).toContain('First‹U+202E› reading')
  expect(file).toContain('👨‍👩‍👧')
  expect(file).toMatch(/‹U\+0430› letter of another script × 2/)
  expect(file).toMatch(/‹U\+202E› turns the direction of reading × 1/)
  expect(file).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/)
})

test('[V5] a table that Markdown has no form for is written as HTML, with its spans and headings', () => {
  const cell = (type: string, words: string, attrs: JsonNode['attrs'] = {}): JsonNode => ({
    type,
    attrs,
    content: [line(words)],
  })
  const table = (...rows: JsonNode[][]): JsonNode => ({
    type: 'table',
    content: rows.map((content) => ({ type: 'tableRow', content })),
  })
  const write = (node: JsonNode) => toMarkdown(version(node), ['en'])
  expect(write(table([cell('tableHeader', 'a')], [cell('tableCell', 'b')]))).toContain('| a |\n| --- |\n| b |')
  expect(write(table([cell('tableHeader', 'a', { colspan: 2 })]))).toMatch(/<th[^>]*colspan="2"/)
  expect(write(table([cell('tableCell', 'a')], [cell('tableHeader', 'b')]))).toMatch(/<td.*<th/)
})
