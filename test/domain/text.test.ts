/** Reading, building and hashing texts. */
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import {
  appendJson,
  clauseJson,
  countStatuses,
  findClause,
  isLate,
  readClauses,
  writeFields,
} from '#shared/editor/clauses.ts'
import { schema } from '#shared/editor/schema.ts'
import { bodyToJson, canonical, contentHash, plainText, type JsonNode } from '#shared/editor/text.ts'

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
    expect(rows.map((row) => isLate(row, '2026-05-02'))).toEqual([true, false])
    expect(rows.map((row) => isLate(row, '2026-05-01'))).toEqual([false, false])
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
