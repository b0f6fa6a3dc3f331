/** A check of the pipeline that freezes a clause: what touches it in any way is refused, what stands beside it is not. */
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { clauseJson, findClause, readClauses } from '#shared/editor/clauses.ts'
import { fromJson, toJson } from '#shared/editor/text.ts'
import { always, clauseIds, document, startEngine, textOf } from '../support/engine.ts'
import { settled } from '../support/memory-log.ts'
import { joinPeer } from '../support/peer.ts'
import { expectAlive, honestPeople, stateOf } from '../support/witnesses.ts'

const [frozen, free] = clauseIds
const otherId = '00000000-0000-4000-8000-00000000000f'

const clauseAt = (body: Y.XmlFragment, index: number): Y.XmlElement => {
  const clause = body.get(index)
  if (!(clause instanceof Y.XmlElement)) throw new Error('There is no such clause')
  return clause
}

type Change = (body: Y.XmlFragment) => void

const moved = (body: Y.XmlFragment, id: string, to: number) => {
  const clause = findClause(body, id)
  if (clause === undefined) throw new Error('There is no such clause')
  const [copy] = fromJson(toJson(clause))
  body.delete(body.toArray().indexOf(clause), 1)
  if (copy !== undefined) body.insert(to, [copy])
}

const forbidden: Record<string, Change> = {
  'a word in it': (body) => textOf(body, 0, 'en').insert(3, 'x'),
  'a word out of it': (body) => textOf(body, 0, 'ja').delete(0, 1),
  'bold words in it': (body) => textOf(body, 0, 'en').format(0, 3, { bold: {} }),
  'a paragraph in it': (body) => {
    const text = clauseAt(body, 0).get(0)
    if (text instanceof Y.XmlElement) text.push([new Y.XmlElement('paragraph')])
  },
  'one of its languages out of it': (body) => clauseAt(body, 0).delete(1, 1),
  'all that is in it': (body) => clauseAt(body, 0).delete(0, 2),
  'a field of it': (body) => clauseAt(body, 0).setAttribute('status', 'done'),
  'its kind': (body) => clauseAt(body, 0).setAttribute('kind', 'action'),
  'another id for it': (body) => clauseAt(body, 0).setAttribute('id', otherId),
  'another id for it and a word in it': (body) => {
    clauseAt(body, 0).setAttribute('id', otherId)
    textOf(body, 0, 'en').insert(0, 'x')
  },
  'its deletion': (body) => body.delete(0, 1),
  'the deletion of everything': (body) => body.delete(0, body.length),
  'its move to the end': (body) => moved(body, frozen, 1),
  'another clause with its id before it': (body) =>
    body.insert(0, fromJson([clauseJson({ id: frozen, kind: 'article' })])),
  'its id for another clause': (body) => clauseAt(body, 1).setAttribute('id', frozen),
  'a word in it and its deletion at once': (body) => {
    textOf(body, 0, 'en').insert(0, 'x')
    body.delete(0, 1)
  },
}

const allowed: Record<string, Change> = {
  'words in another clause': (body) => textOf(body, 1, 'en').insert(0, 'Free. '),
  'the deletion of another clause': (body) => body.delete(1, 1),
  'another kind for another clause': (body) => clauseAt(body, 1).setAttribute('kind', 'preamble'),
  'another clause before it': (body) => body.insert(0, fromJson([clauseJson({ id: otherId, kind: 'article' })])),
  'another id for another clause': (body) => clauseAt(body, 1).setAttribute('id', otherId),
  'the move of another clause before it': (body) => moved(body, free, 0),
}

const start = async () => {
  const engine = startEngine({
    checks: [always({ judge: ({ clauses }) => (clauses().has(frozen) ? 'This clause is agreed.' : null) })],
  })
  const people = await honestPeople(engine)
  const author = joinPeer(engine.rooms, document, { persona: 'us-cochair-ai' })
  await settled()
  const change = (work: Change) => author.doc.transact(() => work(author.body))
  return { engine, people, author, change }
}

describe('a frozen clause', () => {
  test.each(Object.entries(forbidden))('[S6] keeps out %s, without a trace', async (_, work) => {
    const { engine, people, author, change } = await start()
    const before = await stateOf(engine, people)
    change(work)
    author.acknowledge(1)
    await settled()
    await settled()
    expect(author.closed?.code).toBe(4403)
    expect(author.acknowledged).toEqual([])
    expect(await stateOf(engine, people)).toEqual(before)
    await expectAlive(engine, people)
  })

  test.each(Object.entries(forbidden))(
    '[S6] keeps out %s, and lets others’ edits of the same batch in',
    async (_, work) => {
      const { engine, people, author, change } = await start()
      const otherTab = joinPeer(engine.rooms, document, { persona: 'us-cochair-ai' })
      await settled()
      textOf(people.writer.body, 1, 'en').insert(0, 'Honest. ')
      change(work)
      textOf(otherTab.body, 1, 'ja').insert(0, '正直。')
      await settled()
      await settled()
      expect([author.closed?.code, otherTab.closed, people.writer.closed]).toEqual([4403, null, null])
      const [first, second] = readClauses(people.reader.body)
      expect(first?.text).toEqual({ en: 'Article 1 in English', ja: '第1条の日本語' })
      expect(second?.text).toEqual({ en: 'Honest. Article 2 in English', ja: '正直。第2条の日本語' })
      await expectAlive(engine, people)
    },
  )

  test.each(Object.entries(allowed))('[S6] leaves %s to people', async (_, work) => {
    const { people, author, change } = await start()
    change(work)
    author.acknowledge(1)
    await settled()
    await settled()
    expect(author.closed).toBeNull()
    expect(author.acknowledged).toEqual([1])
    expect(people.reader.body.toJSON()).toBe(author.body.toJSON())
  })

  test('[S6] a check that throws costs the author alone', async () => {
    const engine = startEngine({
      checks: [
        always({
          judge: ({ author }) => {
            if (author.id === 'us-cochair-ai') throw new Error('broken')
            return null
          },
        }),
      ],
    })
    const people = await honestPeople(engine)
    const author = joinPeer(engine.rooms, document, { persona: 'us-cochair-ai' })
    await settled()
    textOf(author.body, 0, 'en').insert(0, 'x')
    await settled()
    expect(author.closed?.code).toBe(4403)
    await expectAlive(engine, people)
  })
})
