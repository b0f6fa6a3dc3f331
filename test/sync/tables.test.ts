/** Tables that two people change at once: they stay rectangular, and the server alone writes what neither could know of. */
import { EditorState, TextSelection, type Transaction } from '@tiptap/pm/state'
import { addColumnAfter, addRowAfter, deleteColumn } from '@tiptap/pm/tables'
import { initProseMirrorDoc, updateYFragment } from 'y-prosemirror'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { documentSchema } from '#shared/editor/schema.ts'
import { bodyToJson, childrenOf, fromJson, plainText, toJson, type JsonNode } from '#shared/editor/text.ts'
import { document, startEngine } from '../support/engine.ts'
import { settled } from '../support/memory-log.ts'
import { joinPeer, type Peer } from '../support/peer.ts'

const schema = documentSchema()

type Command = (state: EditorState, dispatch: (tr: Transaction) => void) => boolean

const tableOf = (rows: readonly (readonly string[])[]): JsonNode => ({
  type: 'table',
  content: rows.map((cells) => ({
    type: 'tableRow',
    content: cells.map((words) => ({
      type: 'tableCell',
      content: [{ type: 'paragraph', ...(words === '' ? {} : { content: [{ type: 'text', text: words }] }) }],
    })),
  })),
})

const square = tableOf([
  ['a1', 'a2', 'a3'],
  ['b1', 'b2', 'b3'],
  ['c1', 'c2', 'c3'],
])

function elementAt(parent: Y.XmlFragment | Y.XmlElement, ...path: readonly number[]): Y.XmlElement {
  const [at, ...rest] = path
  const child = at === undefined ? parent : parent.get(at)
  if (!(child instanceof Y.XmlElement)) throw new Error('Nothing stands there')
  return rest.length === 0 ? child : elementAt(child, ...rest)
}

/** A document whose first English text ends in that table, and two people in it. */
async function withTable(table: JsonNode) {
  const engine = startEngine()
  const [us, jp] = ['us-cochair-ai', 'jp-cochair-ai'].map((persona) => joinPeer(engine.rooms, document, { persona }))
  if (us === undefined || jp === undefined) throw new Error('Two take part')
  await settled()
  us.doc.transact(() => elementAt(us.body, 0, 0).push(fromJson([table])))
  await settled()
  return { ...engine, us, jp }
}

/** Does it in an editor with the caret behind those words, and writes it to the shared text as the editor's binding does. */
function run({ doc, body }: Peer, words: string, command: Command): void {
  const first = initProseMirrorDoc(body, schema)
  let at = 0
  first.doc.descendants((node, pos) => {
    if (node.isText && node.text === words) at = pos + words.length
  })
  const state = EditorState.create({ schema, doc: first.doc, selection: TextSelection.create(first.doc, at) })
  const made: Transaction[] = []
  expect(command(state, (tr) => made.push(tr))).toBe(true)
  const [tr] = made
  if (tr === undefined) throw new Error('Nothing was done')
  doc.transact(() => updateYFragment(doc, body, tr.doc, first.meta))
}

/** The words of each cell, row by row. */
const cellsOf = ({ body }: Peer): string[][] =>
  childrenOf(elementAt(body, 0, 0, elementAt(body, 0, 0).length - 1)).map((row) =>
    row instanceof Y.XmlElement ? childrenOf(row).map((cell) => toJson(cell).map(plainText).join('')) : [],
  )

async function atOnce(us: Peer, jp: Peer, ...edits: readonly (() => void)[]): Promise<void> {
  for (const peer of [us, jp]) peer.held = peer.holdsBack = true
  for (const edit of edits) edit()
  for (const peer of [us, jp]) peer.release()
  for (let round = 0; round < 3; round += 1) await settled()
}

test('[S14] a column and a row inserted at the same time, twice, give a table of five by five to everyone and in the store', async () => {
  const { us, jp, rooms, counts } = await withTable(square)
  for (let round = 0; round < 2; round += 1) {
    await atOnce(
      us,
      jp,
      () => run(us, 'b1', addColumnAfter),
      () => run(jp, 'b1', addRowAfter),
    )
  }
  expect(cellsOf(us).map((row) => row.length)).toEqual([5, 5, 5, 5, 5])
  expect(cellsOf(us)[4]).toEqual(['c1', '', '', 'c2', 'c3'])
  expect(bodyToJson(jp.body)).toEqual(bodyToJson(us.body))
  expect(await rooms.read(document, (doc) => bodyToJson(doc.getXmlFragment('body')))).toEqual(bodyToJson(us.body))
  expect(counts.refused).toEqual([])
})

test('[S14] a column inserted and words written into a new row meanwhile: no word changes its column', async () => {
  const { us, jp } = await withTable(square)
  run(jp, 'c1', addRowAfter)
  await settled()
  await atOnce(
    us,
    jp,
    () => run(us, 'b1', addColumnAfter),
    () => run(jp, 'b1', addRowAfter),
  )
  expect(cellsOf(jp).every((row) => row.length === 4)).toBe(true)
  expect(cellsOf(jp)[0]).toEqual(['a1', '', 'a2', 'a3'])
})

test('[S14] a column deleted while a row comes in does not come back with the row', async () => {
  const { us, jp } = await withTable(square)
  await atOnce(
    us,
    jp,
    () => run(us, 'b2', deleteColumn),
    () => run(jp, 'b1', addRowAfter),
  )
  expect(cellsOf(us)).toEqual([
    ['a1', 'a3'],
    ['b1', 'b3'],
    ['', ''],
    ['c1', 'c3'],
  ])
  expect(cellsOf(jp)).toEqual(cellsOf(us))
})

test('[S14] cells that overlap or lack beside each other are put right, and a table without cells goes', async () => {
  const uneven = tableOf([['a1', 'a2'], ['b1'], ['c1', 'c2']])
  const { us, jp, counts } = await withTable(uneven)
  expect(cellsOf(us)).toEqual([
    ['a1', 'a2'],
    ['b1', ''],
    ['c1', 'c2'],
  ])
  const table = elementAt(us.body, 0, 0, 1)
  // Over the edge of the table, and over cells of the next row.
  us.doc.transact(() => {
    elementAt(table, 2, 0).setAttribute('rowspan', 4 as unknown as string)
    elementAt(table, 0, 1).setAttribute('rowspan', 2 as unknown as string)
    elementAt(table, 1, 0).setAttribute('colspan', 2 as unknown as string)
  })
  for (let round = 0; round < 3; round += 1) await settled()
  const [english] = toJson(elementAt(jp.body, 0, 0))
  if (english === undefined) throw new Error('There is a text')
  schema.nodeFromJSON(english).check()
  expect(cellsOf(jp).flat().join()).toContain('b1')
  jp.doc.transact(() => elementAt(jp.body, 0, 0, 1).delete(0, 3))
  for (let round = 0; round < 3; round += 1) await settled()
  expect(elementAt(us.body, 0, 0).length).toBe(1)
  expect(counts.refused).toEqual([])
})
