/** Where an item stands is the same for everyone, in whatever order their text was put together. */
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { applyWithin, newAllowance } from '#server/sync/bounds.ts'
import { installYjsGuards } from '#server/sync/yjs-guards.ts'
import { Violation } from '#server/sync/violation.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import { string, values, writeUpdate, type Id, type Place } from '../support/hostile-updates.ts'
import { random, type Random } from '../support/random.ts'

installYjsGuards()

const bodyOf = (doc: Y.Doc) => doc.getXmlFragment(bodyName)

function paragraphOf(doc: Y.Doc): Y.XmlElement {
  const paragraph = bodyOf(doc).get(0)
  if (!(paragraph instanceof Y.XmlElement)) throw new Error('There is no paragraph')
  return paragraph
}

function textOf(doc: Y.Doc): Y.XmlText {
  const text = paragraphOf(doc).get(0)
  if (!(text instanceof Y.XmlText)) throw new Error('There is no text')
  return text
}

/** The text as someone sees it who is sent all of it at once. */
const seenLater = (doc: Y.Doc): string => {
  const newcomer = new Y.Doc({ gc: false })
  Y.applyUpdate(newcomer, Y.encodeStateAsUpdate(doc))
  return bodyOf(newcomer).toJSON()
}

/** Takes an update as a room does: whole, or not at all. */
function take(doc: Y.Doc, update: Uint8Array): boolean {
  const copy = new Y.Doc({ gc: false })
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
  for (const each of [copy, doc]) {
    try {
      applyWithin(newAllowance(0), 0, each, update, null)
    } catch (error) {
      if (error instanceof Violation) return false
      throw error
    }
  }
  return true
}

const unitsFrom = (start: Y.Item | null): Id[] => {
  const units: Id[] = []
  for (let item = start; item !== null; item = item.right) {
    for (let at = 0; at < item.length; at += 1) units.push([item.id.client, item.id.clock + at])
  }
  return units
}

const firstValueOf = (element: Y.XmlElement, name: string): Y.Item | null => {
  let item = element._map.get(name) ?? null
  while (item?.left) item = item.left
  return item
}

function anyPlace({ int }: Random, units: readonly Id[]): Place {
  const [left, right] = [int(-1, units.length - 1), int(0, units.length)].map((at) => units[at])
  return { ...(left === undefined ? {} : { origin: left }), ...(right === undefined ? {} : { right }) }
}

const isSomewhere = ({ origin, right }: Place) => origin !== undefined || right !== undefined

describe('an item between any two others', () => {
  const play = (seed: number, kind: 'words' | 'values') => {
    const chance = random(seed)
    const doc = new Y.Doc({ gc: false })
    doc.clientID = 100
    const paragraph = new Y.XmlElement('paragraph')
    bodyOf(doc).insert(0, [paragraph])
    paragraph.insert(0, [new Y.XmlText()])
    textOf(doc).insert(0, 'abcdef')
    paragraph.setAttribute('level', '1')
    const honest = new Y.Doc({ gc: false })
    honest.clientID = chance.pick([50, 200])
    const clocks = new Map<number, number>()
    const counts = { taken: 0, refused: 0 }
    for (let step = 0; step < 9; step += 1) {
      if (chance.int(0, 9) < 4) {
        Y.applyUpdate(honest, Y.encodeStateAsUpdate(doc, Y.encodeStateVector(honest)))
        const before = Y.encodeStateVector(honest)
        const text = textOf(honest)
        const at = chance.int(0, text.length)
        if (kind === 'values') paragraphOf(honest).setAttribute('level', String(chance.int(1, 3)))
        else if (chance.int(0, 9) < 7) text.insert(at, 'H')
        else if (at < text.length) text.delete(at, 1)
        // Whoever edits as editors do is never refused.
        expect(take(doc, Y.encodeStateAsUpdate(honest, before))).toBe(true)
        continue
      }
      const units = unitsFrom(kind === 'words' ? textOf(doc)._start : firstValueOf(paragraphOf(doc), 'level'))
      const place = anyPlace(chance, units)
      if (!isSomewhere(place)) continue
      const client = chance.pick([10, 5000])
      const clock = clocks.get(client) ?? 0
      const struct = kind === 'words' ? string('X', place) : values([String(chance.int(1, 3))], place)
      const isTaken = take(doc, writeUpdate([{ client, clock, structs: [struct] }]))
      if (isTaken) clocks.set(client, clock + 1)
      counts[isTaken ? 'taken' : 'refused'] += 1
      // A refusal costs the text: a room loads it anew.
      if (!isTaken) return { ...counts, differs: false }
    }
    return { ...counts, differs: seenLater(doc) !== bodyOf(doc).toJSON() }
  }

  test.each(['words', 'values'] as const)(
    '[S6] [S14] is refused, or stands in the same place for whoever comes later: %s, seeds 1 to 2,000',
    (kind) => {
      const lives = Array.from({ length: 2000 }, (_, index) => ({ seed: index + 1, ...play(index + 1, kind) }))
      expect(lives.filter(({ differs }) => differs).map(({ seed }) => seed)).toEqual([])
      expect(lives.some(({ taken }) => taken > 1)).toBe(true)
      expect(lives.some(({ refused }) => refused > 0)).toBe(true)
    },
  )
})

