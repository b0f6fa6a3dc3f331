/** Who wrote which words of the live text, and which words somebody only put where they stand. */
import { expect, test } from 'vitest'
import type { Person } from '#shared/api/common.ts'
import { duplicateClause, clauseById, insertClauseAfter, swapClauses } from '#client/editor/clause-commands.ts'
import { authoredRanges, authorsFrom, passagesOf } from '#client/history/authorship.ts'
import { bindEditor, clauseOf, idOf } from './editor-binding.ts'
import { groupId, partyId } from '#test/support/initiative.ts'

const chair = (party: 'us' | 'jp'): Person => ({
  id: `${party}-cochair-ai`,
  name: { en: party, ja: party },
  role: 'cochair',
  group: groupId('ai'),
  party: partyId(party),
})
const [washington, tokyo] = [7, 8]

/** Two clauses as the secretariat entered them, and what people did to them since. */
function setText() {
  const editor = bindEditor([clauseOf(1, ['First in English.']), clauseOf(2, ['Second in English.'])])
  const entered = editor.doc.clientID
  const authorOf = authorsFrom(
    [
      { client: entered, by: null, written: [] },
      { client: washington, by: chair('us'), written: [] },
      { client: tokyo, by: chair('jp'), written: [] },
    ],
    { client: tokyo, person: chair('jp') },
  )
  return {
    ...editor,
    as: (client: number) => (editor.doc.clientID = client),
    type: (words: string, behind: string) => editor.run((state) => state.tr.insertText(words, editor.find(behind).to)),
    /** The English words of a clause: each passage with its author's party, or what is said in its place. */
    said: (clause: number) => {
      const { node, pos } = clauseById(editor.state().doc, idOf(clause)) ?? { node: null, pos: 0 }
      const ranges = authoredRanges(editor.body, editor.state().doc, pos, pos + 1 + (node?.child(0).nodeSize ?? 0))
      return passagesOf(ranges, authorOf, false).map(({ author, words }) => [
        'person' in author ? `${author.type} ${author.person.party}` : author.type,
        words,
      ])
    },
  }
}

test('[S7] a moved clause counts as placed by its mover, what is typed into it later as written, and its neighbour is untouched', () => {
  const text = setText()
  text.as(tokyo)
  text.type(', by Tokyo', 'Second')
  text.as(washington)
  text.remote((body) => swapClauses(body, idOf(2), idOf(1)))
  expect(text.said(1)).toEqual([['placed us', 'First in English.']])
  expect(text.said(2)).toEqual([
    ['record', 'Second'],
    ['person jp', ', by Tokyo'],
    ['record', ' in English.'],
  ])
  text.type(', by its mover', 'First')
  expect(text.said(1)).toEqual([
    ['placed us', 'First'],
    ['person us', ', by its mover'],
    ['placed us', ' in English.'],
  ])
})

test('[S7] the words of a copy are placed, those of a new clause written', () => {
  const text = setText()
  text.as(tokyo)
  text.run((state) => {
    const first = clauseById(state.doc, idOf(1))
    return first && duplicateClause(state, first)
  })
  const copy = String(text.state().doc.child(1).attrs['id'])
  const ranges = authoredRanges(text.body, text.state().doc)
  expect(ranges.filter(({ placed, client }) => placed && client === tokyo).map(({ words }) => words)).toEqual([
    'First in English.',
    '第1の本文。',
  ])
  text.run((state) => insertClauseAfter(state, clauseById(state.doc, copy), 'article'))
  text.run((state) => state.tr.insertText('New words.', state.selection.from))
  const { placed } = authoredRanges(text.body, text.state().doc).find(({ words }) => words === 'New words.') ?? {}
  expect(placed).toBe(false)
})
