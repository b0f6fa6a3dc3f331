/** Reading, building and hashing texts. */
import { daysAt } from '#shared/domain/days.ts'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import {
  appendJson,
  clauseJson,
  countStatuses,
  findClause,
  lateFor,
  readClauses,
  writeFields,
} from '#shared/editor/clauses.ts'
import { fitting } from '#shared/editor/fit.ts'
import { documentSchema } from '#shared/editor/schema.ts'
import { bodyToJson, canonical, contentHash, plainText, type JsonNode } from '#shared/editor/text.ts'

const schema = documentSchema()

const id = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`

const sample: readonly JsonNode[] = [
  clauseJson(
    {
      id: id(1),
      kind: 'outcomeTarget',
      fields: { measureEn: 'Count', due: '2026-05-01', status: 'atRisk', ownerUs: 'us-bis' },
    },
    {
      en: [
        { type: 'paragraph', attrs: { level: 2 }, content: [{ type: 'text', text: 'A shared list' }] },
        {
          type: 'bulletList',
          content: [
            {
              type: 'listItem',
              content: [
                {
                  type: 'paragraph',
                  content: [
                    { type: 'text', text: 'bold', marks: [{ type: 'bold' }] },
                    { type: 'text', text: ' and a ' },
                    { type: 'text', text: 'link', marks: [{ type: 'link', attrs: { href: 'https://example.org/' } }] },
                  ],
                },
              ],
            },
          ],
        },
      ],
      ja: [{ type: 'paragraph', content: [{ type: 'text', text: '共通リスト' }] }],
    },
  ),
  clauseJson({ id: id(2), kind: 'outcomeTarget', fields: { status: 'done', due: '2026-01-20' } }),
]

const bodyOf = (nodes: readonly JsonNode[]) => {
  const body = new Y.Doc().getXmlFragment('body')
  appendJson(body, nodes, null)
  return body
}

describe('texts', () => {
  test('[D2] what is built reads back the same, and is valid in the schema', () => {
    const json = bodyToJson(bodyOf(sample))
    expect(json).toEqual({ type: 'doc', content: sample })
    schema.nodeFromJSON(json).check()
  })

  test('[D2] the hash is that of the words, whatever the editing history, key order and split of runs', () => {
    const plain = bodyOf([{ type: 'paragraph', content: [{ type: 'text', text: 'shall share' }] }])
    const edited = bodyOf([{ type: 'paragraph', content: [{ type: 'text', text: 'shall  share' }] }])
    const run = edited.get(0) instanceof Y.XmlElement ? (edited.get(0) as Y.XmlElement).get(0) : null
    if (run instanceof Y.XmlText) run.delete(5, 1)
    expect(contentHash(bodyToJson(edited))).toBe(contentHash(bodyToJson(plain)))
    const split: JsonNode = {
      type: 'paragraph',
      attrs: { level: null },
      content: [
        { type: 'text', text: 'sh', marks: [{ type: 'italic' }, { type: 'bold' }] },
        { type: 'text', text: 'all', marks: [{ type: 'bold' }, { type: 'italic' }] },
      ],
    }
    const whole: JsonNode = {
      content: [{ marks: [{ type: 'bold' }, { type: 'italic' }], text: 'shall', type: 'text' }],
      type: 'paragraph',
    }
    expect(JSON.stringify(canonical(split))).toBe(JSON.stringify(canonical(whole)))
    expect(contentHash(split)).not.toBe(contentHash({ ...whole, attrs: { level: 1 } }))
  })

  test('[D2] the hash is a fixed function: an auditor can compute it with any SHA-256', () => {
    const node: JsonNode = { type: 'paragraph', content: [{ type: 'text', text: '共有する' }] }
    expect(JSON.stringify(canonical(node))).toBe('{"content":[{"text":"共有する","type":"text"}],"type":"paragraph"}')
    expect(contentHash(node)).toBe('11a4d89dd4e7d8d88ecf90d55cd9f3689f4325e5455bf2e97b2d2fa8f1a83b5d')
  })

  test('[D3] clauses read as rows with numbers, titles and fields', () => {
    const rows = readClauses(bodyOf(sample))
    expect(rows.map(({ label, title }) => [label.ja, title.en])).toEqual([
      ['目標1', 'A shared list'],
      ['目標2', ''],
    ])
    expect(rows[0]?.fields).toEqual({ measureEn: 'Count', due: '2026-05-01', status: 'atRisk', ownerUs: 'us-bis' })
    expect(rows[0]?.text.en).toBe('A shared list\nbold and a link')
    expect(countStatuses(rows, 'outcomeTarget')).toEqual({ onTrack: 0, atRisk: 1, blocked: 0, done: 1 })
  })

  test('[U15] a date is late for an owner once that day has ended in the zone of the owner’s party', () => {
    const [row] = readClauses(bodyOf(sample))
    if (row === undefined) throw new Error('The clause is there')
    const due = (owners: Record<string, string>, status = 'onTrack') => ({
      ...row,
      fields: { due: '2027-03-17', status, ...owners },
    })
    const [us, jp] = [{ ownerUs: 'us-bis' }, { ownerJp: 'jp-meti' }]
    const late = (owners: Record<string, string>, instant: string) => lateFor(due(owners), daysAt(Date.parse(instant)))
    // In Tokyo the 18th, 08:30; in New York the 17th, 19:30.
    expect([us, jp, { ...us, ...jp }, {}].map((owners) => late(owners, '2027-03-17T23:30:00Z'))).toEqual([
      [],
      ['jp'],
      ['jp'],
      [],
    ])
    // In New York the 17th, 20:00: the day of UTC is over, and that of the owner is not.
    expect(late(us, '2027-03-18T00:00:00Z')).toEqual([])
    expect(late(us, '2027-03-18T03:59:59Z')).toEqual([])
    expect([us, { ...us, ...jp }, {}].map((owners) => late(owners, '2027-03-18T04:00:00Z'))).toEqual([
      ['us'],
      ['us', 'jp'],
      ['us', 'jp'],
    ])
    expect(lateFor(due({ ...us, ...jp }, 'done'), daysAt(Date.parse('2027-04-01T00:00:00Z')))).toEqual([])
  })

  test('[U7] a field is written once, in one transaction, and a value that does not fit not at all', () => {
    const body = bodyOf(sample)
    const clause = findClause(body, id(2))
    if (clause === undefined) throw new Error('The clause is there')
    const updates: unknown[] = []
    body.doc?.on('update', (_, origin) => updates.push(origin))
    writeFields(clause, { status: 'blocked', statusReasonEn: 'Waiting', due: '2026-01-20' }, 'table')
    writeFields(clause, { status: 'blocked' }, 'table')
    expect(updates).toEqual(['table'])
    expect(readClauses(body)[1]?.fields).toEqual({ status: 'blocked', statusReasonEn: 'Waiting', due: '2026-01-20' })
    expect(() => writeFields(clause, { due: 'tomorrow' }, 'table')).toThrow(RangeError)
    writeFields(clause, { due: null }, 'table')
    expect(readClauses(body)[1]?.fields).toEqual({ status: 'blocked', statusReasonEn: 'Waiting' })
  })

  test('[D2] plain text has a line per block', () => {
    expect(plainText({ type: 'doc', content: sample })).toBe('A shared list\nbold and a link\n共通リスト')
  })
})

describe('what a text may hold', () => {
  const types = [...Object.values(schema.nodes), ...Object.values(schema.marks)]
  const attributes = types.flatMap(({ name, spec }) =>
    Object.entries(spec.attrs ?? {}).map(([attribute, judged]) => ({ type: name, attribute, judged })),
  )

  test.each(attributes)('[S19] the attribute $attribute of $type has a judgement of its own', ({ judged }) => {
    const { validate } = judged
    if (typeof validate !== 'function') throw new Error('Whatever anyone writes there would be let in')
    for (const value of [{}, [[]], 'x;display:none', '\ud800', Number.NaN, -1, 1e300, () => {}]) {
      // Free text is the one thing that may be any words.
      if (typeof value === 'string' && value !== '\ud800' && passes(validate, 'any words')) continue
      expect(passes(validate, value)).toBe(false)
    }
  })
  const passes = (validate: (value: unknown) => void, value: unknown) => {
    try {
      validate(value)
      return true
    } catch {
      return false
    }
  }

  const cell = (attrs: JsonNode['attrs']): JsonNode => ({
    type: 'tableCell',
    ...(attrs ? { attrs } : {}),
    content: [{ type: 'paragraph', content: [{ type: 'text', text: 'NOT' }] }],
  })
  const table = (...attrs: JsonNode['attrs'][]): JsonNode => ({
    type: 'table',
    content: [{ type: 'tableRow', content: attrs.map(cell) }],
  })

  test('[S19] a stored text that holds more is shown without it, and keeps its words and all that fits', () => {
    const odd = table(
      { align: 'left;display:none', colspan: 2 },
      { align: 'right', colwidth: [1e9] },
      { colwidth: [120, 80], colspan: 2 },
    )
    expect(fitting(odd)).toEqual(table({ colspan: 2 }, { align: 'right' }, { colwidth: [120, 80], colspan: 2 }))
    const link = {
      type: 'text',
      text: 'here',
      marks: [{ type: 'link', attrs: { href: 'javascript:1' } }, { type: 'bold' }],
    }
    expect(fitting(link)).toEqual({ type: 'text', text: 'here', marks: [{ type: 'bold' }] })
    expect(fitting({ type: 'doc', content: sample })).toEqual({ type: 'doc', content: sample })
  })
})
