/** Accepting, declining, withdrawing and settling: each asked of the server, which alone changes what stands. */
import { useState } from 'react'
import { acceptChange, declineChange, settlePlace, withdrawChange } from '#shared/api/changes.ts'
import type { Alternative, Standing } from '#shared/editor/changes/alternatives.ts'
import { call } from '#client/api/call.ts'
import { queryClient, queryKeys } from '#client/api/queries.ts'
import { useReason } from '#client/api/reason.ts'
import { useMessages } from '#client/i18n/messages.ts'
import { negotiationMessages } from './messages.ts'

export type Acts = {
  readonly accept: (alternative: Alternative) => Promise<void>
  readonly decline: (alternative: Alternative, reason: string) => Promise<void>
  readonly withdraw: (changes: readonly [Pick<Standing, 'id'>, ...Pick<Standing, 'id'>[]]) => Promise<void>
  /** `change` null: the text as it stands. */
  readonly settle: (place: string, change: string | null) => Promise<void>
  /** What the last act came to, as a sentence; null before any. */
  readonly said: { readonly words: string; readonly failed: boolean } | null
  readonly busy: boolean
  readonly forget: () => void
}

/** The acts on the changes of a document. None of them rejects: what went wrong is said. */
export function useActs(document: string): Acts {
  const t = useMessages(negotiationMessages)
  const reasonOf = useReason()
  const [said, setSaid] = useState<Acts['said']>(null)
  const [busy, setBusy] = useState(false)
  const named = (id: string) => `${document}.${id}`
  const read = ({ id, deletes, inserts }: Standing) => ({ id: named(id), deletes, inserts })

  const act = async (work: () => Promise<{ readonly settled: boolean }>, quiet = false) => {
    setBusy(true)
    setSaid(null)
    try {
      const { settled } = await work()
      if (!quiet) setSaid({ words: t(settled ? 'inSettling' : 'noted'), failed: false })
    } catch (problem) {
      setSaid({ words: t('notDone', { reason: reasonOf(problem) }), failed: true })
    } finally {
      setBusy(false)
      await queryClient.invalidateQueries({ queryKey: queryKeys.changes(document) })
    }
  }
  return {
    said,
    busy,
    forget: () => setSaid(null),
    accept: ({ changes: [first, ...rest] }) =>
      act(() => {
        const { id, ...asRead } = read(first)
        return call(acceptChange, { params: { id }, body: { ...asRead, together: rest.map(read) } })
      }),
    decline: ({ changes: [first, ...rest] }, reason) =>
      act(() => {
        const together = rest.map(({ id }) => ({ id: named(id) }))
        const body = reason === '' ? { together } : { together, reason }
        return call(declineChange, { params: { id: named(first.id) }, body })
      }, true),
    withdraw: ([first, ...rest]) =>
      act(
        () =>
          call(withdrawChange, {
            params: { id: named(first.id) },
            body: { together: rest.map(({ id }) => ({ id: named(id) })) },
          }),
        true,
      ),
    settle: (place, change) =>
      act(() =>
        call(settlePlace, {
          params: { id: named(place) },
          body: { change: change === null ? null : named(change) },
        }),
      ),
  }
}
