/** Clauses as everyone reads them: what would be hashed and not shown never gets in, and what is there already does not lock a text. */
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { clauseJson, findClause, readClauses, writeFields } from '#shared/editor/clauses.ts'
import { fromJson, toJson, type JsonNode } from '#shared/editor/text.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import { swapClauses } from '#client/editor/clause-commands.ts'
import { clauseIds, document, startEngine, textOf } from '../support/engine.ts'
import { memoryLog, settled } from '../support/memory-log.ts'
import { joinPeer } from '../support/peer.ts'
import { expectAlive, honestPeople, stateOf } from '../support/witnesses.ts'

const [first, second] = clauseIds
const fresh = '00000000-0000-4000-8000-00000000000a'

type Change = (body: Y.XmlFragment) => void

const clause = (body: Y.XmlFragment, id: string = first): Y.XmlElement => {
  const found = findClause(body, id)
  if (found === undefined) throw new Error('There is no such clause')
  return found
}
const text = (lang: string | null): JsonNode => ({
  type: 'clauseText',
  ...(lang === null ? {} : { attrs: { lang } }),
  content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Another' }] }],
})
const push = (nodes: JsonNode[], body: Y.XmlFragment | Y.XmlElement) => body.insert(body.length, fromJson(nodes))
const clauseOf = (attrs: NonNullable<JsonNode['attrs']>, ...content: JsonNode[]): JsonNode => ({
  type: 'clause',
  attrs: { id: fresh, ...attrs },
  content,
})
const [en, ja] = [text('en'), text('ja')]

const refused: Record<string, readonly [Change, RegExp]> = {
  'a second text in a language': [(body) => push([en], clause(body)), /exactly one text/],
  'a text without a language': [(body) => push([text(null)], clause(body)), /exactly one text/],
  'the removal of a language': [(body) => clause(body).delete(1, 1), /exactly one text/],
  'one language written as the other': [
    (body) => {
      const other = clause(body).get(1)
      if (other instanceof Y.XmlElement) other.setAttribute('lang', 'en')
    },
    /exactly one text/,
  ],
  'a text that loses its language': [
    (body) => {
      const other = clause(body).get(1)
      if (other instanceof Y.XmlElement) other.removeAttribute('lang')
    },
    /exactly one text/,
  ],
  'a new clause without texts': [(body) => push([clauseOf({ kind: 'article' })], body), /exactly one text/],
  'a new clause with two texts in a language': [
    (body) => push([clauseOf({ kind: 'article' }, en, ja, en)], body),
    /exactly one text/,
  ],
  'a new clause without a kind': [(body) => push([clauseOf({}, en, ja)], body), /fields of its kind/],
  'a field of another kind': [(body) => clause(body).setAttribute('targetEn', 'Ten'), /fields of its kind/],
  'a new clause with a field of another kind': [
    (body) => push([clauseOf({ kind: 'article', due: '2027-01-01' }, en, ja)], body),
    /fields of its kind/,
  ],
  'a second clause of an id': [
    (body) => push([clauseJson({ id: first, kind: 'article' })], body),
    /cannot bear the same id/,
  ],
  'the id of another clause': [(body) => clause(body).setAttribute('id', second), /cannot bear the same id/],
  'a control character in a word': [(body) => textOf(body, 0, 'en').insert(1, '\u0007'), /no control characters/],
  'a carriage return': [(body) => textOf(body, 0, 'en').insert(1, 'a\r\nb'), /no control characters/],
  'a C1 control in a word': [(body) => textOf(body, 0, 'ja').insert(1, '\u0085'), /no control characters/],
}

