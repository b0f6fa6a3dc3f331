/** Lines that two people split, join or make list items of at once: each word stands once, and in its order. */
import { joinBackward, splitBlock } from '@tiptap/pm/commands'
import { wrapInList } from '@tiptap/pm/schema-list'
import { EditorState, TextSelection, type Transaction } from '@tiptap/pm/state'
import { initProseMirrorDoc, updateYFragment } from 'y-prosemirror'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { documentSchema } from '#shared/editor/schema.ts'
import { bodyToJson, childrenOf, fromJson, plainText, toJson } from '#shared/editor/text.ts'
import { document, startEngine } from '../support/engine.ts'
import { settled } from '../support/memory-log.ts'
import { joinPeer, type Peer } from '../support/peer.ts'

const schema = documentSchema()

type Command = (state: EditorState, dispatch: (tr: Transaction) => void) => boolean

function english({ body }: Peer): Y.XmlElement {
  const clause = body.get(0)
  const text = clause instanceof Y.XmlElement ? clause.get(0) : null
  if (!(text instanceof Y.XmlElement)) throw new Error('There is an English text')
  return text
}

/** Does it in an editor with the caret before those words, and writes it to the shared text as the editor's binding does. */
function run({ doc, body }: Peer, words: string, command: Command): void {
  const first = initProseMirrorDoc(body, schema)
  let at = -1
  first.doc.descendants((node, pos) => {
    if (at < 0 && node.isTextblock && node.textContent.includes(words)) at = pos + 1 + node.textContent.indexOf(words)
  })
  const state = EditorState.create({ schema, doc: first.doc, selection: TextSelection.create(first.doc, at) })
  const made: Transaction[] = []
  expect(command(state, (tr) => made.push(tr))).toBe(true)
  const [tr] = made
  if (tr !== undefined) doc.transact(() => updateYFragment(doc, body, tr.doc, first.meta))
}

/** The lines of the first English text, also those of its lists. */
const linesOf = (peer: Peer): string[] =>
  childrenOf(english(peer)).flatMap((block) => toJson(block).flatMap((node) => plainText(node).split('\n')))

/** Two people in a document with those lines, by client ids in that order: Yjs puts what comes in at one place in their order. */
async function withLines(lines: readonly string[], ids: readonly [number, number]) {
  const engine = startEngine()
  const [us, jp] = ['us-cochair-ai', 'jp-cochair-ai'].map((persona, at) => {
    const doc = new Y.Doc()
    doc.clientID = ids[at] ?? 0
    return joinPeer(engine.rooms, document, { persona, doc })
  })
  if (us === undefined || jp === undefined) throw new Error('Two take part')
  await settled()
  us.doc.transact(() => {
    english(us).delete(0, 1)
    english(us).push(fromJson(lines.map((text) => ({ type: 'paragraph', content: [{ type: 'text', text }] }))))
  })
  await settled()
  return { ...engine, us, jp }
}

async function atOnce(us: Peer, jp: Peer, first: () => void, second: () => void): Promise<void> {
  for (const peer of [us, jp]) peer.held = peer.holdsBack = true
  first()
  second()
  for (const peer of [us, jp]) peer.release()
  for (let round = 0; round < 3; round += 1) await settled()
}

describe.each([
  ['in one order', [1001, 1002]],
  ['in the other', [1002, 1001]],
] as const)('with what comes in at one place %s', (_, ids) => {
  test.each([
    ['the later half', 'me', 'here'],
    ['the earlier half', 'here', 'me'],
    ['the same place', 'me', 'me'],
  ])('[S14] a line split at two places at once has each word once, the second of the two at %s', async (__, a, b) => {
    const { us, jp, counts, rooms } = await withLines(['split me here'], ids)
    await atOnce(
      us,
      jp,
      () => run(us, a, splitBlock),
      () => run(jp, b, splitBlock),
    )
    expect(linesOf(us).join('')).toBe('split me here')
    expect(linesOf(us)[0]).toBe('split ')
    expect(linesOf(jp)).toEqual(linesOf(us))
    expect(await rooms.read(document, (doc) => bodyToJson(doc.getXmlFragment('body')))).toEqual(bodyToJson(us.body))
    expect(counts.refused).toEqual([])
  })

  test('[S14] lines that both join have each word once', async () => {
    const { us, jp } = await withLines(['one ', 'two'], ids)
    await atOnce(
      us,
      jp,
      () => run(us, 'two', joinBackward),
      () => run(jp, 'two', joinBackward),
    )
    expect(linesOf(jp)).toEqual(['one two'])
    expect(linesOf(us)).toEqual(['one two'])
  })

  test('[S14] a line that both make a list item has each word once', async () => {
    const { us, jp } = await withLines(['one', 'two'], ids)
    const list = wrapInList(schema.nodes['bulletList']!)
    await atOnce(
      us,
      jp,
      () => run(us, 'two', list),
      () => run(jp, 'two', list),
    )
    expect(linesOf(jp).join('')).toBe('onetwo')
    expect(linesOf(us)).toEqual(linesOf(jp))
  })

  test('[S14] words deleted while someone splits their line do not come back', async () => {
    const { us, jp } = await withLines(['split me here'], ids)
    await atOnce(
      us,
      jp,
      () =>
        run(
          us,
          'me',
          (state, dispatch) => (dispatch(state.tr.delete(state.selection.from, state.selection.from + 3)), true),
        ),
      () => run(jp, 'me', splitBlock),
    )
    expect(linesOf(jp)).toEqual(['split ', 'here'])
    expect(linesOf(us)).toEqual(linesOf(jp))
  })

  test('[S14] the first half of a text being carried elsewhere leaves other texts alone', async () => {
    const { us, jp } = await withLines(['split me here', 'here'], ids)
    await atOnce(
      us,
      jp,
      () => run(us, 'me', splitBlock),
      () => run(jp, 'here', splitBlock),
    )
    expect(linesOf(us).join('|').replaceAll('|', '')).toBe('split me herehere')
    expect(linesOf(us).at(-1)).toBe('here')
  })
})