describe('what editors do', () => {
  const newParagraph = (words: string) => {
    const paragraph = new Y.XmlElement('paragraph')
    const text = new Y.XmlText()
    text.insert(0, words)
    paragraph.insert(0, [text])
    return paragraph
  }

  const someText = ({ int }: Random, doc: Y.Doc): Y.XmlText | null => {
    const body = bodyOf(doc)
    const paragraph = body.length === 0 ? null : body.get(int(0, body.length - 1))
    const text = paragraph instanceof Y.XmlElement ? paragraph.get(0) : null
    return text instanceof Y.XmlText ? text : null
  }

  test('[S14] stands as it was meant, with undoing and redoing by three at once, seeds 1 to 150', () => {
    for (let seed = 1; seed <= 150; seed += 1) {
      const chance = random(seed)
      const doc = new Y.Doc({ gc: false })
      bodyOf(doc).insert(0, [newParagraph('The purpose'), newParagraph('The scope')])
      const editors = [300, 20, 1000].map((clientId) => {
        const own = new Y.Doc()
        own.clientID = clientId
        Y.applyUpdate(own, Y.encodeStateAsUpdate(doc))
        return { own, undoing: new Y.UndoManager(bodyOf(own), { captureTimeout: 0 }) }
      })
      const exchange = (own: Y.Doc) => {
        const news = Y.encodeStateAsUpdate(own, Y.encodeStateVector(doc))
        applyWithin(newAllowance(0), 0, doc, news, null)
        Y.applyUpdate(own, Y.encodeStateAsUpdate(doc, Y.encodeStateVector(own)))
      }
      for (let step = 0; step < 40; step += 1) {
        const { own, undoing } = chance.pick(editors)
        const body = bodyOf(own)
        const text = someText(chance, own)
        const at = chance.int(0, text?.length ?? 0)
        const act = chance.int(0, 9)
        if (act < 3) text?.insert(at, chance.pick(['a', '条', 'word ', '𠮷']))
        else if (act === 3 && text !== null) text.delete(at, Math.min(text.length - at, chance.int(1, 4)))
        else if (act === 4 && text !== null) text.format(at, text.length - at, { bold: chance.pick([{}, null]) })
        else if (act === 5) body.insert(chance.int(0, body.length), [newParagraph('New')])
        else if (act === 6 && body.length > 0) body.delete(chance.int(0, body.length - 1), 1)
        else if (act === 7) undoing.undo()
        else if (act === 8) undoing.redo()
        else exchange(own)
      }
      for (const round of [1, 2]) for (const { own } of editors) if (round > 0) exchange(own)
      for (const { own } of editors) expect(bodyOf(own).toJSON(), `seed ${seed}`).toBe(bodyOf(doc).toJSON())
      expect(seenLater(doc), `seed ${seed}`).toBe(bodyOf(doc).toJSON())
    }
  })
})
