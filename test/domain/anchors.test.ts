/** Threads stay on their passages through real editor transactions, written to the shared text as the browser does. */
import { joinBackward, splitBlock } from '@tiptap/pm/commands'
import { liftListItem, wrapInList } from '@tiptap/pm/schema-list'
import { TextSelection, type EditorState } from '@tiptap/pm/state'
import * as Y from 'yjs'
import { describe, expect, test } from 'vitest'
import type { Person } from '#shared/api/common.ts'
import { actorName, personas } from '#shared/domain/actors.ts'
import { circleFor, type Audience } from '#shared/domain/permissions.ts'
import { passageText, resolveAnchor, type TextAnchor } from '#shared/editor/anchors.ts'
import { documentSchema } from '#shared/editor/schema.ts'
import { clauseById, deleteClause, swapClauses } from '#client/editor/clause-commands.ts'
import { setLevel } from '#client/editor/headings.ts'
import { anchorOfSelection, rangeOf } from '#client/editor/places.ts'
import { anchorOfApplied, prepareApplication, proposalState } from '#client/threads/apply.ts'
import { mentionsIn, readersOf } from '#client/threads/people.ts'
import { bindEditor, clauseOf, idOf, linesOf, type BoundEditor } from './editor-binding.ts'
import { initiative } from '#shared/domain/initiative.ts'
import { groupId, partyId } from '#test/support/initiative.ts'

const schema = documentSchema()

const words = 'share information early'
const listItem = schema.nodes['listItem']!
const bulletList = schema.nodes['bulletList']!

const twoClauses = () =>
  bindEditor([
    clauseOf(1, ['The Participants intend to share information early and in good faith.', 'They meet every quarter.']),
    clauseOf(2, ['The Participants will report.']),
  ])

function anchorOn(editor: BoundEditor, selected: string): TextAnchor {
  editor.select(selected)
  const anchor = anchorOfSelection(editor.body, editor.state().selection)
  if (anchor === null) throw new Error('No anchor')
  return anchor
}

/** What the anchor points to now, by the shared text and by the editor's own document; null if it is gone. */
function passageOf(editor: BoundEditor, anchor: TextAnchor): { shared: string; shown: string } | null {
  const found = resolveAnchor(editor.body, anchor)
  if (found === null) return null
  const range = rangeOf(editor.body, editor.state().doc, found.passage)
  if (range === null) throw new Error('The passage has no place in the editor')
  return {
    shared: passageText(editor.body, found.anchor, found.passage),
    shown: editor.state().doc.textBetween(range.from, range.to),
  }
}

const textSelection = (state: EditorState, from: number, to: number) => TextSelection.create(state.doc, from, to)

const both = (text: string) => ({ shared: text, shown: text })

describe('an anchor made from a selection', () => {
  test('[T3] names its clause, its language and its words', () => {
    const anchor = anchorOn(twoClauses(), words)
    expect(anchor).toMatchObject({ clause: idOf(1), language: 'en', quote: { exact: words } })
    expect(anchor.quote.prefix.endsWith('intend to ')).toBe(true)
    expect(anchor.quote.suffix.startsWith(' and in good faith')).toBe(true)
  })

  test('[T3] is cut off where the selection leaves the text it began in', () => {
    const editor = twoClauses()
    const from = editor.find('every quarter').from
    const to = editor.find('will report').to
    editor.run((state) => state.tr.setSelection(textSelection(state, from, to)))
    const anchor = anchorOfSelection(editor.body, editor.state().selection)
    expect(anchor?.quote.exact).toBe('every quarter.')
  })

  test('[T3] may reach over several lines', () => {
    const editor = twoClauses()
    const from = editor.find('good faith').from
    const to = editor.find('They meet').to
    editor.run((state) => state.tr.setSelection(textSelection(state, from, to)))
    const anchor = anchorOfSelection(editor.body, editor.state().selection)
    expect(anchor?.quote.exact).toBe('good faith.They meet')
    expect(anchor && passageOf(editor, anchor)?.shared).toBe('good faith.They meet')
  })

  test('[T3] is none without words', () => {
    const editor = bindEditor([clauseOf(1, ['', ''])])
    editor.run((state) => state.tr.setSelection(textSelection(state, 3, 5)))
    expect(anchorOfSelection(editor.body, editor.state().selection)).toBeNull()
  })
})

