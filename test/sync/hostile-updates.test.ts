/** Updates that no editor writes, each by itself and in a batch with honest edits: refused, without a trace, and soon. */
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { bodyName } from '#shared/protocol/messages.ts'
import { updateFrame } from '#server/sync/frames.ts'
import { document, firstTextId, startEngine, textOf } from '../support/engine.ts'
import {
  binary,
  deleted,
  element,
  embed,
  format,
  gap,
  gc,
  json,
  landmarks,
  run,
  string,
  subdocument,
  type,
  unknown,
  values,
  writeUpdate,
  type Deletions,
  type Landmarks,
  type Place,
  type Struct,
} from '../support/hostile-updates.ts'
import { settled } from '../support/memory-log.ts'
import { joinPeer } from '../support/peer.ts'
import { expectAlive, honestPeople, stateOf } from '../support/witnesses.ts'

const own = 99
const alone = (structs: readonly Struct[], deletions: Deletions = []) =>
  writeUpdate([{ client: own, clock: 0, structs }], deletions)
const gone: Deletions = [[own, [[0, 1]]]]
const inBody: Place = { parent: bodyName }
const inText: Place = { parent: firstTextId }

type Attack = (at: Landmarks) => Uint8Array

/** A chain of lists, each in the one before. */
const nested = (depth: number, from = 0) =>
  Array.from({ length: depth }, (_, level) =>
    element(
      (from + level) % 2 === 0 ? 'bulletList' : 'listItem',
      from + level === 0 ? inText : { parent: [own, from + level - 1] },
    ),
  )

