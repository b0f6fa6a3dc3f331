/** The editor's guard over clauses: what may not be removed or joined, whose ids are whose, and whom it leaves alone. */
import { deleteSelection, joinBackward, selectAll } from '@tiptap/pm/commands'
import { Fragment, Slice } from '@tiptap/pm/model'
import { wrapInList } from '@tiptap/pm/schema-list'
import { TextSelection } from '@tiptap/pm/state'
import { addColumnAfter, addRowAfter } from '@tiptap/pm/tables'
import { beforeEach, describe, expect, test } from 'vitest'
import { schema } from '#shared/editor/schema.ts'
import {
  clauseAt,
  clauseById,
  deleteClause,
  duplicateClause,
  insertClauseAfter,
  neighbourOf,
  swapClauses,
} from '#client/editor/clause-commands.ts'
import { selectClauseText, structurePlugin, withoutClauses } from '#client/editor/structure.ts'
import { insertTable } from '#client/document/tables.ts'
import { bindEditor, clauseOf, idOf, linesOf, type BoundEditor } from './editor-binding.ts'

let refusals = 0
let editor: BoundEditor

const ids = () => editor.state().doc.content.content.map((clause) => String(clause.attrs['id']))

beforeEach(() => {
  refusals = 0
  editor = bindEditor(
    [clauseOf(1, ['First in English.'], ['第一の日本語。']), clauseOf(2, ['Second in English.'], ['第二の日本語。'])],
    [structurePlugin(() => (refusals += 1))],
  )
})

describe('typing leaves clauses whole', () => {
  test('[D4] deleting a selection across two languages is refused, and says so', () => {
    const from = editor.find('in English').from
    const to = editor.find('日本語').from
    editor.run((state) => state.tr.setSelection(TextSelection.create(state.doc, from, to)))
    expect(editor.command(deleteSelection)).toBe(false)
    expect(refusals).toBe(1)
    expect(linesOf(editor, 1, 'en')).toEqual(['First in English.'])
    expect(linesOf(editor, 1, 'ja')).toEqual(['第一の日本語。'])
  })

  test('[D4] deleting a selection across clauses is refused', () => {
    const from = editor.find('第一').from
    const to = editor.find('Second').to
    editor.run((state) => state.tr.setSelection(TextSelection.create(state.doc, from, to)))
    expect(editor.command(deleteSelection)).toBe(false)
    expect(ids()).toEqual([idOf(1), idOf(2)])
  })

  test('[D4] deleting everything is refused', () => {
    editor.command(selectAll)
    expect(editor.command(deleteSelection)).toBe(false)
    expect(ids()).toEqual([idOf(1), idOf(2)])
  })

  test('[D4] a split of a clause in two is refused', () => {
    const { from } = editor.find('in English')
    expect(editor.run((state) => state.tr.split(from, 3))).toBe(false)
    expect(ids()).toHaveLength(2)
  })

  test('[D4] Backspace at the start of a text joins it with nothing', () => {
    editor.caret('Second in', 'start')
    expect(editor.command(joinBackward)).toBe(false)
    expect(ids()).toEqual([idOf(1), idOf(2)])
  })

  test('[D4] typing inside a text is let through', () => {
    expect(editor.run((state) => state.tr.insertText('very ', editor.find('in English').from))).toBe(true)
    expect(linesOf(editor, 1, 'en')).toEqual(['First very in English.'])
    expect(refusals).toBe(0)
  })

  test('[D4] a text whose lines are all deleted keeps one to type in', () => {
    const { from, to } = editor.find('First in English.')
    editor.run((state) => state.tr.delete(from - 1, to + 1))
    expect(linesOf(editor, 1, 'en')).toEqual([''])
  })
})

describe('tables and lists', () => {
  const cells = () => {
    const found: { type: string; lines: number }[] = []
    editor.state().doc.descendants((node) => {
      if (/^(tableCell|tableHeader|listItem)$/.test(node.type.name)) {
        found.push({ type: node.type.name, lines: node.childCount })
      }
    })
    return found
  }
  const insert = () => {
    editor.caret('First in English.', 'end')
    editor.run((state) => insertTable(state, 2, 3))
  }

  test('[U9] a table comes with a line in every cell, and the caret in the first', () => {
    insert()
    expect(cells()).toEqual([
      ...Array.from({ length: 3 }, () => ({ type: 'tableHeader', lines: 1 })),
      ...Array.from({ length: 3 }, () => ({ type: 'tableCell', lines: 1 })),
    ])
    const { $from } = editor.state().selection
    expect([$from.node(-1).type.name, $from.index(-3), $from.index(-2)]).toEqual(['tableHeader', 0, 0])
    expect(insertTable(editor.state(), 2, 2)).toBeNull()
  })

  test('[U9] the cells of a new row and column have a line to type in', () => {
    insert()
    expect(editor.command(addRowAfter)).toBe(true)
    expect(editor.command(addColumnAfter)).toBe(true)
    expect(cells()).toHaveLength(12)
    expect(cells().every(({ lines }) => lines === 1)).toBe(true)
  })

  test('[U9] a list item whose line is deleted keeps one', () => {
    editor.caret('First in English.', 'end')
    editor.command(wrapInList(schema.nodes['bulletList']!))
    const { from, to } = editor.find('First in English.')
    editor.run((state) => state.tr.delete(from - 1, to + 1))
    expect(cells()).toEqual([{ type: 'listItem', lines: 1 }])
  })
})

