/** What pasting makes of clauses, of texts that name their articles, of notes and of signs that cannot be seen. */
import { Fragment, Slice, type Node } from '@tiptap/pm/model'
import { NodeSelection, TextSelection } from '@tiptap/pm/state'
import { describe, expect, test } from 'vitest'
import { documentSchema } from '#shared/editor/schema.ts'
import { readClauses } from '#shared/editor/clauses.ts'
import { divideIntoArticles, giveNotes } from '#client/editor/articles.ts'
import {
  pasteArticles,
  pasteClauses,
  pasteWithNotes,
  withoutClauses,
  cleanWords,
  holdsClauses,
  withoutControls,
} from '#client/editor/pasted.ts'
import { lowered, raised } from '#client/editor/raised.ts'
import { structurePlugin } from '#client/editor/structure.ts'
import { bindEditor, clauseOf, idOf, linesOf, type BoundEditor } from './editor-binding.ts'

const schema = documentSchema()

const line = (text: string, level: number | null = null): Node =>
  schema.nodes['paragraph']!.create({ level }, text === '' ? [] : schema.text(text))
const lines = (...texts: string[]) => Fragment.from(texts.map((text) => line(text)))
const bound = (...nodes: Parameters<typeof bindEditor>[0][]) =>
  bindEditor(nodes.flat(), [structurePlugin(() => undefined)])
const clausesOf = (editor: BoundEditor) =>
  readClauses(editor.body).map(({ kind, text }) => `${kind}: ${text.en} / ${text.ja}`)
const none = Fragment.empty

describe('copied clauses', () => {
  const source = () =>
    bound([
      clauseOf(1, ['One.'], ['一。'], 'outcomeTarget', { measureEn: 'Count', due: '2027-03-31', status: 'blocked' }),
      clauseOf(2, ['Two.'], ['二。'], 'outcomeTarget', { ownerUs: 'us-state' }),
    ]).state().doc

  test('[D4] several clauses paste as clauses behind the one with the caret: both languages, fields, ids of their own', () => {
    const doc = source()
    const copied = doc.slice(0, doc.content.size)
    expect(holdsClauses(copied)).toBe(true)
    const editor = bound([
      clauseOf(1, ['One.'], ['一。'], 'outcomeTarget'),
      clauseOf(9, ['Nine.'], ['九。'], 'outcomeTarget'),
    ])
    editor.caret('一。', 'end')
    editor.run((state) => pasteClauses(state, copied, ['outcomeTarget'], state.selection.to, 'ja'))
    const rows = readClauses(editor.body)
    expect(rows.map(({ text }) => `${text.en}${text.ja}`)).toEqual(['One.一。', 'One.一。', 'Two.二。', 'Nine.九。'])
    expect(rows[1]?.fields).toEqual({ measureEn: 'Count', due: '2027-03-31', status: 'blocked' })
    expect(rows[2]?.fields).toEqual({ ownerUs: 'us-state' })
    expect([rows[0]?.id, rows[3]?.id]).toEqual([idOf(1), idOf(9)])
    expect(new Set([...rows.map(({ id }) => id), idOf(2)]).size).toBe(5)
    const { selection } = editor.state()
    expect(selection.$from.parent.textContent).toBe('二。')
  })

  test('[D4] what was copied of a clause in part is a clause with that part; a clause that is empty gives its place', () => {
    const doc = source()
    const from = bound([]).state()
    expect(from.doc.childCount).toBe(0)
    const editor = bound([clauseOf(5, [''], [''])])
    const copied = doc.slice(3, doc.content.size - 6)
    editor.run((state) => pasteClauses(state, copied, ['article'], 4, 'en'))
    expect(clausesOf(editor)).toEqual(['article: One. / 一。', 'article: Two. / '])
    expect(readClauses(editor.body).every(({ fields }) => Object.keys(fields).length === 0)).toBe(true)
  })

  test('[D4] in a document of another kind, fields are kept that it has as well', () => {
    const doc = source()
    const editor = bound([clauseOf(7, ['Seven.'], ['七。'], 'action')])
    editor.run((state) => pasteClauses(state, doc.slice(0, doc.content.size), ['action'], 3, 'en'))
    const [, first] = readClauses(editor.body)
    expect([first?.kind, first?.fields]).toEqual(['action', { due: '2027-03-31', status: 'blocked' }])
  })

  test('[D4] words copied from within one clause are words, of the language pasted into', () => {
    const { doc } = bound([clauseOf(1, ['One.'], ['一。'])]).state()
    const copied = doc.slice(2, doc.content.size - 2)
    expect(holdsClauses(copied)).toBe(false)
    const slice = withoutClauses(copied, schema, 'ja')
    expect(slice.content.textBetween(0, slice.content.size)).toBe('一。')
    expect(slice.content.firstChild?.type.name).toBe('text')
    const plain = new Slice(Fragment.from(schema.text('plain')), 0, 0)
    expect(withoutClauses(plain, schema, 'en')).toBe(plain)
  })
})

