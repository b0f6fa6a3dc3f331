/** The text of a document as it stands, for who only looks at it: it is edited over the live connection, never here. */
import { z } from 'zod'
import { DocumentId } from './common.ts'
import { endpoint } from './endpoint.ts'

export const getText = endpoint({
  method: 'get',
  path: '/api/documents/{id}/text',
  summary:
    'The text of a document as it is on disk now, in both languages: what a page shows before its editor is there.',
  tag: 'documents',
  params: z.object({ id: DocumentId }),
  /** `content`: the document’s ProseMirror JSON. */
  response: z.object({ id: DocumentId, content: z.record(z.string(), z.unknown()) }),
})
