/** What the cards ask for, carried out: each change by the server's answer, and what failed said on the card that asked. */
import { useState } from 'react'
import { can } from '#shared/domain/permissions.ts'
import { useReason } from '#client/api/reason.ts'
import { scrollToPosition } from '#client/editing/scrolling.ts'
import { useEditorSession } from '#client/editing/session.ts'
import { useMessages } from '#client/i18n/messages.ts'
import { anchorOfApplied, prepareApplication } from './apply.ts'
import type { Commenting } from './commenting.ts'
import { threadMessages } from './messages.ts'
import { useEditComment, usePublishThread, useReply, useUpdateThread } from './mutations.ts'
import { whenSaved } from './saved.ts'
import { subjectOf, type ThreadEvents } from './card.ts'

/** The events of all cards, and by thread why its last change did not succeed. */
export function useThreadEvents({ focus }: Commenting): {
  readonly events: ThreadEvents
  readonly errors: Readonly<Record<string, string>>
} {
  const t = useMessages(threadMessages)
  const reasonOf = useReason()
  const { document, actor, me, text, connection } = useEditorSession()
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({})
  const publish = usePublishThread(document.id)
  const reply = useReply(document.id, me)
  const update = useUpdateThread(document.id, me)
  const edit = useEditComment(document.id)

  const fail = (thread: string, reason: string) => setErrors((before) => ({ ...before, [thread]: reason }))
  const attempt = async (thread: string, work: () => Promise<unknown>) => {
    setErrors(({ [thread]: _gone, ...rest }) => rest)
    try {
      await work()
    } catch (problem) {
      fail(thread, t('changeFailed', { reason: reasonOf(problem) }))
      throw problem
    }
  }
  const events: ThreadEvents = {
    focus,
    reply: (thread, words) => attempt(thread, () => reply.mutateAsync({ thread, words })),
    edit: (thread, comment, body) => attempt(thread, () => edit.mutateAsync({ thread, comment, body })),
    setStatus: (thread, next) =>
      attempt(thread, () => update.mutateAsync({ thread, change: { status: next } })).catch(() => undefined),
    dispose: (thread, decision, reason) =>
      attempt(thread, () => update.mutateAsync({ thread, change: { disposition: { decision, reason } } })),
    publish: async (thread, comments, passage) => {
      const { id } = await publish.mutateAsync({ thread, comments, passage })
      focus(id)
    },
    agree: (thread, { decision, reason }) =>
      attempt(thread, () => update.mutateAsync({ thread, change: { agree: { decision, reason } } })).catch(
        () => undefined,
      ),
    leave: () => text.editor.view.focus(),
    apply: async (thread, wording, expected) => {
      const { body, state } = connection
      const { view } = text.editor
      const anchor = text.tracker.anchorOf(thread.id)
      if (anchor === null) return fail(thread.id, t('applyGone'))
      const application = prepareApplication(view.state, body, anchor, expected, wording)
      if (application.type === 'gone') return fail(thread.id, t('applyGone'))
      if (application.type === 'changed') return fail(thread.id, t('applyChanged', { now: application.now }))
      text.undoManager.stopCapturing()
      view.dispatch(application.tr)
      text.undoManager.stopCapturing()
      scrollToPosition(view, application.from)
      const moved = anchorOfApplied(view.state, body, application)
      const disposes = thread.disposition === null && can(actor, 'thread.dispose', subjectOf(document, thread))
      if (moved === null && !disposes) return undefined
      const change = {
        ...(moved === null ? {} : { anchor: moved }),
        ...(disposes ? { disposition: { decision: 'accepted', reason: t('acceptedReason') } as const } : {}),
      }
      // The server looks for the wording in the text that it has.
      const after = whenSaved(state, () => t('applyRefused'))
      await attempt(thread.id, () => update.mutateAsync({ thread: thread.id, change, after })).catch(() => undefined)
      return undefined
    },
  }
  return { events, errors }
}
