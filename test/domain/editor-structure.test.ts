/** The editor's guard over clauses: what may not be removed or joined, whose ids are whose, and whom it leaves alone. */
import { deleteSelection, joinBackward, selectAll, splitBlock } from '@tiptap/pm/commands'
import { wrapInList } from '@tiptap/pm/schema-list'
import { TextSelection } from '@tiptap/pm/state'
import { addColumnAfter, addRowAfter, tableEditing } from '@tiptap/pm/tables'
import { beforeEach, describe, expect, test } from 'vitest'
import { documentSchema } from '#shared/editor/schema.ts'
import {
  clauseAt,
  clauseById,
  deleteClause,
  duplicateClause,
  insertClauseAfter,
  moveIntoClause,
  neighbourOf,
  swapClauses,
} from '#client/editor/clause-commands.ts'
import { structurePlugin } from '#client/editor/structure.ts'
import { caretPlacePlugin } from '#client/editor/caret-place.ts'
import { withoutRepairs } from '#client/editor/tables.ts'
import { selectClauseText } from '#client/editor/whole-text.ts'
import { insertTable } from '#client/editor/table-insert.ts'
import { fromJson } from '#shared/editor/text.ts'
import { bindEditor, clauseOf, idOf, linesOf, paragraph, type BoundEditor } from './editor-binding.ts'

const schema = documentSchema()

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
  test('[S14] a table that two people left uneven is shown as it is, and nothing is written', () => {
    editor = bindEditor([clauseOf(1, ['First in English.'])], [withoutRepairs(tableEditing())])
    const row = (...cells: readonly string[]) => ({
      type: 'tableRow',
      content: cells.map((words) => ({ type: 'tableCell', content: [paragraph(words)] })),
    })
    const tr = editor.remote((body) => {
      const clause = body.get(0)
      const text = 'get' in clause ? clause.get(0) : null
      if (text !== null && 'push' in text) text.push(fromJson([{ type: 'table', content: [row('a', 'b'), row('c')] }]))
    })
    expect(editor.state().doc.eq(tr.doc)).toBe(true)
    editor.run((state) => state.tr.insertText('!', editor.find('First').to))
    expect(linesOf(editor, 1, 'en')).toEqual(['First! in English.', 'a', 'b', 'c'])
  })

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

describe('selecting all', () => {
  test('[U9] takes the clause text first, then leaves it to everything', () => {
    editor.caret('First', 'end')
    const selection = selectClauseText(editor.state())!
    expect(editor.state().doc.textBetween(selection.from, selection.to)).toBe('First in English.')
    editor.run((state) => state.tr.setSelection(selection))
    expect(selectClauseText(editor.state())).toBeNull()
  })
})

describe('blocks outside of clauses, in older texts', () => {
  const loose = (words: string) => editor.state().doc.children.findIndex((node) => node.textContent === words)
  const startOf = (index: number) =>
    editor
      .state()
      .doc.children.slice(0, index)
      .reduce((sum, { nodeSize }) => sum + nodeSize, 0)
  beforeEach(() => {
    editor = bindEditor(
      [
        paragraph('Loose before.'),
        clauseOf(1, ['One.'], ['一。']),
        clauseOf(2, ['Two.'], ['二。']),
        paragraph('最後。'),
      ],
      [structurePlugin(() => (refusals += 1))],
    )
  })

  test('[D4] none comes in or goes by typing, and words may be written in one', () => {
    editor.run((state) => state.tr.insertText('very ', editor.find('before.').from))
    expect(loose('Loose very before.')).toBe(0)
    editor.caret('very', 'end')
    expect(editor.command(splitBlock)).toBe(false)
    expect(editor.run((state) => state.tr.insert(0, schema.node('paragraph')))).toBe(false)
    expect(editor.run((state) => state.tr.delete(0, state.doc.child(0).nodeSize))).toBe(false)
    expect(refusals).toBe(3)
  })

  test('[D4] one goes into the clause before it, else the one behind it, in its language', () => {
    editor.run((state) => moveIntoClause(state, startOf(loose('最後。')), 'article'))
    expect(linesOf(editor, 2, 'ja')).toEqual(['二。', '最後。'])
    editor.run((state) => moveIntoClause(state, 0, 'article'))
    expect(linesOf(editor, 1, 'en')).toEqual(['Loose before.', 'One.'])
    expect(editor.state().selection.$head.parent.textContent).toBe('Loose before.')
    expect(ids()).toEqual([idOf(1), idOf(2)])
    expect(moveIntoClause(editor.state(), 0, 'article')).toBeNull()
  })

  test('[D4] one alone gets a clause of its own', () => {
    editor = bindEditor([paragraph('単独。')], [structurePlugin(() => (refusals += 1))])
    editor.run((state) => moveIntoClause(state, 0, 'action'))
    const [clause] = editor.state().doc.children
    expect([clause?.attrs['kind'], clause?.textContent]).toEqual(['action', '単独。'])
  })
})

