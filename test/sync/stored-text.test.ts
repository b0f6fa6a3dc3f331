/** What a text may hold, and a text that was stored before that was judged: it opens, and is shown, exported and restored without. */
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { appendJson, clauseJson } from '#shared/editor/clauses.ts'
import { bodyToJson, contentHash, type JsonNode } from '#shared/editor/text.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import { toHtml } from '#server/snapshots/export.ts'
import { restoreBody } from '#server/snapshots/restore.ts'
import { document, startEngine, textOf } from '../support/engine.ts'
import { memoryLog, settled } from '../support/memory-log.ts'
import { actorOf, joinPeer } from '../support/peer.ts'

const cell = (attrs: NonNullable<JsonNode['attrs']>, words: string): JsonNode => ({
  type: 'tableCell',
  attrs,
  content: [{ type: 'paragraph', content: [{ type: 'text', text: words }] }],
})
const odd: JsonNode = {
  type: 'table',
  content: [
    {
      type: 'tableRow',
      content: [
        cell({ align: 'left;display:none' }, 'NOT'),
        cell({ align: 'left;background:url(https://elsewhere.example)' }, 'later'),
        cell({ colwidth: [1e9] }, 'than'),
        cell({ align: 'right', colwidth: [120] }, 'May'),
      ],
    },
  ],
}

const id = '00000000-0000-4000-8000-000000000001'
const clause = clauseJson({ id, kind: 'article' }, { en: [odd], ja: [{ type: 'paragraph' }] })
const content: JsonNode = { type: 'doc', content: [clause] }

function stored() {
  const doc = new Y.Doc()
  doc.clientID = 7
  appendJson(doc.getXmlFragment(bodyName), [clause], null)
  const log = memoryLog()
  log.create(document, Y.encodeStateAsUpdate(doc), [{ clientId: 7, user: null }])
  return startEngine({ log })
}

const firstCell = (body: Y.XmlFragment) => {
  const [found] = body.querySelectorAll('tableCell')
  if (!(found instanceof Y.XmlElement)) throw new Error('The table has cells')
  return found
}

describe('a text stored before its schema judged it', () => {
  test('[S19] opens as it is, and whoever edits it without writing such a value again is heard', async () => {
    const engine = stored()
    const us = joinPeer(engine.rooms, document, { persona: 'us-cochair-ai' })
    const jp = joinPeer(engine.rooms, document, { persona: 'jp-cochair-ai' })
    await settled()
    expect(bodyToJson(jp.body)).toEqual(content)
    firstCell(us.body).removeAttribute('align')
    firstCell(us.body).insert(0, [new Y.XmlElement('paragraph')])
    await settled()
    expect(us.closed).toBeNull()
    expect(firstCell(jp.body).getAttribute('align')).toBeUndefined()
    firstCell(us.body).setAttribute('align', 'left;display:none')
    await settled()
    expect(us.closed?.code).toBe(4403)
    expect(firstCell(jp.body).getAttribute('align')).toBeUndefined()
  })

  test('[V3] [S19] is exported with all its words and no style that anyone wrote', () => {
    const title = { en: 'Text', ja: '文書' }
    const version = { title, label: '1', hash: contentHash(content), at: '2026-01-01T00:00:00Z', by: title, content }
    const html = toHtml(version, ['en', 'ja'])
    const main = html.slice(html.indexOf('<main'))
    for (const words of ['NOT', 'later', 'than', 'May']) expect(main).toContain(words)
    expect(main).not.toMatch(/display|url|elsewhere|0000/)
    expect(main).toContain('text-align: right')
    expect(html).toContain(contentHash(content))
  })

  test('[V2] [S19] is restored without such values, and the restore is taken', async () => {
    const engine = stored()
    await engine.rooms.edit(document, actorOf('secretariat'), (body, doc) => {
      body.delete(0, body.length)
      for (const _ of restoreBody(body, doc, content));
    })
    const restored = await engine.rooms.read(document, (doc) => bodyToJson(doc.getXmlFragment(bodyName)))
    const [row] = restored?.content?.[0]?.content?.[0]?.content?.[0]?.content ?? []
    expect(row?.content?.map(({ attrs }) => attrs)).toEqual([
      undefined,
      undefined,
      undefined,
      { align: 'right', colwidth: [120] },
    ])
  })
})

test('[S19] a paragraph with a thousand bold passages is taken, one more is refused, and its words can still be edited', async () => {
  const engine = startEngine()
  const us = joinPeer(engine.rooms, document, { persona: 'us-cochair-ai' })
  const jp = joinPeer(engine.rooms, document, { persona: 'jp-cochair-ai' })
  await settled()
  const text = textOf(us.body, 0, 'en')
  const passage = [
    { insert: 'bold', attributes: { bold: {} } },
    { insert: ' and plain ', attributes: {} },
  ]
  text.applyDelta(Array.from({ length: 1000 }, () => passage).flat())
  await settled()
  textOf(us.body, 0, 'en').insert(2, 'typed on ')
  textOf(jp.body, 0, 'en').delete(0, 3)
  await settled()
  expect([us.closed, jp.closed]).toEqual([null, null])
  expect(textOf(jp.body, 0, 'en').toString()).toBe(text.toString())
  text.format(text.length - 8, 2, { bold: {} })
  await settled()
  expect(us.closed?.code).toBe(4403)
  textOf(jp.body, 0, 'en').insert(0, 'And on ')
  await settled()
  expect(jp.closed).toBeNull()
})
