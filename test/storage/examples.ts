/** Things to put into a store, each valid as it stands; a test names only what it is about. */
import type { LogEntry } from '#test/support/writes.ts'
import type { CommentRecord, LogRow, NewDocument, SnapshotRecord, ThreadRecord } from '#server/storage/storage.ts'
import type { Circle } from '#shared/domain/permissions.ts'
import { canonical, contentHash, type JsonNode } from '#shared/editor/text.ts'
import { groupId, partyId } from '#test/support/initiative.ts'

export const bytesOf = (text: string) => new TextEncoder().encode(text)
export const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

export const newDocument = (change: Partial<NewDocument> = {}): NewDocument => ({
  id: 'semiconductors-mou',
  group: groupId('semiconductors'),
  kind: 'mou',
  title: { en: 'Memorandum of understanding', ja: '協力覚書' },
  panelOpen: false,
  schemaVersion: 1,
  createdAt: 1_768_435_200_000,
  createdBy: null,
  epoch: 7,
  state: bytesOf('seed'),
  clientId: 4_294_967_295,
  ...change,
})

export const row = (text: string, change: Partial<LogRow> = {}): LogRow => ({
  user: 'us-drafter-semiconductors',
  at: 1_768_435_201_000,
  bytes: bytesOf(text),
  ...change,
})

export const entry = (change: Partial<LogEntry> = {}): LogEntry => ({
  document: 'semiconductors-mou',
  epoch: 7,
  rows: [row('edit')],
  clients: [],
  ...change,
})

export const comment = (change: Partial<CommentRecord> = {}): CommentRecord => ({
  id: '00000000-0000-4000-8000-0000000000c1',
  author: 'us-cochair-semiconductors',
  body: 'Should this say “intend to”?',
  proposal: null,
  replaces: null,
  mentions: [],
  createdAt: 1_768_435_202_000,
  editedAt: null,
  ...change,
})

export const thread = (
  change: Partial<Omit<ThreadRecord, keyof Circle>> = {},
  circle: Circle = { audience: 'delegation', party: partyId('us') },
): ThreadRecord => ({
  ...circle,
  id: '00000000-0000-4000-8000-0000000000a1',
  document: 'semiconductors-mou',
  author: 'us-cochair-semiconductors',
  anchor: {
    clause: '00000000-0000-4000-8000-0000000000b1',
    language: 'ja',
    start: 'AQID',
    end: 'BAUG',
    quote: { exact: '意図を共有する', prefix: '両参加者は、', suffix: '。' },
  },
  orphaned: false,
  resolved: null,
  disposition: null,
  undone: null,
  createdAt: 1_768_435_202_000,
  comments: [comment()],
  ...change,
})

const content: JsonNode = {
  content: [
    {
      attrs: { id: '00000000-0000-4000-8000-0000000000b1', kind: 'article' },
      content: [
        {
          attrs: { lang: 'ja' },
          content: [
            {
              content: [{ marks: [{ type: 'bold' }], text: '半導体「供給網」', type: 'text' }],
              type: 'paragraph',
            },
          ],
          type: 'clauseText',
        },
      ],
      type: 'clause',
    },
  ],
  type: 'doc',
}

export const snapshot = (change: Partial<SnapshotRecord> = {}): SnapshotRecord => ({
  id: '00000000-0000-4000-8000-0000000000d1',
  document: 'semiconductors-mou',
  label: 'Before the committee / 運営委員会前',
  note: '',
  by: 'secretariat',
  at: 1_768_435_203_000,
  seq: 1,
  agreed: true,
  hash: contentHash(content),
  content: JSON.stringify(canonical(content)),
  ...change,
})