describe('all of a text', () => {
  test.each([
    ['before', 'end'],
    ['behind', 'start'],
  ] as const)('[U9] deleted at once leaves one empty line, also with a table %s its lines', (_, side) => {
    editor.caret('First in English.', side)
    editor.run((state) => insertTable(state, 2, 2))
    editor.run((state) => state.tr.insertText('cell'))
    editor.run((state) => state.tr.setSelection(selectClauseText(state)!))
    expect(editor.command(deleteSelection)).toBe(true)
    expect(linesOf(editor, 1, 'en')).toEqual([''])
    expect(editor.state().doc.child(0).child(0).childCount).toBe(1)
    editor.run((state) => state.tr.insertText('Anew'))
    expect(linesOf(editor, 1, 'en')).toEqual(['Anew'])
  })

  test('[U9] written over leaves the words alone', () => {
    editor.caret('First in English.', 'end')
    editor.run((state) => insertTable(state, 2, 2))
    editor.run((state) => state.tr.setSelection(selectClauseText(state)!))
    editor.run((state) => state.tr.insertText('Instead'))
    expect(linesOf(editor, 1, 'en')).toEqual(['Instead'])
    expect(linesOf(editor, 1, 'ja')).toEqual(['第一の日本語。'])
  })
})

describe('the caret stands in a line', () => {
  const where = () => {
    const { $head } = editor.state().selection
    return [$head.parent.textContent, $head.parentOffset]
  }
  const put = (pos: number) => editor.run((state) => state.tr.setSelection(TextSelection.near(state.doc.resolve(pos))))
  beforeEach(() => {
    editor = bindEditor(
      [clauseOf(1, ['One.', 'Two.'], ['一。']), clauseOf(2, ['Three.'], ['三。']), clauseOf(3, ['Four.'], ['四。'])],
      [caretPlacePlugin()],
    )
  })

  test('[U6] when the clause that it stood in is deleted: in the same language, before it or else behind it', () => {
    editor.caret('Three', 'end')
    editor.remote((body) => body.delete(1, 1))
    expect(where()).toEqual(['Two.', 4])
    editor.caret('一', 'end')
    editor.remote((body) => body.delete(0, 1))
    expect(where()).toEqual(['四。', 0])
  })

  test('[U6] when its line is deleted: in the line before it, never in the other language', () => {
    editor.caret('Two.', 'end')
    editor.remote((body) => {
      const clause = body.get(0)
      const text = 'get' in clause ? clause.get(0) : null
      if (text !== null && 'delete' in text) text.delete(1, 1)
    })
    expect(where()).toEqual(['One.', 4])
  })

  test('[U6] when everything is deleted around it, and something comes back', () => {
    put(3)
    editor.remote((body) => body.delete(0, 3))
    editor.remote((body) => body.insert(0, fromJson([clauseOf(4, ['Back.'])])))
    expect(editor.state().selection.$head.parent.inlineContent).toBe(true)
  })

  test('[U6] after an own edit that would leave it between clauses', () => {
    editor.run((state) => state.tr.setSelection(new TextSelection(state.doc.resolve(0))))
    expect(where()).toEqual(['One.', 0])
  })
})