describe('articles', () => {
  const heads = (...texts: string[]) => {
    const articles = divideIntoArticles(lines('Lead.', ...texts), ['article'])
    return articles === null
      ? null
      : articles.clauses.map((blocks) =>
          blocks.map(({ textContent, attrs }) => `${attrs['level'] ?? ''}${textContent}`),
        )
  }

  test.each<[string[], string[][] | null]>([
    [['Article 1', 'Words.'], [['Words.']]],
    [['ARTICLE IV', 'Words.'], [['Words.']]],
    [['Article 2 – Investment', 'Words.'], [['2Investment', 'Words.']]],
    [['Article 2. Investment', 'Words.'], [['2Investment', 'Words.']]],
    [['Article 3 (Scope)', 'Words.'], [['2(Scope)', 'Words.']]],
    [['Article 3\u00a0Scope of Cooperation', 'Words.'], [['2Scope of Cooperation', 'Words.']]],
    [['Article 3. The Participants will cooperate.'], [['The Participants will cooperate.']]],
    [['第3条（協力）', '本文。'], [['2（協力）', '本文。']]],
    [
      ['（目的）', '第一条　この覚書は、協力を目的とする。', '第十二条の二'],
      [['2（目的）', 'この覚書は、協力を目的とする。'], []],
    ],
    [['Article 3 shall not apply.'], null],
    [['Article 3, paragraph 2, applies.'], null],
    [['Article 3(b) of the Convention'], null],
    [['Articles 3 and 4 apply.'], null],
    [['第3条の規定は、適用しない。'], null],
    [['第3条（1）に定める場合'], null],
  ])('[D4] %j divides a text as %j', (texts, expected) => {
    expect(heads(...texts)).toEqual(expected)
  })

  test('[D4] a single line that names an article is that line', () => {
    expect(divideIntoArticles(lines('Article 3'), ['article'])).toBeNull()
  })

  test('[D4] each article starts a clause behind the one with the caret, what comes before stays with it', () => {
    const editor = bound([clauseOf(1, ['One.'], ['一。']), clauseOf(2, ['Last.'], ['末。'])])
    editor.caret('One.', 'end')
    const articles = divideIntoArticles(
      lines(' And more.', 'Article 2 – Scope', 'It covers all.', 'Article 3', 'No end.'),
      ['article'],
    )!
    editor.run((state) => pasteArticles(state, articles, ['article'], 'en', none))
    expect(clausesOf(editor)).toEqual([
      'article: One. And more. / 一。',
      'article: Scope\nIt covers all. / ',
      'article: No end. / ',
      'article: Last. / 末。',
    ])
  })

  test('[D4] the same text in the other language finds the clauses of the first, as long as they wait for it', () => {
    const editor = bound([clauseOf(1, ['One.'], ['']), clauseOf(2, ['Two.'], ['']), clauseOf(3, ['Three.'], ['三。'])])
    const { from } = editor.find('One.')
    editor.run((state) => state.tr.setSelection(TextSelection.create(state.doc, from + 'One.'.length + 4)))
    const articles = divideIntoArticles(lines('第1条', '一。', '第2条', '二。', '第3条', '新。'), ['article'])!
    editor.run((state) => pasteArticles(state, articles, ['article'], 'ja', none))
    expect(clausesOf(editor)).toEqual([
      'article: One. / 一。',
      'article: Two. / 二。',
      'article:  / 新。',
      'article: Three. / 三。',
    ])
  })

  test('[D4] pasting over a selection across clauses deletes none of them', () => {
    const editor = bound([clauseOf(1, ['One.'], ['一。']), clauseOf(2, ['Two.'], ['二。'])])
    const [from, to] = [editor.find('ne.').from, editor.find('Tw').to]
    editor.run((state) => state.tr.setSelection(TextSelection.create(state.doc, from, to)))
    const articles = divideIntoArticles(lines('X', 'Article 9', 'Nine.'), ['article'])!
    editor.run((state) => pasteArticles(state, articles, ['article'], 'en', none))
    expect(clausesOf(editor)).toEqual(['article: One. / 一。', 'article: TwXo. / 二。', 'article: Nine. / '])
  })

  test('[D4] into a document without clauses', () => {
    const editor = bound([])
    const articles = divideIntoArticles(lines('We, the Participants,', 'Article 1', 'One.'), ['article', 'preamble'])!
    editor.run((state) => pasteArticles(state, articles, ['article', 'preamble'], null, none))
    expect(clausesOf(editor)).toEqual(['preamble: We, the Participants, / ', 'article: One. / '])
  })
})