describe('an anchor stays on its words', () => {
  test('[T3] while text is typed before it', () => {
    const editor = twoClauses()
    const anchor = anchorOn(editor, words)
    editor.run((state) => state.tr.insertText('Accordingly, ', editor.find('The Participants intend').from))
    expect(passageOf(editor, anchor)).toEqual(both(words))
  })

  test('[T3] while text is typed after it', () => {
    const editor = twoClauses()
    const anchor = anchorOn(editor, words)
    editor.run((state) => state.tr.insertText(', openly', editor.find(words).to))
    expect(passageOf(editor, anchor)).toEqual(both(words))
  })

  test('[T3] while text is typed inside it, and takes the new words in', () => {
    const editor = twoClauses()
    const anchor = anchorOn(editor, words)
    editor.run((state) => state.tr.insertText('relevant ', editor.find('information early').from))
    expect(passageOf(editor, anchor)).toEqual(both('share relevant information early'))
  })

  test('[T3] while the other side types in the same line', () => {
    const editor = twoClauses()
    const anchor = anchorOn(editor, words)
    editor.remote((body) => firstText(body).insert(0, 'Accordingly, '))
    editor.remote((body) => firstText(body).insert(firstText(body).toString().indexOf('information'), 'relevant '))
    expect(passageOf(editor, anchor)).toEqual(both('share relevant information early'))
  })

  test('[T3] when part of it turns bold', () => {
    const editor = twoClauses()
    const anchor = anchorOn(editor, words)
    const { from, to } = editor.find('information')
    editor.run((state) => state.tr.addMark(from, to, schema.marks['bold']!.create()))
    expect(passageOf(editor, anchor)).toEqual(both(words))
  })

  test('[T4] when its paragraph becomes a list item, and a paragraph again', () => {
    const editor = twoClauses()
    const anchor = anchorOn(editor, words)
    editor.caret(words, 'start')
    expect(editor.command(wrapInList(bulletList))).toBe(true)
    const inList = resolveAnchor(editor.body, anchor)
    expect(passageOf(editor, anchor)).toEqual(both(words))
    expect(editor.command(liftListItem(listItem))).toBe(true)
    expect(passageOf(editor, inList!.anchor)).toEqual(both(words))
  })

  test('[T4] when its paragraph becomes a heading, and body text again', () => {
    const editor = twoClauses()
    const anchor = anchorOn(editor, words)
    editor.run((state) => setLevel(state, 2))
    expect(editor.state().doc.resolve(editor.find(words).from).parent.attrs['level']).toBe(2)
    expect(passageOf(editor, anchor)).toEqual(both(words))
    editor.run((state) => setLevel(state, null))
    expect(passageOf(editor, anchor)).toEqual(both(words))
    // A level is an attribute: the shared text under it is never replaced, so the very anchor still holds.
    expect(resolveAnchor(editor.body, anchor)?.anchor).toBe(anchor)
  })

  test('[T5] when its paragraph is split before, after and inside it', () => {
    const editor = twoClauses()
    const anchor = anchorOn(editor, words)
    editor.caret('intend to ', 'end')
    expect(editor.command(splitBlock)).toBe(true)
    expect(passageOf(editor, anchor)).toEqual(both(words))
    editor.caret(words, 'end')
    expect(editor.command(splitBlock)).toBe(true)
    expect(passageOf(editor, anchor)).toEqual(both(words))
    editor.caret('share ', 'end')
    expect(editor.command(splitBlock)).toBe(true)
    expect(passageOf(editor, anchor)?.shared).toBe(words)
    expect(linesOf(editor, 1, 'en')).toHaveLength(5)
  })

  test('[T5] when its paragraph is joined with the one before it', () => {
    const editor = twoClauses()
    const anchor = anchorOn(editor, 'meet every')
    editor.caret('They meet', 'start')
    expect(editor.command(joinBackward)).toBe(true)
    expect(linesOf(editor, 1, 'en')).toHaveLength(1)
    expect(passageOf(editor, anchor)).toEqual(both('meet every'))
  })

  test('[T6] when its clause changes places with the next, whichever of the two is written anew', () => {
    for (const rewritten of [1, 2]) {
      const editor = twoClauses()
      const anchor = anchorOn(editor, words)
      editor.remote((body) => swapClauses(body, idOf(3 - rewritten), idOf(rewritten)))
      expect(clauseById(editor.state().doc, idOf(1))?.index).toBe(1)
      expect(passageOf(editor, anchor)).toEqual(both(words))
    }
  })
})

