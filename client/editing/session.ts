/** One open document as everything on its page sees it: its connection, its editor, what is known about it, and who is reading. */
import { createContext, useContext } from 'react'
import type { Person } from '#shared/api/common.ts'
import type { DocumentDetail } from '#shared/api/documents.ts'
import type { Actor } from '#shared/domain/actors.ts'
import type { DocumentConnection } from '#client/connection/connection.ts'
import type { ShownLanguages } from './languages.ts'
import type { TextEditor } from './text-editor.ts'

export type EditorSession = {
  readonly connection: DocumentConnection
  readonly document: DocumentDetail
  readonly actor: Actor
  readonly me: Person
  readonly text: TextEditor
  readonly shown: ShownLanguages
  /** Whether the reader may type here now: never after the connection has ended, when words would go nowhere. */
  readonly editable: boolean
  readonly mayComment: boolean
}

/** Null until the editor is there, and while a failed one is being replaced. */
export const EditorSessionContext = createContext<EditorSession | null>(null)

/** The open document that the caller is drawn in. Throws where there is none: such a part is drawn only once the editor is there. */
export function useEditorSession(): EditorSession {
  const session = useContext(EditorSessionContext)
  if (session === null) throw new Error('There is no open document here')
  return session
}
