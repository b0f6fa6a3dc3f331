/** The thread in which texts of the past are rebuilt: a long log takes its time here, and no one who is writing waits for it. */
import { parentPort } from 'node:worker_threads'
import * as decoding from 'lib0/decoding'
import * as Y from 'yjs'
import { bodyToJson, type JsonNode } from '#shared/editor/text.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import { applyAsStored } from '../sync/state.ts'

/** What is asked of the thread; `text` names the text that it is about. */
export type ReplayRequest = { readonly id: number; readonly text: string } &
  /** Goes on by updates, one after the other in one buffer, and keeps the state as `frame` if that is a number. */
  (
    | { readonly type: 'apply'; readonly updates: Uint8Array; readonly frame: number | null }
    /** Starts again from a kept state, or from nothing. */
    | { readonly type: 'back'; readonly frame: number | null }
    | { readonly type: 'forget'; readonly frames: readonly number[] }
    | { readonly type: 'read' }
    | { readonly type: 'drop' }
  )
export type ReplayReply = { readonly id: number } & (
  | { readonly content: JsonNode | null }
  | { readonly failure: string }
)

type Text = { doc: Y.Doc; readonly frames: Map<number, Uint8Array> }
const texts = new Map<string, Text>()

function answer(request: ReplayRequest): JsonNode | null {
  const text = texts.get(request.text) ?? { doc: new Y.Doc(), frames: new Map() }
  texts.set(request.text, text)
  switch (request.type) {
    case 'apply': {
      const decoder = decoding.createDecoder(request.updates)
      text.doc.transact(() => {
        while (decoding.hasContent(decoder)) applyAsStored(text.doc, decoding.readVarUint8Array(decoder))
      })
      if (request.frame !== null) text.frames.set(request.frame, Y.encodeStateAsUpdate(text.doc))
      return null
    }
    case 'back': {
      const state = request.frame === null ? undefined : text.frames.get(request.frame)
      if (request.frame !== null && state === undefined) throw new RangeError('There is no such state')
      text.doc.destroy()
      text.doc = new Y.Doc()
      if (state !== undefined) applyAsStored(text.doc, state)
      return null
    }
    case 'forget':
      for (const frame of request.frames) text.frames.delete(frame)
      return null
    case 'read':
      return bodyToJson(text.doc.getXmlFragment(bodyName))
    case 'drop':
      texts.delete(request.text)
      text.doc.destroy()
      return null
  }
}

if (parentPort === null) throw new Error('replay-worker runs as a worker thread')
const port = parentPort
port.on('message', (request: ReplayRequest) => {
  try {
    port.postMessage({ id: request.id, content: answer(request) } satisfies ReplayReply)
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error)
    port.postMessage({ id: request.id, failure } satisfies ReplayReply)
  }
})
