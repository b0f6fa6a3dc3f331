/** Pending changes as pure functions: listing, what is fixed, settling, proposing a difference, and the views. */
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { appendJson } from '#shared/editor/clauses.ts'
import { fixed } from '#shared/editor/changes/fixed.ts'
import { byPlace, listChanges } from '#shared/editor/changes/list.ts'
import { project, readNode, samePiece } from '#shared/editor/changes/nodes.ts'
import type { Author } from '#shared/editor/changes/pending.ts'
import { proposeDifference } from '#shared/editor/changes/propose.ts'
import { putIn } from '#shared/editor/changes/put-in.ts'
import {
  acceptAll,
  decideOn,
  lostWith,
  rejectAll,
  settled,
  settleIn,
  type Decide,
} from '#shared/editor/changes/settle.ts'
import { bracketsOf, shownIn, views } from '#shared/editor/changes/views.ts'
import { documentSchema } from '#shared/editor/schema.ts'
import { bodyToJson, canonical, plainText, type JsonNode } from '#shared/editor/text.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import { blockChange, change, deletion, line, people, proposerOf, run } from '../support/changes.ts'
import { clauseIds } from '../support/engine.ts'
import { random, type Random } from '../support/random.ts'
import { randomClause, varied } from '../support/texts.ts'

const schema = documentSchema()

const [us, , jp] = people
const clauseWith = (en: readonly JsonNode[], ja: readonly JsonNode[] = []): JsonNode => ({
  type: 'clause',
  attrs: { id: clauseIds[0], kind: 'article' },
  content: [
    { type: 'clauseText', attrs: { lang: 'en' }, content: en },
    { type: 'clauseText', attrs: { lang: 'ja' }, content: ja },
  ],
})

/** A clause with changes of three parties, made by proposing one difference after another. */
function negotiated(chance: Random, rounds = 4): { base: JsonNode; text: JsonNode } {
  const base = randomClause(chance)
  let text = base
  for (let round = 0; round < rounds; round += 1) {
    const author: Author = chance.pick(people.slice(0, 4))
    text = proposeDifference(text, varied(settled(text, rejectAll) ?? base, chance), proposerOf(author))
  }
  return { base, text }
}

const seeds = Array.from({ length: 40 }, (_, index) => index + 1)

describe('settling', () => {
  test('[N3] rejecting everything gives back the base, and accepting all of one difference gives its target; 40 seeds', () => {
    for (const seed of seeds) {
      const chance = random(seed)
      const { base, text } = negotiated(chance)
      expect(canonical(settled(text, rejectAll) ?? base), `seed ${seed}`).toEqual(canonical(base))
      const target = varied(base, chance)
      const proposed = proposeDifference(base, target, proposerOf(us))
      expect(canonical(settled(proposed, acceptAll) ?? base), `seed ${seed}`).toEqual(canonical(target))
      expect(canonical(settled(proposed, rejectAll) ?? base), `seed ${seed}`).toEqual(canonical(base))
      schema.nodeFromJSON(proposed).check()
    }
  })

  test('[N3] the shared text is settled as its JSON is, and what is not decided keeps its very items; 40 seeds', () => {
    for (const seed of seeds) {
      const chance = random(seed)
      const { text } = negotiated(chance)
      const changes = listChanges(text)
      const chosen = new Map(changes.map(({ id }) => [id, chance.pick(['accept', 'reject', null] as const)]))
      const decide: Decide = ({ id }) => chosen.get(id) ?? null
      const doc = new Y.Doc({ gc: false })
      const body = doc.getXmlFragment(bodyName)
      appendJson(body, [text], null)
      const clock = Y.getState(doc.store, doc.clientID)
      doc.transact(() => settleIn(body, decide))
      const wanted = settled(text, decide)
      expect(canonical(bodyToJson(body)), `seed ${seed}`).toEqual(
        canonical({ type: 'doc', content: wanted === null ? [] : [wanted] }),
      )
      const written = (doc.store.clients.get(doc.clientID) ?? []).filter(({ id }) => id.clock >= clock)
      for (const item of written) {
        expect(item instanceof Y.Item && (item.content instanceof Y.ContentFormat || item.deleted)).toBe(true)
      }
    }
  })

  test('[N3] settling one change leaves every other as it was; 40 seeds', () => {
    for (const seed of seeds) {
      const chance = random(seed)
      const { text } = negotiated(chance)
      const changes = listChanges(text)
      if (changes.length === 0) continue
      const one = chance.pick(changes)
      const decide = decideOn([one], chance.pick(['accept', 'reject']))
      if (lostWith(text, decide).length > 0) continue
      const left = settled(text, decide)
      const ids = left === null ? [] : listChanges(left).map(({ id }) => id)
      const gone = changes.filter(({ id }) => id !== one.id && !ids.includes(id))
      // A deletion goes with the words that it would have taken out; nothing else does.
      for (const { inserts, kind } of gone) expect([inserts, kind], `seed ${seed}`).toEqual(['', expect.any(String)])
      expect(ids).not.toContain(one.id)
    }
  })

  test('[N3] words that the other side typed into a deletion survive that it is accepted', () => {
    const struck = deletion(us)
    const typed = change(jp)
    const text = clauseWith([line([run('keep '), run('out', struck), run('NEW', typed, struck), run('out', struck)])])
    const left = settled(text, decideOn([struck], 'accept'))
    expect(left === null ? '' : plainText(left)).toBe('keep NEW')
    expect(left === null ? [] : listChanges(left).map(({ id }) => id)).toEqual([typed.id])
  })

  test('[N3] a deletion made over an insertion takes it out once it is accepted, and waits as one of base words where the insertion is', () => {
    const typed = change(jp)
    const struck = deletion(us, { over: typed.id })
    const text = clauseWith([line([run('a '), run('new', typed, struck), run(' b')])])
    const accepted = settled(text, decideOn([struck], 'accept'))
    expect(accepted === null ? '' : plainText(accepted)).toBe('a  b')
    const [only, ...rest] = listChanges(settled(text, decideOn([typed], 'accept')) ?? text)
    expect([only?.id, only?.deletes, rest]).toEqual([struck.id, 'new', []])
  })

  test('[N3] a block is not taken away with what others have put into it', () => {
    const block = blockChange(us, 'insert')
    const { op: _, ...own } = block
    const guest = change(jp)
    const text = clauseWith([line([run('mine', own), run('theirs', guest)], { 'suggested--us': block })])
    expect(lostWith(text, decideOn([block], 'reject')).map(({ id }) => id)).toEqual([guest.id])
    expect(lostWith(text, rejectAll)).toEqual([])
  })
})