describe('others are never filtered or amended', () => {
  test('[D4] a clause that someone else deletes goes', () => {
    editor.remote((body) => body.delete(0, 1))
    expect(ids()).toEqual([idOf(2)])
    expect(refusals).toBe(0)
  })

  test('[D4] an empty text that someone else leaves is not filled by me', () => {
    const tr = editor.remote((body) => {
      const clause = body.get(0)
      if ('get' in clause) {
        const text = clause.get(0)
        if ('delete' in text) text.delete(0, text.length)
      }
    })
    expect(tr.doc.child(0).child(0).childCount).toBe(0)
    expect(editor.state().doc.eq(tr.doc)).toBe(true)
  })
})

describe('clause ids', () => {
  test('[D4] a duplicate gets an id of its own, and its words', () => {
    editor.run((state) => duplicateClause(state, clauseById(state.doc, idOf(1))!))
    expect(new Set(ids()).size).toBe(3)
    expect([ids()[0], ids()[2]]).toEqual([idOf(1), idOf(2)])
    expect(editor.state().doc.child(1).textContent).toBe(editor.state().doc.child(0).textContent)
  })

  test('[D4] a copy that comes in with the same id gets another, even before the original', () => {
    editor.run((state) => state.tr.insert(0, state.doc.child(1).copy(state.doc.child(1).content)))
    expect(new Set(ids()).size).toBe(3)
    expect(ids().slice(1)).toEqual([idOf(1), idOf(2)])
  })

  test('[D4] a new clause has a text in every language and the caret in the first', () => {
    editor.run((state) => insertClauseAfter(state, clauseById(state.doc, idOf(1)), 'article'))
    const { doc, selection } = editor.state()
    expect(doc.child(1).content.content.map((text) => text.attrs['lang'])).toEqual(['en', 'ja'])
    expect(clauseAt(doc, selection.from)?.index).toBe(1)
  })

  test('[D4] a clause is deleted by its command, and by nothing else', () => {
    editor.run((state) => deleteClause(state, clauseById(state.doc, idOf(1))!))
    expect(ids()).toEqual([idOf(2)])
  })

  test('[D4] a move keeps ids and words, whichever clause is written anew', () => {
    editor.remote((body) => swapClauses(body, idOf(1), idOf(2)))
    expect(ids()).toEqual([idOf(2), idOf(1)])
    editor.remote((body) => swapClauses(body, idOf(1), idOf(2)))
    expect(ids()).toEqual([idOf(1), idOf(2)])
    expect(linesOf(editor, 2, 'ja')).toEqual(['第二の日本語。'])
    expect(neighbourOf(editor.state().doc, idOf(1), 'up')).toBeNull()
  })

  test('[D4] words typed by others into the clause that stays are not mixed up by a move', () => {
    const moved = editor.body.get(0)
    editor.remote((body) => swapClauses(body, idOf(1), idOf(2)))
    // The element that stayed is the very one others are typing in.
    expect(editor.body.get(1)).toBe(moved)
  })
})

describe('pasting', () => {
  const whole = () => new Slice(Fragment.from(editor.state().doc.child(0)), 0, 0)

  test('[D4] clauses paste as their words in the language pasted into', () => {
    const slice = withoutClauses(whole(), schema, 'ja')
    expect(slice.content.textBetween(0, slice.content.size)).toBe('第一の日本語。')
    expect(slice.content.firstChild?.type.name).toBe('text')
  })

  test('[D4] what holds no clause is left as it is', () => {
    const slice = new Slice(Fragment.from(schema.text('plain')), 0, 0)
    expect(withoutClauses(slice, schema, 'en')).toBe(slice)
  })
})

describe('selecting all', () => {
  test('[U9] takes the clause text first, then leaves it to everything', () => {
    editor.caret('First', 'end')
    const selection = selectClauseText(editor.state())!
    expect(editor.state().doc.textBetween(selection.from, selection.to)).toBe('First in English.')
    editor.run((state) => state.tr.setSelection(selection))
    expect(selectClauseText(editor.state())).toBeNull()
  })
})
