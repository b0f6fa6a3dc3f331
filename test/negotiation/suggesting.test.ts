/** A user's edits as suggestions: what each comes to, that rejecting it restores the base, and what cannot be suggested. */
import { getSchema } from '@tiptap/core'
import { lift, setBlockType, toggleMark, wrapIn } from '@tiptap/pm/commands'
import { Fragment, Slice } from '@tiptap/pm/model'
import { EditorState, TextSelection } from '@tiptap/pm/state'
import { addColumnAfter } from '@tiptap/pm/tables'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { appendJson } from '#shared/editor/clauses.ts'
import { listChanges } from '#shared/editor/changes/list.ts'
import type { Author } from '#shared/editor/changes/pending.ts'
import { acceptAll, rejectAll, settled } from '#shared/editor/changes/settle.ts'
import { suggestComposed } from '#shared/editor/changes/suggest.ts'
import { schemaExtensionsFor } from '#shared/editor/schema.ts'
import { bodyToJson, canonical, plainText, type JsonMark, type JsonNode } from '#shared/editor/text.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import { change, deletion, line, partiesOfThree, people, proposerOf, run as words } from '../support/changes.ts'
import { clauseIds } from '../support/engine.ts'
import { random } from '../support/random.ts'
import { randomEdit, run, suggestIn, typeOf, type Edit } from '../support/suggesting.ts'

const schema = getSchema(schemaExtensionsFor(partiesOfThree))
const [us, , jp] = people

const bodyOf = (blocks: readonly JsonNode[]) => {
  const body = new Y.Doc({ gc: false }).getXmlFragment(bodyName)
  const texts = [{ type: 'clauseText', attrs: { lang: 'en' }, content: blocks }]
  appendJson(body, [{ type: 'clause', attrs: { id: clauseIds[0], kind: 'article' }, content: texts }], null)
  return body
}

const find = (state: EditorState, text: string): { from: number; to: number } => {
  let from = -1
  state.doc.descendants((node, pos) => {
    if (from < 0 && node.isTextblock && node.textContent.includes(text)) from = pos + 1 + node.textContent.indexOf(text)
    return true
  })
  if (from < 0) throw new Error(`"${text}" is not there`)
  return { from, to: from + text.length }
}
const select = (state: EditorState, text: string, side?: 'start' | 'end') => {
  const { from, to } = find(state, text)
  const [anchor, head] = side === 'start' ? [from, from] : side === 'end' ? [to, to] : [from, to]
  return state.apply(state.tr.setSelection(TextSelection.create(state.doc, anchor, head)))
}

const partyOf = (value: { readonly [name: string]: unknown } = {}) => {
  const { party } = value
  return typeof party === 'string' ? party : 'none'
}

const signed = ({ type, attrs }: JsonMark) => `${type} ${partyOf(attrs)}`

/** What a text shows: `[+us words]` put in, `[-us words]` struck, `{+us}` before a block; a line each. */
const shown = (body: Y.XmlFragment): string[] => {
  const lines: string[] = []
  const visit = (node: JsonNode, prefix: string) => {
    const blocks = Object.values(node.attrs ?? {}).flatMap((value) =>
      typeof value === 'object' && value !== null && 'op' in value
        ? [`{${value.op === 'insert' ? '+' : '-'}${partyOf(value)}}`]
        : [],
    )
    const before = prefix + blocks.join('')
    if (node.type !== 'paragraph') {
      for (const child of node.content ?? []) visit(child, before)
      return
    }
    lines.push(
      before +
        (node.content ?? [])
          .map(({ text = '', marks = [] }) =>
            marks
              .toSorted((a, b) => (signed(a) < signed(b) ? 1 : -1))
              .reduce(
                (inner, { type, attrs }) => `[${type === 'insertion' ? '+' : '-'}${partyOf(attrs)} ${inner}]`,
                text,
              ),
          )
          .join(''),
    )
  }
  visit(canonical(bodyToJson(body)), '')
  return lines
}

const all = (body: Y.XmlFragment, decide: typeof acceptAll) => {
  const left = settled(bodyToJson(body), decide)
  return left === null ? '' : plainText(left)
}

type Case = {
  readonly title: string
  readonly blocks: readonly JsonNode[]
  readonly edits: readonly (readonly [Author, Edit])[]
  readonly shows: readonly string[]
  /** What accepting everything gives, where that says more. */
  readonly accepted?: string
}

const base = [line([words('The Parties shall cooperate.')]), line([words('Second line.')])]
const paragraph = (text: string) => typeOf(schema, 'paragraph').create(null, text === '' ? null : schema.text(text))
const list = [
  {
    type: 'bulletList',
    content: ['first', 'second'].map((text) => ({ type: 'listItem', content: [line([words(text)])] })),
  },
]
const cell = (text: string) => ({
  type: 'tableCell',
  attrs: { colspan: 1, rowspan: 1 },
  content: [line([words(text)])],
})
const table = [
  {
    type: 'table',
    content: [
      { type: 'tableRow', content: [cell('one'), cell('two')] },
      { type: 'tableRow', content: [cell('three'), cell('four')] },
    ],
  },
]

