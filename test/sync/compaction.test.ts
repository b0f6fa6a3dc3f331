/** Checkpoints against a replay of the whole log. */
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { bodyToJson } from '#shared/editor/text.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import { document, seededLog, startEngine, textOf } from '../support/engine.ts'
import { settled } from '../support/memory-log.ts'
import { joinPeer } from '../support/peer.ts'
import { random } from '../support/random.ts'

for (const seed of [1, 2, 3, 4, 5]) {
  test(`[S15] what opens from a checkpoint equals a replay of every row, seed ${seed}`, async () => {
    const { int, pick } = random(seed)
    const log = seededLog()
    for (let round = 0; round < 4; round += 1) {
      const engine = startEngine({ log })
      const peers = ['us-cochair-ai', 'jp-cochair-ai'].map((persona) => joinPeer(engine.rooms, document, { persona }))
      await settled()
      for (let edit = int(150, 400); edit > 0; edit -= 1) {
        const peer = pick(peers)
        const text = textOf(peer.body, int(0, 1), pick(['en', 'ja'] as const))
        if (text.length > 5 && int(0, 2) === 0) text.delete(int(0, text.length - 3), int(1, 3))
        else text.insert(int(0, text.length), pick(['字', 'a', '𠮷', ' shall']))
        if (int(0, 3) === 0) await settled()
      }
      await settled()
      const rows = log.documents.get(document)?.rows ?? []
      const replayed = new Y.Doc({ gc: false })
      for (const { bytes } of rows) Y.applyUpdate(replayed, bytes)
      const live = await engine.rooms.read(document, (doc) => Y.encodeStateAsUpdate(doc))
      expect(Y.encodeStateAsUpdate(replayed)).toEqual(live)
      await engine.rooms.close()
      const again = startEngine({ log })
      const opened = await again.rooms.read(document, (doc) => ({
        state: Y.encodeStateAsUpdate(doc),
        json: bodyToJson(doc.getXmlFragment(bodyName)),
      }))
      expect(opened?.json).toEqual(bodyToJson(replayed.getXmlFragment(bodyName)))
      expect(opened?.state).toEqual(live)
      expect(log.documents.get(document)?.checkpoint?.seq).toBe(rows.length)
      await again.rooms.close()
    }
  })
}
