/** A server's text that is held to the rules of negotiating, and nothing around it. */
import * as Y from 'yjs'
import { progressAttributes } from '#shared/domain/documents.ts'
import type { Author } from '#shared/editor/changes/pending.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import { heal } from '#server/negotiation/heal.ts'
import { judgeChange } from '#server/negotiation/judge.ts'
import type { Objection } from '#server/negotiation/rules.ts'
import { visibleBefore } from '#server/sync/clause-states.ts'
import { copyOf } from './changes.ts'

export type Taken = {
  readonly objection: Objection | null
  readonly healed: boolean
  readonly updates: readonly Uint8Array[]
}

export function ruledText(start: Y.Doc, { negotiating = true, compares = false } = {}) {
  let live = copyOf(start)
  const log: Uint8Array[] = [Y.encodeStateAsUpdate(live)]
  return {
    get doc() {
      return live
    },
    /** Writes for the server itself, as a settlement does; gives what is to be shown to everyone. */
    write(change: () => void): readonly Uint8Array[] {
      const out: Uint8Array[] = []
      const note = (update: Uint8Array) => out.push(update)
      live.on('update', note)
      live.transact(change)
      live.off('update', note)
      log.push(...out)
      return out
    },
    /** Takes updates of one author as one change, or refuses them without a trace. */
    take(updates: readonly Uint8Array[], author: Author): Taken {
      const out: Uint8Array[] = []
      const note = (update: Uint8Array) => out.push(update)
      live.on('update', note)
      let objection: Objection | null = null
      let healed = false
      live.transact((transaction) => {
        for (const update of updates) Y.applyUpdate(live, update)
        const changing = () => ({
          body: live.getXmlFragment(bodyName),
          transaction,
          wasVisible: visibleBefore(transaction),
        })
        const judging = { author, negotiating, progress: progressAttributes, latest: 2_000_000_000_000 }
        objection = judgeChange(changing(), judging)
        if (compares) {
          const whole = judgeChange(changing(), judging, { whole: true })
          if ((whole === null) !== (objection === null))
            throw new Error(`Judged ${objection} in parts, ${whole} as a whole`)
        }
        if (objection !== null && heal(changing(), author, negotiating)) {
          objection = judgeChange(changing(), judging)
          healed = objection === null
        }
      })
      live.off('update', note)
      if (objection === null) {
        log.push(...out)
        return { objection, healed, updates: out }
      }
      live = new Y.Doc({ gc: false })
      for (const update of log) Y.applyUpdate(live, update)
      return { objection, healed: false, updates: [] }
    },
  }
}