describe('putting into the shared text', () => {
  test('[N6] what is proposed stands in the shared text as in its JSON, and what stood there keeps its very items; 40 seeds', () => {
    for (const seed of seeds) {
      const chance = random(seed)
      const { base, text } = negotiated(chance, 2)
      const made = new Set<string>()
      const proposer = proposerOf(us)
      const newId = () => {
        const id = `new-${seed}-${made.size}`
        made.add(id)
        return id
      }
      const target = varied(settled(text, rejectAll) ?? base, chance)
      const proposed = proposeDifference(text, target, { ...proposer, newId })
      const doc = new Y.Doc({ gc: false })
      const body = doc.getXmlFragment(bodyName)
      appendJson(body, [text], null)
      const clock = Y.getState(doc.store, doc.clientID)
      const standing = () =>
        [...doc.store.clients.values()]
          .flat()
          .filter((item) => item instanceof Y.Item && item.countable && !item.deleted && item.id.clock < clock)
          .reduce((sum, { length }) => sum + length, 0)
      const before = standing()
      doc.transact(() => putIn(body, [proposed], made))
      expect(canonical(bodyToJson(body)), `seed ${seed}`).toEqual(canonical({ type: 'doc', content: [proposed] }))
      expect(standing(), `seed ${seed}`).toBe(before)
    }
  })
})

describe('what is fixed', () => {
  test('[N1] what one party proposes leaves what is fixed for it as it was, and changes what is fixed for the others; 40 seeds', () => {
    for (const seed of seeds) {
      const chance = random(seed)
      const { text } = negotiated(chance)
      const author: Author = chance.pick([us, jp])
      const target = varied(settled(text, rejectAll) ?? text, chance)
      const more = proposeDifference(text, target, proposerOf(author))
      const same = (party: string) => JSON.stringify(fixed(more, party)) === JSON.stringify(fixed(text, party))
      expect(same(author.party ?? ''), `seed ${seed}`).toBe(true)
      if (!samePiece(readNode(more), readNode(text))) {
        expect(same(author.party === 'us' ? 'jp' : 'us'), `seed ${seed}`).toBe(false)
      }
    }
  })

  test('[N1] the shared text and its JSON are read as the same; 40 seeds', () => {
    for (const seed of seeds) {
      const { text } = negotiated(random(seed))
      const body = new Y.Doc().getXmlFragment(bodyName)
      appendJson(body, [text], null)
      expect(
        samePiece(
          project(body, ({ deleted }) => !deleted),
          readNode({ type: 'doc', content: [text] }),
        ),
      ).toBe(true)
    }
  })
})