describe('an anchor whose words are gone', () => {
  test('[T7] leads nowhere and keeps its quotation', () => {
    const editor = twoClauses()
    const anchor = anchorOn(editor, words)
    const line = editor.find('The Participants intend to share information early and in good faith.')
    editor.run((state) => state.tr.delete(line.from, line.to))
    expect(passageOf(editor, anchor)).toBeNull()
    expect(anchor.quote.exact).toBe(words)
  })

  test('[T7] leads nowhere when its clause is deleted', () => {
    const editor = twoClauses()
    const anchor = anchorOn(editor, words)
    editor.run((state) => deleteClause(state, clauseById(state.doc, idOf(1))!))
    expect(resolveAnchor(editor.body, anchor)).toBeNull()
  })

  test('[T7] is found again when the words come back', () => {
    const editor = twoClauses()
    const anchor = anchorOn(editor, words)
    const { from, to } = editor.find(words)
    editor.run((state) => state.tr.delete(from, to))
    editor.run((state) => state.tr.insertText(words, from))
    expect(passageOf(editor, anchor)).toEqual(both(words))
  })

  test('[T8] is not taken for the same words elsewhere when the surroundings say otherwise', () => {
    const editor = bindEditor([
      clauseOf(1, ['Each side will report to the committee.', 'The secretariat will report to the principals.']),
    ])
    const { to } = editor.find('The secretariat will report')
    editor.run((state) => state.tr.setSelection(textSelection(state, to - 'will report'.length, to)))
    const anchor = anchorOfSelection(editor.body, editor.state().selection)!
    expect(anchor.quote.exact).toBe('will report')
    editor.caret('The secretariat', 'start')
    expect(editor.command(wrapInList(bulletList))).toBe(true)
    const found = resolveAnchor(editor.body, anchor)!
    const range = rangeOf(editor.body, editor.state().doc, found.passage)!
    expect(editor.state().doc.textBetween(range.to, range.to + 18)).toBe(' to the principals')
  })
})

