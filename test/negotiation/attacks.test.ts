/** What one party may not do to a text that is negotiated, whatever bytes it sends. */
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { listChanges } from '#shared/editor/changes/list.ts'
import type { Author } from '#shared/editor/changes/pending.ts'
import { rejectAll, settled } from '#shared/editor/changes/settle.ts'
import { bodyToJson, canonical } from '#shared/editor/text.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import { handOf, honest, onBase, onOthers, sceneOf, type Attack } from '../support/attacks.ts'
import { copyOf, people } from '../support/changes.ts'
import { ruledText } from '../support/ruled.ts'

const [us, , jp, , kr] = people
/** Each of three parties, with another whose changes it meets. */
const pairs = [
  [us, jp],
  [jp, kr],
  [kr, us],
] as const

const textOf = (doc: Y.Doc) => JSON.stringify(canonical(bodyToJson(doc.getXmlFragment(bodyName))))

/** What is left of a text once everything is rejected. */
const baseOf = (doc: Y.Doc) =>
  JSON.stringify(canonical(settled(bodyToJson(doc.getXmlFragment(bodyName)), rejectAll) ?? { type: 'doc' }))

/** What is pending in a text that is not of that author. */
const othersIn = (doc: Y.Doc, { party, user }: Author) =>
  JSON.stringify(
    listChanges(bodyToJson(doc.getXmlFragment(bodyName))).filter((each) => each.party !== party || each.user !== user),
  )

/** What comes of an attack by each party on each other, in a text under those rules. */
function tryOut(attack: Attack, negotiating: boolean) {
  return pairs.map(([author, other]) => {
    const scene = sceneOf(author, other)
    const server = ruledText(scene.doc, { negotiating, compares: true })
    const copy = copyOf(scene.doc)
    const known = Y.encodeStateVector(copy)
    const [before, base, others] = [textOf(server.doc), baseOf(server.doc), othersIn(server.doc, author)]
    copy.transact(() => attack(handOf(scene, copy)))
    const { objection, healed } = server.take([Y.encodeStateAsUpdate(copy, known)], author)
    return {
      objection,
      changed: textOf(server.doc) !== before,
      changedBase: baseOf(server.doc) !== base,
      changedOthers: othersIn(server.doc, author) !== others,
      passed: objection === null && !healed,
    }
  })
}

describe('attacks by updates written by hand', () => {
  test.for(Object.entries(onOthers))('[N2] in no phase one party %s', ([, attack]) => {
    // Words that their author might have suggested may stay, in the author's own name.
    for (const { changedOthers, changedBase, passed } of tryOut(attack, true))
      expect([changedOthers, changedBase, passed]).toEqual([false, false, false])
    // Words that anybody may type while a text is drafted may stay, without the name that they were given.
    for (const { changedOthers, passed } of tryOut(attack, false))
      expect([changedOthers, passed]).toEqual([false, false])
  })

  test.for(Object.entries(onBase))('[N1] while a text is negotiated nobody %s', ([, attack]) => {
    for (const { changed } of tryOut(attack, true)) expect(changed).toBe(false)
  })

  test('[N1] base words that are marked as own in one update cannot be deleted in the next', () => {
    for (const [author, other] of pairs) {
      const scene = sceneOf(author, other)
      const server = ruledText(scene.doc)
      const copy = copyOf(scene.doc)
      const before = textOf(server.doc)
      for (const step of [onBase['marks base words as an own insertion'], onBase['deletes base words']]) {
        const known = Y.encodeStateVector(copy)
        copy.transact(() => step?.(handOf(scene, copy)))
        server.take([Y.encodeStateAsUpdate(copy, known)], author)
      }
      expect(textOf(server.doc)).toBe(before)
    }
  })

  test.for(Object.entries(honest))('[N1] [N2] anybody may do what only suggests: one %s', ([, edit]) => {
    for (const { objection, changed } of tryOut(edit, true)) expect([objection, changed]).toEqual([null, true])
  })

  test('[N1] [N2] there are at least forty kinds of attack, by each of three parties', () => {
    const kinds = Object.keys(onOthers).length + Object.keys(onBase).length
    expect(kinds).toBeGreaterThanOrEqual(40)
    process.stdout.write(
      `attacks: ${kinds} kinds, ${pairs.length * (2 * Object.keys(onOthers).length + Object.keys(onBase).length)} tried\n`,
    )
  })
})