describe('the list of changes', () => {
  test('[N2] says who puts in and takes out what, in which clause and language, and what answers what', () => {
    const theirs = deletion(jp, { place: 'one' })
    const answer = change(jp, { place: 'one' })
    const inside = change(us)
    const text = clauseWith(
      [line([run('Each side '), run('shall', theirs), run('may', answer), run(' not', inside), run('be', answer)])],
      [
        line([run('新しい段落', change(us, { id: 'block' }))], {
          'suggested--us': blockChange(us, 'insert', { id: 'block' }),
        }),
      ],
    )
    expect(
      listChanges(text).map(({ id, party, kind, language, deletes, inserts }) => [
        id,
        party,
        kind,
        language,
        deletes,
        inserts,
      ]),
    ).toEqual([
      [theirs.id, 'jp', 'inline', 'en', 'shall', ''],
      [answer.id, 'jp', 'inline', 'en', '', 'maybe'],
      [inside.id, 'us', 'inline', 'en', '', ' not'],
      ['block', 'us', 'block', 'ja', '', '新しい段落'],
    ])
    expect([...byPlace(listChanges(text)).values()].map((place) => place.length)).toEqual([2, 1, 1])
    for (const each of listChanges(text)) expect(each.clause).toBe(clauseIds[0])
  })

  test('[N2] a block that a party takes out here and puts in there is a move', () => {
    const out = blockChange(us, 'delete', { place: 'moved' })
    const into = blockChange(us, 'insert', { place: 'moved' })
    const text = clauseWith([
      line([run('words')], { 'suggested--us': out }),
      line([run('other')]),
      line([run('words')], { 'suggested--us': into }),
    ])
    expect(listChanges(text).map(({ kind, deletes, inserts }) => [kind, deletes, inserts])).toEqual([
      ['move', 'words', ''],
      ['move', '', 'words'],
    ])
  })
})

describe('proposing a difference', () => {
  test('[N3] goes word by word, in Japanese too, and by whole lines where these are new', () => {
    const base = clauseWith([line([run('Each side shall share data.')])], [line([run('両国は、投資に関し協力する。')])])
    const target = clauseWith(
      [line([run('Each side may share data.')]), line([run('A second sentence.')])],
      [line([run('両国は、貿易に関し協力する。')])],
    )
    const listed = listChanges(proposeDifference(base, target, proposerOf(us)))
    expect(listed.map(({ kind, deletes, inserts }) => [kind, deletes, inserts])).toEqual([
      ['inline', 'shall', ''],
      ['inline', '', 'may'],
      ['block', '', 'A second sentence.'],
      ['inline', '投資', ''],
      ['inline', '', '貿易'],
    ])
    expect(listed[0]?.place).toBe(listed[1]?.place)
    expect(listed[3]?.place).toBe(listed[4]?.place)
  })
})

describe('views', () => {
  const shownText = (text: JsonNode, view: (typeof views)[number], party: string) => {
    const doc = schema.nodeFromJSON({ type: 'doc', content: [text] })
    const hidden = shownIn(doc, view, party).filter(({ show }) => show === 'hidden')
    let words = ''
    doc.descendants((node, pos) => {
      if (hidden.some(({ from, to }) => from <= pos && pos < to)) return false
      if (node.isText) words += node.text ?? ''
      return true
    })
    return words
  }
  const wordsAfter = (text: JsonNode, decide: Decide) => {
    const left = settled(text, decide)
    return left === null ? '' : plainText(left).replaceAll('\n', '')
  }

  test('[N3] ours, theirs and base show what settling so would leave; redline and brackets hide nothing; 40 seeds', () => {
    for (const seed of seeds) {
      const { text } = negotiated(random(seed))
      const ours: Decide = ({ party }) => (party === 'us' ? 'accept' : 'reject')
      const theirs: Decide = ({ party }) => (party === 'us' ? 'reject' : 'accept')
      expect(shownText(text, 'ours', 'us'), `seed ${seed}`).toBe(wordsAfter(text, ours))
      expect(shownText(text, 'theirs', 'us'), `seed ${seed}`).toBe(wordsAfter(text, theirs))
      expect(shownText(text, 'base', 'us'), `seed ${seed}`).toBe(wordsAfter(text, rejectAll))
      for (const view of ['redline', 'brackets'] as const) {
        expect(shownText(text, view, 'us')).toBe(plainText(text).replaceAll('\n', ''))
      }
    }
  })

  test('[N3] brackets stand around alternatives, one within another, and say where an alternative has no text', () => {
    const outer = change(us)
    const inner = change(jp)
    const struck = deletion(jp)
    const text = clauseWith([
      line([run('a ', outer), run('b ', inner), run('c', outer), run(' base '), run('gone', struck), run('.')]),
    ])
    const doc = schema.nodeFromJSON({ type: 'doc', content: [text] })
    const found = bracketsOf(doc).map(({ from, to, kind, depth, by }) => [
      doc.textBetween(from, to),
      kind,
      depth,
      by.map(({ party }) => party).join(),
    ])
    expect(found).toEqual([
      ['a b c', 'insertion', 1, 'us'],
      ['b ', 'insertion', 2, 'jp'],
      ['gone', 'struck', 1, 'jp'],
      ['', 'noText', 1, 'jp'],
    ])
  })
})