describe('beside characters of two units', () => {
  test('[T3] the quotation and its surroundings hold whole characters, wherever they are cut off', () => {
    for (const shift of ['', 'x']) {
      const editor = bindEditor([clauseOf(1, [`${'𠮷'.repeat(40)}${shift}${words}${shift}${'👨‍👩‍👧'.repeat(10)}`])])
      const { exact, prefix, suffix } = anchorOn(editor, words).quote
      expect(exact).toBe(words)
      for (const part of [prefix, suffix]) {
        expect(part.length).toBeGreaterThan(29)
        expect(part).not.toMatch(/\p{Surrogate}/u)
      }
    }
  })

  test('[T5] a rough match begins and ends with whole characters', () => {
    // The present words differ in halves: 𠮟 begins as 𠮷 does, and the other one ends as it does.
    for (const [first, last] of [
      ['𠮟', String.fromCodePoint(0x20fb7)],
      [String.fromCodePoint(0x20fb7), '𠮟'],
    ] as const) {
      const editor = bindEditor([clauseOf(1, ['𠮷野家で情報を共有する意図𠮷'])])
      const anchor = anchorOn(editor, '𠮷野家で情報を共有する意図𠮷')
      editor.remote((body) => body.delete(0, body.length))
      const again = bindEditor([clauseOf(1, [`${first}野家で情報を共有する意図${last}`])])
      const found = resolveAnchor(again.body, anchor)
      const text = found && passageText(again.body, found.anchor, found.passage)
      expect(text).toContain('野家で情報を共有する意図')
      for (const part of [text, found?.anchor.quote.prefix, found?.anchor.quote.suffix])
        expect(part).not.toMatch(/\p{Surrogate}/u)
    }
  })
})

describe('a proposed wording', () => {
  const application = (editor: BoundEditor, anchor: TextAnchor, wording: string) =>
    prepareApplication(editor.state(), editor.body, anchor, words, wording)

  test('[T14] replaces the passage and nothing else', () => {
    const editor = twoClauses()
    const anchor = anchorOn(editor, words)
    editor.run((state) => state.tr.insertText('Accordingly, ', editor.find('The Participants intend').from))
    const applied = application(editor, anchor, 'exchange data promptly')
    expect(applied.type).toBe('ready')
    if (applied.type === 'ready') editor.run(() => applied.tr)
    expect(linesOf(editor, 1, 'en')[0]).toBe(
      'Accordingly, The Participants intend to exchange data promptly and in good faith.',
    )
  })

  test('[T14] of several lines becomes several paragraphs', () => {
    const editor = twoClauses()
    const anchor = anchorOn(editor, words)
    const applied = application(editor, anchor, 'share data\nand report')
    if (applied.type === 'ready') editor.run(() => applied.tr)
    expect(linesOf(editor, 1, 'en').slice(0, 2)).toEqual([
      'The Participants intend to share data',
      'and report and in good faith.',
    ])
  })

  test('[T15] is not written where the passage has changed, and says how it reads now', () => {
    const editor = twoClauses()
    const anchor = anchorOn(editor, words)
    editor.run((state) => state.tr.insertText('relevant ', editor.find('information early').from))
    expect(application(editor, anchor, 'x')).toEqual({ type: 'changed', now: 'share relevant information early' })
  })

  test('[T15] is not written where the passage is gone', () => {
    const editor = twoClauses()
    const anchor = anchorOn(editor, words)
    editor.run((state) => deleteClause(state, clauseById(state.doc, idOf(1))!))
    expect(application(editor, anchor, 'x')).toEqual({ type: 'gone' })
  })
})

