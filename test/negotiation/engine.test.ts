/** The rules of negotiating where they act: in the engine, on what connections send. */
import { describe, expect, test } from 'vitest'
import type * as Y from 'yjs'
import { listChanges } from '#shared/editor/changes/list.ts'
import { markKey } from '#shared/editor/changes/pending.ts'
import { decideOn, settleIn } from '#shared/editor/changes/settle.ts'
import { bodyToJson } from '#shared/editor/text.ts'
import type { Phase } from '#shared/domain/phases.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import { textChecks } from '#server/negotiation/checks.ts'
import { change } from '../support/changes.ts'
import { document, seededLog, startEngine, textOf } from '../support/engine.ts'
import { settled } from '../support/memory-log.ts'
import { actorOf, joinPeer } from '../support/peer.ts'

const [chair, other] = ['us-cochair-ai', 'jp-cochair-ai']
const now = 1_900_000_000_000

async function negotiation(phase: Phase = 'negotiating') {
  const log = seededLog()
  const stored = log.documents.get(document)
  if (stored !== undefined) stored.policy = { phase, archived: false }
  const { rooms } = startEngine({ log, checks: textChecks({ now: () => now }) })
  const [us, jp] = [joinPeer(rooms, document, { persona: chair }), joinPeer(rooms, document, { persona: other })]
  await settled()
  const rest = async () => {
    for (let turn = 0; turn < 4; turn += 1) await settled()
  }
  return { rooms, us, jp, rest, rows: () => stored?.rows.length }
}

const wordsOf = ({ body }: { body: Y.XmlFragment }) => textOf(body, 0, 'en')
const own = change({ party: 'us', user: chair })

describe('a text that is negotiated', () => {
  test('[N1] [S6] a client that writes directly into the base text is disconnected with a sentence that says why, and the others notice nothing', async () => {
    const { rooms, us, jp, rest, rows } = await negotiation()
    wordsOf(us).insert(3, 'x')
    await rest()
    expect(us.closed).toEqual({ code: 4403, reason: 'The text is being negotiated: it changes by suggestions only.' })
    expect(jp.closed).toBeNull()
    expect(wordsOf(jp).toString()).toBe('Article 1 in English')
    expect(rows()).toBe(1)
    await rooms.close()
  })

  test('[N2] a suggestion reaches everyone; who deletes that of another is disconnected, and it stands', async () => {
    const { rooms, us, jp, rest } = await negotiation()
    wordsOf(us).insert(3, 'x', { [markKey('insertion', own)]: own })
    await rest()
    expect(us.closed).toBeNull()
    expect(listChanges(bodyToJson(jp.body)).map(({ id, inserts }) => [id, inserts])).toEqual([[own.id, 'x']])
    wordsOf(jp).delete(3, 1)
    await rest()
    expect(jp.closed?.reason).toBe('It would change what another party has suggested.')
    expect(listChanges(bodyToJson(us.body))).toHaveLength(1)
    await rooms.close()
  })

  test('[N2] another party’s suggestion stands also while the text is drafted, where words may be typed directly', async () => {
    const { rooms, us, jp, rest } = await negotiation('drafting')
    wordsOf(us).insert(3, 'x', { [markKey('insertion', own)]: own })
    wordsOf(us).insert(0, 'typed ')
    await rest()
    expect(wordsOf(jp).length).toBe('typed Artxicle 1 in English'.length)
    wordsOf(jp).delete(9, 1)
    await rest()
    expect([us.closed, jp.closed?.code]).toEqual([null, 4403])
    await rooms.close()
  })

  test('[N2] a suggestion that bears a time to come is refused', async () => {
    const { rooms, us, rest } = await negotiation()
    const ahead = change({ party: 'us', user: chair }, { at: now + 3_600_000 })
    wordsOf(us).insert(3, 'x', { [markKey('insertion', ahead)]: ahead })
    await rest()
    expect(us.closed?.code).toBe(4403)
    await rooms.close()
  })

  test('[N3] what the parties have settled is carried out, though no party could write it', async () => {
    const { rooms, us, jp, rest } = await negotiation()
    wordsOf(us).insert(3, 'x', { [markKey('insertion', own)]: own })
    await rest()
    const settle = (settlement: boolean) =>
      rooms.command(document, actorOf(other), () => ({
        settlement,
        edit: (body) => settleIn(body, decideOn([own], 'accept')),
        answer: null,
      }))
    // As an edit of one party it is undone.
    await settle(false)
    await rest()
    expect(listChanges(bodyToJson(jp.body)).map(({ id }) => id)).toEqual([own.id])
    expect((await settle(true))?.changed).toBe(true)
    await rest()
    expect(listChanges(bodyToJson(jp.doc.getXmlFragment(bodyName)))).toEqual([])
    expect(wordsOf(us).toString()).toBe('Artxicle 1 in English')
    await rooms.close()
  })
})