describe('[S18] what would be hashed and not shown is refused, without a trace', () => {
  test.each(Object.entries(refused))('[S18] %s', async (_, [change, sentence]) => {
    const engine = startEngine()
    const people = await honestPeople(engine)
    const author = joinPeer(engine.rooms, document)
    await settled()
    const before = await stateOf(engine, people)
    author.doc.transact(() => change(author.body))
    author.acknowledge(1)
    await settled()
    await settled()
    expect(author.closed?.code).toBe(4403)
    expect(author.closed?.reason).toMatch(sentence)
    expect(await stateOf(engine, people)).toEqual(before)
    await expectAlive(engine, people)
  })

  test('[S18] what people do with clauses is let in: new ones, their fields, another kind, a tab and a new line', async () => {
    const engine = startEngine()
    const author = joinPeer(engine.rooms, document)
    await settled()
    author.doc.transact(() => {
      push(
        [clauseJson({ id: fresh, kind: 'outcomeTarget', fields: { targetEn: 'Ten', due: '2027-01-01' } })],
        author.body,
      )
    })
    writeFields(clause(author.body, fresh), { targetEn: null, status: 'done' }, null)
    author.doc.transact(() => {
      const target = clause(author.body, fresh)
      for (const name of ['due', 'status']) target.removeAttribute(name)
      target.setAttribute('kind', 'preamble')
    })
    textOf(author.body, 0, 'en').insert(0, 'a\tb\nc')
    clause(author.body, second).setAttribute('id', '00000000-0000-4000-8000-00000000000b')
    swapClauses(author.body, first, fresh)
    author.acknowledge(1)
    await settled()
    expect(author.closed).toBeNull()
    expect(author.acknowledged).toEqual([1])
  })
})

test('[S18] two people who move the same clause at once both keep it, the later one under an id of its own', async () => {
  const engine = startEngine()
  const [us, jp] = [joinPeer(engine.rooms, document), joinPeer(engine.rooms, document, { persona: 'jp-cochair-ai' })]
  await settled()
  jp.holdsBack = true
  swapClauses(us.body, first, second)
  swapClauses(jp.body, first, second)
  textOf(jp.body, 0, 'en').insert(0, 'Mine. ')
  await settled()
  jp.release()
  await settled()
  await settled()
  expect([us.closed, jp.closed]).toEqual([null, null])
  const rows = readClauses(us.body)
  expect(new Set(rows.map(({ id }) => id)).size).toBe(3)
  expect(rows.map((row) => row.text.en).toSorted()).toEqual([
    'Article 1 in English',
    'Article 2 in English',
    'Mine. Article 2 in English',
  ])
  expect(rows.filter(({ id }) => id === second).map((row) => row.text.en)).toHaveLength(1)
  expect(us.body.toJSON()).toBe(jp.body.toJSON())
})

test('[S18] a store of before that holds such clauses opens, can be written in, and can be mended', async () => {
  const log = memoryLog()
  const doc = new Y.Doc()
  doc.clientID = 7
  const stored = doc.getXmlFragment(bodyName)
  push(
    [
      {
        ...clauseOf({ kind: 'article', targetEn: 'Ten' }, en, ja, en),
        attrs: { id: first, kind: 'article', targetEn: 'Ten' },
      },
      { ...clauseOf({ kind: 'article' }, en, ja), attrs: { id: first, kind: 'article' } },
    ],
    stored,
  )
  textOf(stored, 0, 'en').insert(0, '\u0007')
  log.create(document, Y.encodeStateAsUpdate(doc), [{ clientId: 7, user: null }])
  const engine = startEngine({ log })
  const author = joinPeer(engine.rooms, document)
  await settled()
  expect(author.body.toJSON()).toBe(stored.toJSON())
  const written: Change[] = [
    (body) => textOf(body, 0, 'en').insert(1, 'Written. '),
    (body) => textOf(body, 0, 'en').delete(0, 1),
    (body) => clause(body).removeAttribute('targetEn'),
    (body) => clause(body).delete(2, 1),
    (body) => body.delete(1, 1),
  ]
  for (const [at, change] of written.entries()) {
    author.doc.transact(() => change(author.body))
    author.acknowledge(at)
    await settled()
  }
  expect(author.closed).toBeNull()
  expect(author.acknowledged).toHaveLength(written.length)
  expect(toJson(clause(author.body))).toHaveLength(1)
})