const contents: Record<string, (place: Place) => Struct> = {
  'old JSON': json,
  bytes: binary,
  'an embedded object': embed,
  'a subdocument': subdocument,
  'an array': (place) => type(0, place),
  'a map': (place) => type(1, place),
  'a plain text': (place) => type(2, place),
  'a fragment': (place) => type(4, place),
  'a hook': (place) => type(5, place),
  'a type that does not exist': (place) => type(7, place),
  'a type of number 2^40': (place) => type(2 ** 40, place),
  'an unknown element': (place) => element('script', place),
  'an element named __proto__': (place) => element('__proto__', place),
  'a mark named __proto__': (place) => format('__proto__', {}, place),
  'a mark with a list for its attributes': (place) => format('bold', [], place),
  'a mark whose attributes nest 100,000 deep': (place) =>
    format('link', `{"href":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, place),
  'a value that nests 1,000 deep': (place) => values([nestedList(1000)], { ...place, name: 'kind' }),
  'an object as a value': (place) => values([{ a: 1 }], { ...place, name: 'kind' }),
  'a large integer': (place) => values([10n ** 18n], { ...place, name: 'kind' }),
  'a kind of content that does not exist': (place) => unknown(11, place),
  'another one': (place) => unknown(31, place),
}

function nestedList(depth: number): unknown {
  let list: unknown = []
  for (let level = 0; level < depth; level += 1) list = [list]
  return list
}

/** What is wrong by its content, its place, its clocks or its deletions. */
const attacks: Record<string, Attack> = {
  ...Object.fromEntries(
    Object.entries(contents).flatMap(([name, content]): [string, Attack][] => [
      [`${name}, in the text`, () => alone([content(inBody)])],
      [`${name}, deleted at once`, () => alone([content(inBody)], gone)],
    ]),
  ),
  'another root': () => alone([element('paragraph', { parent: 'elsewhere' })]),
  'another root, deleted at once': () => alone([element('paragraph', { parent: 'elsewhere' })], gone),
  'a root named __proto__': () => alone([element('paragraph', { parent: '__proto__' })]),
  'other roots beside what is known already': ({ seeder }) =>
    writeUpdate([
      { client: own, clock: 0, structs: [gc(1)] },
      { client: seeder, clock: 0, structs: [string('x', { parent: 'junk1' }), string('x', { parent: 'junk2' })] },
    ]),
  'an attribute of the text itself': () => alone([values(['hidden'], { ...inBody, name: 'id' })]),
  'an attribute of the text itself, deleted at once': () =>
    alone([values(['hidden'], { ...inBody, name: 'id' })], gone),
  'an attribute of a run of words': ({ text }) => alone([values(['hidden'], { parent: text, name: 'kind' })]),
  'an attribute of a new run of words': () =>
    alone([
      element('paragraph', inText),
      run({ parent: [own, 0] }),
      values(['hidden'], { parent: [own, 1], name: 'kind' }),
    ]),
  ...Object.fromEntries(
    ['__proto__', 'constructor', 'toString', 'onclick', '', 'x'.repeat(100_000)].flatMap((name): [string, Attack][] => [
      [`an attribute named ${name.slice(0, 20)}`, ({ clause }) => alone([values(['x'], { parent: clause, name })])],
      [
        `an attribute named ${name.slice(0, 20)}, deleted at once`,
        ({ clause }) => alone([values(['x'], { parent: clause, name })], gone),
      ],
    ]),
  ),
  ...Object.fromEntries(
    [1e9, 0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 'two', [1]].map((span): [string, Attack] => [
      `a cell over ${Array.isArray(span) ? 'a list of' : String(span)} columns`,
      () =>
        alone([
          element('table', inText),
          element('tableRow', { parent: [own, 0] }),
          element('tableCell', { parent: [own, 1] }),
          values([span], { parent: [own, 2], name: 'colspan' }),
        ]),
    ]),
  ),
  ...Object.fromEntries(
    [
      ['align', 'left;display:none'],
      ['align', 'left;background:url(https://elsewhere.example)'],
      ['align', 'LEFT'],
      ['align', 1],
      ['colwidth', [1e9]],
      ['colwidth', [9]],
      ['colwidth', [100.5]],
      ['colwidth', []],
      ['colwidth', ['100']],
      ['colwidth', 100],
      ['colwidth', Array.from({ length: 101 }, () => 100)],
    ].map(([name, value]): [string, Attack] => [
      `a cell whose ${String(name)} is ${JSON.stringify(value).slice(0, 50)}`,
      () =>
        alone([
          element('table', inText),
          element('tableRow', { parent: [own, 0] }),
          element('tableCell', { parent: [own, 1] }),
          values([value], { parent: [own, 2], name: String(name) }),
        ]),
    ]),
  ),
  ...Object.fromEntries(
    [
      ['start', -1],
      ['start', 1.5],
      ['start', '1'],
      ['start', 2 ** 60],
      ['type', 'disc'],
      ['type', ''],
      ['type', 1],
    ].map(([name, value]): [string, Attack] => [
      `a list whose ${name} is ${JSON.stringify(value)}`,
      () => alone([element('orderedList', inText), values([value], { parent: [own, 0], name: String(name) })]),
    ]),
  ),
  'a paragraph of 2,001 formattings': () =>
    alone([
      element('paragraph', inText),
      run({ parent: [own, 0] }),
      ...Array.from({ length: 2001 }, () => format('bold', {}, { parent: [own, 1] })),
    ]),
  'a paragraph of 2,002 formattings in many runs of words': () =>
    alone([
      element('paragraph', inText),
      ...Array.from({ length: 1001 }, (_, at) => [
        run({ parent: [own, 0] }),
        format('bold', {}, { parent: [own, 1 + at * 3] }),
        format('italic', {}, { parent: [own, 1 + at * 3] }),
      ]).flat(),
    ]),
  'a paragraph of 2,001 line breaks': () =>
    alone([
      element('paragraph', inText),
      ...Array.from({ length: 2001 }, () => element('hardBreak', { parent: [own, 0] })),
    ]),
  'a table wider than any page': () =>
    alone([
      element('table', inText),
      element('tableRow', { parent: [own, 0] }),
      element('tableCell', { parent: [own, 1] }),
      values([61], { parent: [own, 2], name: 'colspan' }),
    ]),
  'a table that rows above make wider': () =>
    alone([
      element('table', inText),
      ...Array.from({ length: 2 }, (_, row) => [
        element('tableRow', { parent: [own, 0] }),
        element('tableCell', { parent: [own, 1 + row * 4] }),
        values([31], { parent: [own, 2 + row * 4], name: 'colspan' }),
        values([2], { parent: [own, 2 + row * 4], name: 'rowspan' }),
      ]).flat(),
    ]),
  'a table of a few cells and ten thousand places': () =>
    alone([
      element('table', inText),
      element('tableRow', { parent: [own, 0] }),
      element('tableCell', { parent: [own, 1] }),
      values([60], { parent: [own, 2], name: 'colspan' }),
      ...Array.from({ length: 170 }, () => element('tableRow', { parent: [own, 0] })),
    ]),
  ...Object.fromEntries(
    ['2026-13-45', '2026-02-31', '0000-00-00', '9999-99-99', '2026-2-3', '2026-02-28T00:00'].map(
      (day): [string, Attack] => [
        `the day ${day}`,
        ({ clause }) => alone([values([day], { parent: clause, name: 'due' })]),
      ],
    ),
  ),
  'words before what they stand behind': ({ letter: [client, clock] }) =>
    alone([string('x', { origin: [client, clock + 3], right: [client, clock] })]),
  'words at the end behind what does not end there': ({ letter: [client, clock] }) => {
    const first = string('x', { origin: [client, clock], right: [client, clock + 1] })
    return alone([first, string('y', { origin: [own, 0] })])
  },
  'words at the start before what does not begin there': ({ letter: [client, clock] }) =>
    alone([string('x', { right: [client, clock + 1] })]),
  'a value before another': ({ kind }) => alone([values(['article'], { right: kind })]),
  'a list of no start': () =>
    alone([element('orderedList', inText), values([Number.NaN], { parent: [own, 0], name: 'start' })]),
  'words as an attribute': ({ clause }) => alone([string('x', { parent: clause, name: 'kind' })]),
  'an element as an attribute': ({ clause }) => alone([element('paragraph', { parent: clause, name: 'kind' })]),
  'a mark on an attribute': ({ clause }) => alone([format('bold', {}, { parent: clause, name: 'id' })]),
  'words with a NUL': ({ letter }) => alone([string('a\0b', { origin: letter })]),
  'words in an element': ({ paragraph }) => alone([string('x', { parent: paragraph })]),
  'an element in a run of words': ({ text }) => alone([element('paragraph', { parent: text })]),
  'words after an attribute': ({ kind }) => alone([string('x', { origin: kind })]),
  'an element after a letter': ({ letter }) => alone([element('paragraph', { origin: letter })]),
  'an origin of its own future': () =>
    alone([element('paragraph', { origin: [own, 5] }), ...nested(6).map(() => element('paragraph', inText))]),
  'itself as its origin': () => alone([element('paragraph', { origin: [own, 0] })]),
  'itself as its parent': () => alone([element('paragraph', { parent: [own, 0] })]),
  'two that each wait for the other': () =>
    writeUpdate([
      { client: own, clock: 0, structs: [element('paragraph', { origin: [98, 0] })] },
      { client: 98, clock: 0, structs: [element('paragraph', { origin: [own, 0] })] },
    ]),
  'a throw after a hundred good structs': () =>
    alone([
      ...Array.from({ length: 100 }, () => element('paragraph', inText)),
      element('paragraph', { origin: [own, 150] }),
      ...Array.from({ length: 100 }, () => element('paragraph', inText)),
    ]),
  'a hole in its clocks': () => alone([gc(1), gap(5), gc(1)]),
  'a start at 2^40': () => writeUpdate([{ client: own, clock: 2 ** 40, structs: [gc(1)] }]),
  'a start at the last clock': () => writeUpdate([{ client: own, clock: 2 ** 53 - 1, structs: [gc(1)] }]),
  'a struct of 2^40 clocks': () => alone([gc(2 ** 40)]),
  'deleted words of 2^40 clocks': () => alone([deleted(2 ** 40, inBody)]),
  'lengths beyond what can be counted': () => alone([gc(2 ** 53 - 1), gc(2 ** 53 - 1)]),
  'a struct of no length': () => alone([gc(0), gc(1)]),
  'words of no length under another’s client id': ({ seeder, end, text }) =>
    writeUpdate([
      { client: own, clock: 0, structs: [gc(1)] },
      { client: seeder, clock: end, structs: [string('', { parent: text })] },
    ]),
  'an attribute of no value under another’s client id': ({ seeder, end, clause }) =>
    writeUpdate([
      { client: own, clock: 0, structs: [gc(1)] },
      { client: seeder, clock: end, structs: [values([], { parent: clause, name: 'kind' })] },
    ]),
  'one client in two parts': () =>
    writeUpdate(
      [
        { client: own, clock: 0, structs: [gc(1)] },
        { client: own, clock: 0, structs: [binary(inBody)] },
      ],
      gone,
    ),
  'a client without structs': () =>
    writeUpdate([
      { client: own, clock: 0, structs: [gc(1)] },
      { client: 98, clock: 0, structs: [] },
    ]),
  'a deletion of nothing at the end': ({ seeder, end }) => writeUpdate([], [[seeder, [[end, 0]]]]),
  'a deletion of nothing of nobody': () => alone([gc(1)], [[98, [[0, 0]]]]),
  'deletions out of order': ({ seeder }) =>
    writeUpdate(
      [],
      [
        [
          seeder,
          [
            [5, 1],
            [2, 1],
          ],
        ],
      ],
    ),
  'deletions on top of each other': ({ seeder }) =>
    writeUpdate(
      [],
      [
        [
          seeder,
          [
            [2, 5],
            [3, 1],
          ],
        ],
      ],
    ),
  'deletions of one client in two parts': ({ seeder }) =>
    writeUpdate(
      [],
      [
        [seeder, [[2, 1]]],
        [seeder, [[5, 1]]],
      ],
    ),
  'a deletion of the future': ({ seeder, end }) => writeUpdate([], [[seeder, [[end, 1]]]]),
  'a deletion beyond the end': ({ seeder, end }) => writeUpdate([], [[seeder, [[end - 1, 2 ** 40]]]]),
  'a deletion at the last clock': ({ seeder }) => writeUpdate([], [[seeder, [[2 ** 53 - 1, 2 ** 53 - 1]]]]),
  'a deletion of nobody’s': () => writeUpdate([], [[98, [[0, 1]]]]),
  'a deletion of its own future': () => alone([gc(3)], [[own, [[0, 4]]]]),
  '101 lists in each other': () => alone(nested(101)),
  '1,000 lists in each other': () => alone(nested(1000)),
  '20,000 lists in each other': () => alone(nested(20_000)),
  '100,001 structs': () => alone(Array.from({ length: 100_001 }, () => gc(1))),
  '250,000 structs': () => alone(Array.from({ length: 250_000 }, () => element('paragraph', inText))),
  'a number of structs of 2^40': () => Uint8Array.of(1, ...[0, 0, 0, 0, 0].map(() => 0x80), 0x20, own, 0, 0, 1, 0),
  '101 new client ids': () =>
    writeUpdate(Array.from({ length: 101 }, (_, index) => ({ client: 1000 + index, clock: 0, structs: [gc(1)] }))),
  'bytes that go on behind the end': () => Uint8Array.of(...alone([gc(1)]), 0),
  'an update in the other encoding of Yjs': () => {
    const doc = new Y.Doc()
    doc.getXmlFragment(bodyName).insert(0, [new Y.XmlElement('paragraph')])
    return Y.encodeStateAsUpdateV2(doc)
  },
  'bytes that end too soon': () => alone([gc(1), element('paragraph', inText)]).slice(0, -4),
}

const send = async (attack: Attack, beside: 'alone' | 'in a batch') => {
  const engine = startEngine()
  const people = await honestPeople(engine)
  const hostile = joinPeer(engine.rooms, document, { persona: 'us-drafter-ai' })
  await settled()
  const before = await stateOf(engine, people)
  if (beside === 'in a batch') textOf(people.writer.body, 0, 'en').insert(0, 'Honest. ')
  hostile.send(updateFrame(attack(landmarks(hostile.doc))))
  hostile.acknowledge(1)
  await settled()
  await settled()
  return { engine, people, hostile, before }
}

describe('a refused update', () => {
  // What is refused above is refused for its value, and for nothing else about it.
  test.each<[string, string, unknown]>([
    ['align', 'a cell', 'left'],
    ['colwidth', 'a cell', [120, 80]],
    ['colspan', 'a cell', 2],
    ['start', 'a list', 3],
    ['type', 'a list', 'a'],
  ])('[S19] the attribute %s of %s is taken where it fits', async (name, holder, value) => {
    const put: Attack = () =>
      holder === 'a list'
        ? alone([element('orderedList', inText), values([value], { parent: [own, 0], name })])
        : alone([
            element('table', inText),
            element('tableRow', { parent: [own, 0] }),
            element('tableCell', { parent: [own, 1] }),
            values([value], { parent: [own, 2], name }),
          ])
    expect((await send(put, 'alone')).hostile.closed).toBeNull()
  })

  test.each(Object.entries(attacks))('[S5] [S6] leaves no trace: %s', async (_, attack) => {
    const { engine, people, hostile, before } = await send(attack, 'alone')
    expect(hostile.closed?.code).toBe(4403)
    expect(hostile.acknowledged).toEqual([])
    expect(await stateOf(engine, people)).toEqual(before)
    await expectAlive(engine, people)
  })

  test.each(Object.entries(attacks))('[S6] costs honest edits of the same batch nothing: %s', async (_, attack) => {
    const { engine, people, hostile, before } = await send(attack, 'in a batch')
    expect(hostile.closed?.code).toBe(4403)
    const after = await stateOf(engine, people)
    expect(after.rows).toHaveLength((before.rows ?? []).length + 1)
    expect(after.rows?.at(-1)?.[0]).toBe('jp-cochair-ai')
    expect(after.closed).toEqual([null, null])
    expect(textOf(people.reader.body, 0, 'en').toString()).toBe('Honest. Article 1 in English')
    await expectAlive(engine, people)
  })

  test('[S5] [S8] a hostile update from a reader is refused before it costs anything', async () => {
    const engine = startEngine()
    const people = await honestPeople(engine)
    const before = await stateOf(engine, people)
    for (const attack of Object.values(attacks)) {
      const hostile = joinPeer(engine.rooms, document, { persona: 'panelist-ai', writes: false })
      await settled()
      hostile.send(updateFrame(attack(landmarks(hostile.doc))))
      await settled()
      expect(hostile.closed?.code).toBe(4403)
    }
    expect(await stateOf(engine, people)).toEqual(before)
    await expectAlive(engine, people)
  })
})