describe('what becomes of a proposal', () => {
  const comment = { proposal: 'exchange data\n\npromptly', replaces: words }

  test('[T15] it may be applied at once only while the passage reads exactly as it did', () => {
    expect(proposalState(comment, words)).toBe('ready')
    expect(proposalState(comment, `${words} `)).toBe('changed')
    expect(proposalState(comment, null)).toBe('gone')
    expect(proposalState({ ...comment, replaces: null }, words)).toBe('changed')
  })

  test('[T14] it is in the text when the passage reads as proposed, its lines run together', () => {
    expect(proposalState(comment, 'exchange datapromptly')).toBe('applied')
    expect(proposalState({ ...comment, replaces: 'exchange datapromptly' }, 'exchange datapromptly')).toBe('applied')
  })

  test('[T15] a passage that changed is replaced only by who names its present words', () => {
    const editor = twoClauses()
    const anchor = anchorOn(editor, words)
    editor.run((state) => state.tr.insertText('relevant ', editor.find('information early').from))
    const now = 'share relevant information early'
    expect(prepareApplication(editor.state(), editor.body, anchor, words, 'x').type).toBe('changed')
    expect(prepareApplication(editor.state(), editor.body, anchor, now, 'x').type).toBe('ready')
  })

  test.each(['exchange very much longer data promptly', 'be brief', 'exchange data\nand report\nand meet'])(
    '[T14] its thread then stands on all of “%s”',
    (wording) => {
      const editor = twoClauses()
      const anchor = anchorOn(editor, words)
      const applied = prepareApplication(editor.state(), editor.body, anchor, words, wording)
      if (applied.type !== 'ready') throw new Error(applied.type)
      editor.run(() => applied.tr)
      const moved = anchorOfApplied(editor.state(), editor.body, applied)
      const whole = wording.replaceAll('\n', '')
      expect(moved?.quote.exact).toBe(whole)
      expect(moved && passageText(editor.body, moved, resolveAnchor(editor.body, moved)!.passage)).toBe(whole)
    },
  )

  test('[T14] a wording without words leaves no passage', () => {
    const editor = twoClauses()
    const applied = prepareApplication(editor.state(), editor.body, anchorOn(editor, words), words, '')
    if (applied.type !== 'ready') throw new Error(applied.type)
    editor.run(() => applied.tr)
    expect(anchorOfApplied(editor.state(), editor.body, applied)).toBeNull()
    expect(linesOf(editor, 1, 'en')[0]).toBe('The Participants intend to  and in good faith.')
  })
})

describe('mentions', () => {
  const everyone = personas().map((actor): Person => ({ ...actor, name: actorName(actor) }))
  const document = {
    group: groupId('semiconductors'),
    kind: 'mou',
    parties: initiative().parties,
    delegation: null,
    panelOpen: true,
    phase: 'drafting',
    archived: false,
  } as const
  const readers = (audience: Audience) => {
    const circle = circleFor({ party: partyId('us') }, audience)
    return circle === null ? [] : readersOf(everyone, { ...circle, document, author: null })
  }
  const ids = (audience: Audience) => readers(audience).map(({ id }) => id)

  test('[T13] everyone who may read the thread is offered, and nobody else', () => {
    expect(ids('delegation')).toEqual(['us-cochair-semiconductors', 'us-drafter-semiconductors'])
    const delegations = ['us-cochair', 'us-drafter', 'jp-cochair', 'jp-drafter'].map((seat) => `${seat}-semiconductors`)
    expect(ids('panel')).toEqual([...delegations, 'panelist-semiconductors', 'secretariat'])
    const linked = ['investment', 'export-controls', 'supply-chain']
    expect(ids('joint')).toEqual([
      ...delegations,
      'secretariat',
      'us-committee',
      'jp-committee',
      ...linked.flatMap((group) => [`us-cochair-${group}`, `jp-cochair-${group}`]),
    ])
  })

  test('[T13] a name means one person, also where another begins with it', () => {
    const people = readers('joint')
    expect(new Set(people.map(({ name }) => name.en)).size).toBe(people.length)
    expect(mentionsIn('@US Co-chair, Investment, please look', people)).toEqual(['us-cochair-investment'])
    expect(mentionsIn('@US Co-chair: please look', people)).toEqual(['us-cochair-semiconductors'])
    expect(mentionsIn('@米国 共同議長（投資規制）と@日本 共同議長へ', people)).toHaveLength(2)
    expect(mentionsIn('Write to US Co-chair, Investment', people)).toEqual([])
  })
})

function firstText(body: Y.XmlFragment): Y.XmlText {
  const walk = (parent: Y.XmlFragment): Y.XmlText | null => {
    for (const child of parent.toArray()) {
      if (child instanceof Y.XmlText) return child
      const found = child instanceof Y.XmlElement ? walk(child) : null
      if (found) return found
    }
    return null
  }
  const text = walk(body)
  if (text === null) throw new Error('No text')
  return text
}
