/** What opens over a clause: its menu, its fields, and the question before others would lose something. One at a time. */
import type { ClauseActions } from '#client/editing/commands.ts'
import type { Reference } from '#client/editing/references.ts'
import { useEditorSession } from '#client/editing/session.ts'
import { useLanguage } from '#client/i18n/messages.ts'
import { deleteNow, type Question } from './clause-actions.ts'
import { ClauseMenu } from './clause-menu.tsx'
import { ClauseQuestion } from './clause-question.tsx'
import { FieldsForm } from './fields-form.tsx'

export type ClauseDialog =
  | { readonly type: 'menu'; readonly clause: string; readonly anchor: DOMRect }
  | { readonly type: 'fields'; readonly clause: string }
  | { readonly type: 'question'; readonly question: Question }

export function ClauseDialogs({
  dialog,
  actions,
  references,
  onDialog,
}: {
  readonly dialog: ClauseDialog | null
  readonly actions: ClauseActions
  readonly references: readonly Reference[]
  readonly onDialog: (change: (now: ClauseDialog | null) => ClauseDialog | null) => void
}) {
  const language = useLanguage()
  const { text, connection } = useEditorSession()
  const labelOf = (clause: string | undefined) =>
    text.outline.get().find(({ id }) => id === clause)?.label[language] ?? ''
  // What was chosen in one may have opened another, which stays.
  const close = (type: ClauseDialog['type']) => onDialog((now) => (now?.type === type ? null : now))
  const question = dialog?.type === 'question' ? dialog.question : null
  const fields = dialog?.type === 'fields' ? dialog.clause : null
  return (
    <>
      <ClauseMenu at={dialog?.type === 'menu' ? dialog : null} actions={actions} onClose={() => close('menu')} />
      <ClauseQuestion
        question={question}
        label={labelOf(question?.clause)}
        onDelete={(clause) => deleteNow(text, clause)}
        onClose={() => {
          close('question')
          text.editor.view.focus()
        }}
      />
      <FieldsForm
        at={fields}
        label={labelOf(fields ?? undefined)}
        connection={connection}
        references={references}
        onClose={() => close('fields')}
      />
    </>
  )
}