describe('notes', () => {
  test('[U17] a note stands at the end of the text that was pasted into, and with articles behind the one with its mark', () => {
    const editor = bound([clauseOf(1, ['One.', 'Two.'], ['一。'])])
    editor.caret('One.', 'end')
    const notes = lines('[1] The note.', '[2] Another.')
    editor.run((state) => pasteWithNotes(state, new Slice(Fragment.from(schema.text(' Words[1].')), 0, 0), notes))
    expect(linesOf(editor, 1, 'en')).toEqual(['One. Words[1].', 'Two.', '[1] The note.', '[2] Another.'])

    const articles = divideIntoArticles(lines('Lead[2].', 'Article 1', 'One[1].', 'Article 2', 'Two.'), ['article'])!
    const given = giveNotes(articles, notes)
    expect(given.articles.clauses[0]?.map(({ textContent }) => textContent)).toEqual(['One[1].', '[1] The note.'])
    expect(given.left.textBetween(0, given.left.size)).toBe('[2] Another.')
  })

  test('[U17] where a whole clause is selected, notes go nowhere else than into a clause', () => {
    const editor = bound([clauseOf(1, ['One.'], ['一。'])])
    editor.run((state) => state.tr.setSelection(NodeSelection.create(state.doc, 0)))
    editor.run((state) => pasteWithNotes(state, new Slice(lines('Words[1].'), 1, 1), lines('[1] The note.')))
    expect(editor.state().doc.childCount).toBe(1)
  })
})

describe('signs', () => {
  test.each([
    ['3', '³'],
    ['−12', '⁻¹²'],
    ['n+1', 'ⁿ⁺¹'],
    ['st', 'st'],
    ['[1]', '[1]'],
    ['注', '^注'],
    ['AB', '^(AB)'],
    ['TM', '™'],
  ])('[U17] raised %s reads %s', (text, expected) => {
    expect(raised(text)).toBe(expected)
  })

  test('[U17] lowered 2 reads ₂', () => {
    expect(lowered('2')).toBe('₂')
  })

  test('[U17] control characters are left out, tab and line feed are kept', () => {
    const all = Array.from({ length: 0xa0 }, (_, code) => String.fromCharCode(code)).join('')
    const kept = withoutControls(`a${all.replace(/[\n-\r]/g, '')}b`)
    expect(kept).toBe(`a\t${all.slice(0x20, 0x7f)}b`)
    expect(withoutControls('a\r\nb\rc\vd\fe\tf')).toBe('a\nb\nc\nd\ne\tf')
    const dirty = new Slice(Fragment.from([line('a\0b\u0085c'), line('\u0001'), line('d')]), 1, 1)
    const clean = cleanWords(dirty)
    expect(clean.content.content.map(({ textContent }) => textContent)).toEqual(['abc', '', 'd'])
    expect(cleanWords(clean)).toBe(clean)
  })
})
