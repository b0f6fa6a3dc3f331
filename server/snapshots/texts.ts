/** What is done with whole texts, as jobs for another process: see `jobs`. Contents are JSON, stored texts as the log holds them. */
import { createHash } from 'node:crypto'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { z } from 'zod'
import { ClauseDiff } from '#shared/api/snapshots.ts'
import { bodyToJson, canonical, type JsonNode } from '#shared/editor/text.ts'
import type { StoredText } from '../storage/storage.ts'
import { buildText, type LiveText } from '../sync/text.ts'
import { diffContents } from './diff.ts'
import { restoreBody } from './restore.ts'

/** A stored text in few pieces: a part of a larger buffer would be handed over with the whole of it. */
type PackedText = {
  readonly document: string
  readonly policy: StoredText['policy']
  readonly checkpoint: StoredText['checkpoint']
  /** One after the other, each with its length before it. */
  readonly updates: Uint8Array
}

export const pack = (document: string, { policy, checkpoint, updates }: StoredText): PackedText => ({
  document,
  policy,
  checkpoint: checkpoint && {
    seq: checkpoint.seq,
    bytes: Uint8Array.from(checkpoint.bytes),
    chunkOffsets: checkpoint.chunkOffsets && Uint8Array.from(checkpoint.chunkOffsets),
  },
  updates: encoding.encode((encoder) => {
    for (const update of updates) encoding.writeVarUint8Array(encoder, update)
  }),
})

function build({ document, policy, checkpoint, updates }: PackedText): Promise<LiveText> {
  const decoder = decoding.createDecoder(updates)
  const each: Uint8Array[] = []
  while (decoding.hasContent(decoder)) each.push(decoding.readVarUint8Array(decoder))
  return buildText(document, { policy, checkpoint, updates: each, epoch: 0, head: 0, clients: [] })
}

/** The text as it is on disk. */
export async function readText(input: PackedText): Promise<string> {
  return JSON.stringify(bodyToJson((await build(input)).body))
}

/** The text as it is on disk in its canonical form, and the hash of that. */
export async function takeText(input: PackedText): Promise<{ content: string; hash: string }> {
  const content = JSON.stringify(canonical(bodyToJson((await build(input)).body)))
  return { content, hash: createHash('sha256').update(content).digest('hex') }
}

/** An update ends once it has this many bytes: a moment's work for a room. */
const updateBytes = 32 * 1024
/**
 * What brings the text on disk back to `content`: updates to be applied one after the other, and the client id, new to the text, that
 * they are written under.
 */
export async function restoreText({
  content,
  ...input
}: PackedText & { readonly content: string }): Promise<{ client: number; updates: Uint8Array[] }> {
  const { doc, body, changes } = await build(input)
  const updates: Uint8Array[] = []
  const gather = () => {
    const gathered = changes.splice(0)
    if (gathered.length > 0) updates.push(gathered.length === 1 && gathered[0] ? gathered[0] : Y.mergeUpdates(gathered))
  }
  const steps = restoreBody(body, doc, JSON.parse(content) as JsonNode)
  for (let done = false; !done;) {
    doc.transact(() => {
      done = steps.next().done === true
    })
    if (changes.reduce((sum, { length }) => sum + length, 0) >= updateBytes) gather()
  }
  gather()
  return { client: doc.clientID, updates }
}

/** The differences between two contents, as the JSON of an answer. */
export function compareTexts({ before, after }: { readonly before: string; readonly after: string }): string {
  const clauses = diffContents(JSON.parse(before) as JsonNode, JSON.parse(after) as JsonNode)
  // Checked here, where it keeps nobody waiting.
  return JSON.stringify(z.array(ClauseDiff).parse(clauses))
}
