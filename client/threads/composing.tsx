/** The comment that is being written: its composer in the margin, its draft on this device, and its way to the server. */
import { useCallback, useMemo, useState } from 'react'
import type { Person } from '#shared/api/common.ts'
import { keysOf } from '#shared/domain/languages.ts'
import { audiences as allAudiences, audiencesFor, circleFor, type ThreadSubject } from '#shared/domain/permissions.ts'
import { useReason } from '#client/api/reason.ts'
import { useEditorSession } from '#client/editing/session.ts'
import { useMessages } from '#client/i18n/messages.ts'
import { useRemembered } from '#client/lib/storage.ts'
import type { Commenting } from './commenting.ts'
import { Composer, emptyDraft } from './composer.tsx'
import { threadMessages } from './messages.ts'
import { useCreateThread, type NewThread } from './mutations.ts'
import {
  useUnsentThreads,
  type Composing,
  type Draft,
  type UnsentThread,
  type UnsentThreads,
} from './unsent-threads.tsx'

const audienceKeys = keysOf(allAudiences)

export type Writing = {
  readonly unsent: UnsentThreads
  /** The drafts that are offered again: those that are neither being written nor on their way. */
  readonly offered: readonly UnsentThread[]
  /** What went wrong with the comment that was sent last, and its words. */
  readonly failed: { readonly draft: Draft; readonly reason: string } | null
  readonly dismissFailure: () => void
  readonly send: (input: NewThread, draft: Draft) => void
}

export function useWriting({ composing, compose, focus }: Commenting): Writing {
  const t = useMessages(threadMessages)
  const reasonOf = useReason()
  const { document, actor, me } = useEditorSession()
  const create = useCreateThread(document.id, me)
  const unsent = useUnsentThreads(document.id, actor)
  const [failed, setFailed] = useState<Writing['failed']>(null)
  const inUse = [composing, create.isPending ? create.variables : null].flatMap((about) =>
    about ? [about.anchor?.start ?? null] : [],
  )
  return {
    unsent,
    offered: unsent.all.filter(({ anchor }) => !inUse.includes(anchor?.start ?? null)),
    failed,
    dismissFailure: () => setFailed(null),
    send: (input, draft) => {
      setFailed(null)
      compose(null)
      create.mutate(input, {
        onSuccess: ({ id }) => {
          if (composing) unsent.forget(composing)
          focus(id)
        },
        onError: (problem) => {
          setFailed({ draft, reason: t('sendFailed', { reason: reasonOf(problem) }) })
          compose(composing)
        },
      })
    },
  }
}

/** The composer of one comment. */
export function ComposerCard({
  about,
  writing: { unsent, failed, dismissFailure, send },
  readersOf,
  onClose,
}: {
  readonly about: Composing
  readonly writing: Writing
  /** Who reads a thread, and can be mentioned in it. */
  readonly readersOf: (thread: ThreadSubject) => readonly Person[]
  readonly onClose: () => void
}) {
  const { document, actor } = useEditorSession()
  const audiences = useMemo(() => audiencesFor(actor, document), [actor, document])
  const [lastAudience, setLastAudience] = useRemembered(
    `alternat.audience.${actor.id}.${document.id}`,
    audienceKeys,
    'joint',
  )
  const { keep } = unsent
  const typed = useCallback((draft: Draft) => keep(about, draft), [about, keep])
  const close = () => {
    dismissFailure()
    onClose()
  }
  return (
    <Composer
      actor={actor}
      audiences={audiences}
      draft={failed?.draft ?? unsent.at(about)?.draft ?? emptyDraft(audiences, lastAudience)}
      quote={about.words}
      readersOf={(audience) => {
        const circle = circleFor(actor, audience)
        return circle === null ? [] : readersOf({ ...circle, document, author: actor.id })
      }}
      error={failed?.reason ?? null}
      onTyped={typed}
      onAudience={setLastAudience}
      onSend={(audience, words) =>
        send({ audience, anchor: about.anchor, ...words }, { audience, body: words.body, proposal: words.proposal })
      }
      onCancel={close}
      onDiscard={() => {
        unsent.forget(about)
        close()
      }}
    />
  )
}