const cases: readonly Case[] = [
  {
    title: 'typing, key after key, is one insertion',
    blocks: base,
    edits: ['v', 'e', 'r', 'y'].map(
      (key, index) => [us, (state) => state.tr.insertText(key, find(state, 'shall').to + index)] as const,
    ),
    shows: ['The Parties shall[+us very] cooperate.', 'Second line.'],
  },
  {
    title: 'a word replaced is struck, with the new one behind it',
    blocks: base,
    edits: [[us, (state) => state.tr.insertText('may', find(state, 'shall').from, find(state, 'shall').to)]],
    shows: ['The Parties [-us shall][+us may] cooperate.', 'Second line.'],
    accepted: 'The Parties may cooperate.\nSecond line.',
  },
  {
    title: "one's own words are changed directly",
    blocks: [line([words('a '), words('mine', change(us)), words(' b')])],
    edits: [
      [us, (state) => state.tr.insertText('XX', find(state, 'in').from, find(state, 'in').to)],
      [us, (state) => state.tr.delete(find(state, 'e').from, find(state, 'e').to)],
    ],
    shows: ['a [+us mXX] b'],
  },
  {
    title: "another's words are struck over, and typed into beside",
    blocks: [line([words('a '), words('theirs', change(jp)), words(' b')])],
    edits: [
      [us, (state) => state.tr.delete(find(state, 'irs').from, find(state, 'irs').to)],
      [us, (state) => state.tr.insertText('X', find(state, 'eirs').from)],
    ],
    shows: ['a [+jp th][+us X][+jp e][-us [+jp irs]] b'],
    accepted: 'a thXe b',
  },
  {
    title: "a stretch over base, own and another's words does to each what is right",
    blocks: [
      line([
        words('base '),
        words('mine', change(us)),
        words('theirs', change(jp)),
        words('struck', deletion(jp)),
        words(' end'),
      ]),
    ],
    edits: [[us, (state) => state.tr.delete(find(state, 'se').from, find(state, 'uck').from)]],
    shows: ['ba[-us se ][-us [+jp theirs]][-jp [-us str]][-jp uck] end'],
  },
  {
    title: 'a split strikes the rest of the line and puts it in again in a new one',
    blocks: base,
    edits: [
      [
        us,
        (state) =>
          run(select(state, ' cooperate.', 'start'), (now, dispatch) => {
            dispatch(now.tr.split(now.selection.from))
            return true
          }),
      ],
    ],
    shows: ['The Parties shall[-us  cooperate.]', '{+us}[+us  cooperate.]', 'Second line.'],
    accepted: 'The Parties shall\n cooperate.\nSecond line.',
  },
  {
    title: 'an empty line before a line moves nothing',
    blocks: base,
    edits: [[us, (state) => state.tr.split(find(state, 'Second').from)]],
    shows: ['The Parties shall cooperate.', '{+us}', 'Second line.'],
  },
  {
    title: 'a join puts the words in at the end of the line before and strikes the line that they were in',
    blocks: base,
    edits: [[us, (state) => state.tr.join(find(state, 'Second').from - 1)]],
    shows: ['The Parties shall cooperate.[+us Second line.]', '{-us}Second line.'],
    accepted: 'The Parties shall cooperate.Second line.',
  },
  {
    title: 'a stretch over two lines is struck and what is left is joined',
    blocks: base,
    edits: [[us, (state) => state.tr.delete(find(state, ' cooperate').from, find(state, ' line').from)]],
    shows: ['The Parties shall[-us  cooperate.][+us  line.]', '{-us}Second line.'],
    accepted: 'The Parties shall line.',
  },
  {
    title: 'a whole line taken away is struck as a block',
    blocks: base,
    edits: [[us, (state) => state.tr.delete(find(state, 'Second').from - 1, find(state, 'line.').to + 1)]],
    shows: ['The Parties shall cooperate.', '{-us}Second line.'],
    accepted: 'The Parties shall cooperate.',
  },
  {
    title: 'lines pasted into a line are put in, and the rest of it follows them',
    blocks: base,
    edits: [
      [
        us,
        (state) => {
          const at = find(state, ' cooperate').from
          return state.tr.replace(
            at,
            at,
            new Slice(Fragment.from([paragraph(' one'), paragraph('two'), paragraph('three')]), 1, 1),
          )
        },
      ],
    ],
    shows: [
      'The Parties shall[+us  one][-us  cooperate.]',
      '{+us}[+us two]',
      '{+us}[+us three cooperate.]',
      'Second line.',
    ],
    accepted: 'The Parties shall one\ntwo\nthree cooperate.\nSecond line.',
  },
  {
    title: 'an item of a list is split into two items',
    blocks: list,
    edits: [[us, (state) => state.tr.split(find(state, 'ond').from, 2)]],
    shows: ['first', 'sec[-us ond]', '{+us}[+us ond]'],
    accepted: 'first\nsec\nond',
  },
  {
    title: 'an item of a list is taken away as a block',
    blocks: list,
    edits: [[us, (state) => state.tr.delete(find(state, 'first').from - 2, find(state, 'first').to + 2)]],
    shows: ['{-us}first', 'second'],
  },
  {
    title: 'a row of a table is put in and another taken away',
    blocks: table,
    edits: [
      [
        us,
        (state) =>
          state.tr.insert(
            find(state, 'two').to + 3,
            state.doc.resolve(find(state, 'two').to).node(-2).copy(Fragment.from(emptyCells())),
          ),
      ],
      [jp, (state) => state.tr.delete(find(state, 'three').from - 3, find(state, 'four').to + 3)],
    ],
    shows: ['one', 'two', '{+us}', '{+us}', '{-jp}three', '{-jp}four'],
  },
  {
    title: 'two edits in one transaction are both suggested',
    blocks: base,
    edits: [
      [
        us,
        (state) =>
          state.tr
            .insertText('X', find(state, 'line').from)
            .insertText('Y', find(state, 'shall').from, find(state, 'shall').to),
      ],
    ],
    shows: ['The Parties [-us shall][+us Y] cooperate.', 'Second [+us X]line.'],
  },
  {
    title: 'words dragged to another place are struck there and put in here, at one place',
    blocks: base,
    edits: [
      [
        us,
        (state) => {
          const { from, to } = find(state, 'shall ')
          const tr = state.tr.delete(from, to)
          return tr.insertText('shall ', tr.mapping.map(find(state, 'line').from))
        },
      ],
    ],
    shows: ['The Parties [-us shall ]cooperate.', 'Second [+us shall ]line.'],
  },
  {
    title: 'a character of two units is never cut',
    blocks: [line([words('a𠮷b')])],
    edits: [[us, (state) => state.tr.insertText('𠮟', find(state, '𠮷').from, find(state, '𠮷').to)]],
    shows: ['a[-us 𠮷][+us 𠮟]b'],
  },
]

describe('edits as suggestions', () => {
  test.for(cases.map((each) => [each.title, each] as const))('[N3] %s', ([, { blocks, edits, shows, accepted }]) => {
    const body = bodyOf(blocks)
    const restored = all(body, rejectAll)
    for (const [author, edit] of edits) {
      const suggested = suggestIn(body, schema, author, edit)
      expect(suggested === null || 'reason' in suggested ? suggested : 'made').toBe('made')
    }
    expect(shown(body)).toEqual(shows)
    expect(all(body, rejectAll)).toBe(restored)
    if (accepted !== undefined) expect(all(body, acceptAll)).toBe(accepted)
  })

  test('[N3] what is dragged has one place', () => {
    const body = bodyOf(base)
    suggestIn(body, schema, us, (state) => {
      const { from, to } = find(state, 'shall ')
      const tr = state.tr.delete(from, to)
      return tr.insertText('shall ', tr.mapping.map(find(state, 'line').from))
    })
    const [first, second] = listChanges(bodyToJson(body))
    expect(first?.place).toBe(second?.place)
  })

  test("[N3] a line of one's own that is taken away is emptied, and the server is to be asked to withdraw it", () => {
    const own = change(us)
    const body = bodyOf([...base, line([words('mine', own)], { 'suggested--us': { op: 'insert', ...own } })])
    const suggested = suggestIn(body, schema, us, (state) =>
      state.tr.delete(find(state, 'mine').from - 1, find(state, 'mine').to + 1),
    )
    expect(suggested !== null && 'withdraw' in suggested ? suggested.withdraw : null).toEqual([own.id])
    expect(shown(body).at(-1)).toBe('{+us}')
  })

  test('[N3] the caret goes on behind what was typed, before what was struck backwards and behind what was struck forwards', () => {
    const caret = (text: string, side: 'start' | 'end' | undefined, edit: Edit) => {
      const suggested = suggestIn(bodyOf(base), schema, us, edit, (state) => select(state, text, side))
      if (suggested === null || 'reason' in suggested) throw new Error('It can be suggested')
      const { doc, selection } = suggested.tr
      return doc.textBetween(0, selection.head, '|', '|').replace(/^\|*/, '')
    }
    const erase =
      (from: number, to: number): Edit =>
      (state) => {
        const { head } = state.selection
        return state.tr.delete(head + from, head + to)
      }
    expect(caret('shall', 'end', (state) => state.tr.insertText('X'))).toBe('The Parties shallX')
    expect(caret('shall', undefined, (state) => state.tr.insertText('may'))).toBe('The Parties shallmay')
    expect(caret('shall', 'end', erase(-1, 0))).toBe('The Parties shal')
    expect(caret('shall', 'start', erase(0, 1))).toBe('The Parties s')
    expect(caret(' cooperate', 'start', (state) => state.tr.split(state.selection.head))).toBe(
      'The Parties shall cooperate.|',
    )
  })

  const refused: readonly (readonly [string, readonly JsonNode[], Edit])[] = [
    ['formatting', base, (state) => run(select(state, 'shall'), toggleMark(schema.marks['bold'] ?? never()))],
    ['level', base, (state) => run(select(state, 'shall'), setBlockType(typeOf(schema, 'paragraph'), { level: 2 }))],
    [
      'structure',
      base,
      (state) =>
        run(
          select(state, 'shall'),
          (now, dispatch) => wrapIn(typeOf(schema, 'bulletList'))(now, dispatch) || wrapIntoList(now, dispatch),
        ),
    ],
    ['structure', list, (state) => run(select(state, 'first'), lift)],
    ['lineBreak', base, (state) => state.tr.insert(find(state, 'shall').from, typeOf(schema, 'hardBreak').create())],
    ['term', base, (state) => state.tr.setNodeAttribute(0, 'kind', 'preamble')],
    ['column', table, (state) => run(select(state, 'one', 'start'), addColumnAfter)],
  ]
  test.for(refused)('[N3] a change of %s is not made, and says why', ([reason, blocks, edit]) => {
    const body = bodyOf(blocks)
    const before = shown(body)
    expect(suggestIn(body, schema, us, edit)).toEqual({ reason })
    expect(shown(body)).toEqual(before)
  })

  test("[N3] formatting of one's own words is made directly", () => {
    const body = bodyOf([line([words('a '), words('mine', change(us))])])
    suggestIn(body, schema, us, (state) => run(select(state, 'mine'), toggleMark(schema.marks['bold'] ?? never())))
    expect(JSON.stringify(bodyToJson(body))).toContain('"bold"')
  })

  test('[N3] a composition is marked only once it has ended', () => {
    const body = bodyOf([line([words('両国は協力する。')])])
    const doc = schema.nodeFromJSON(bodyToJson(body))
    const before = select(EditorState.create({ schema, doc }), '協力', 'start')
    const at = find(before, '協力').from
    let now = before
    for (const composed of ['k', 'きょ', 'きょうどう', '共同で']) {
      const length = now.doc.content.size - before.doc.content.size
      now = now.apply(now.tr.insertText(composed, at, at + length))
      expect(JSON.stringify(now.doc.toJSON())).not.toContain('insertion')
    }
    const suggested = suggestComposed(before, now, proposerOf(us))
    if ('reason' in suggested) throw new Error('It can be suggested')
    const [only] = listChanges(suggested.tr.doc.toJSON())
    expect([only?.inserts, only?.deletes]).toEqual(['共同で', ''])
    expect(suggested.tr.selection.head).toBe(at + '共同で'.length)
  })

  const seeds = Array.from({ length: 25 }, (_, index) => index + 1)
  test('[N3] after any edits of three parties, rejecting everything gives back the base; 25 seeds of 60 edits', () => {
    let made = 0
    for (const seed of seeds) {
      const chance = random(seed)
      const body = bodyOf([...base, ...list, ...table, line([words('𠮷 end aa aa')])])
      const restored = JSON.stringify(canonical(bodyToJson(body)))
      for (let edit = 0; edit < 60; edit += 1) {
        const suggested = suggestIn(body, schema, chance.pick(people), randomEdit(chance))
        if (suggested !== null && 'tr' in suggested) made += 1
      }
      schema.nodeFromJSON(bodyToJson(body)).check()
      expect(JSON.stringify(canonical(settled(bodyToJson(body), rejectAll) ?? { type: 'doc' })), `seed ${seed}`).toBe(
        restored,
      )
    }
    expect(made).toBeGreaterThan(700)
  })
})

const emptyCells = () => ['', ''].map((text) => typeOf(schema, 'tableCell').create(null, paragraph(text)))

const never = (): never => {
  throw new Error('The schema has it')
}

const wrapIntoList = (state: EditorState, dispatch: (tr: ReturnType<typeof state.tr.insert>) => void): boolean => {
  const { $from } = state.selection
  const range = $from.blockRange()
  if (range === null) return false
  dispatch(state.tr.wrap(range, [{ type: typeOf(schema, 'bulletList') }, { type: typeOf(schema, 'listItem') }]))
  return true
}
