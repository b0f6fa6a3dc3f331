/** Texts of the past, rebuilt from their updates and kept between two steps: the part of a replay that is done elsewhere. */
import * as decoding from 'lib0/decoding'
import * as Y from 'yjs'
import { byPlace, listChanges } from '#shared/editor/changes/list.ts'
import { bodyToJson } from '#shared/editor/text.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import { applyAsStored } from '../sync/state.ts'

/** A step with a text; `text` names it. */
export type TextStep = { readonly text: string } &
  /** Goes on by updates, one after the other in one buffer, and keeps the state as `frame` if that is a number. */
  (
    | { readonly type: 'apply'; readonly updates: Uint8Array; readonly frame: number | null }
    /** Starts again from a kept state, or from nothing. */
    | { readonly type: 'back'; readonly frame: number | null }
    | { readonly type: 'forget'; readonly frames: readonly number[] }
    | { readonly type: 'read' }
    /** How many places are open in it, as a decimal number. */
    | { readonly type: 'places' }
    | { readonly type: 'drop' }
  )

type Text = { doc: Y.Doc; readonly frames: Map<number, Uint8Array> }

/** Takes steps with any number of texts; gives what was asked for: the text as ProseMirror JSON where it is read. */
export function createTexts(): (step: TextStep) => string | null {
  const texts = new Map<string, Text>()
  return (step) => {
    const text = texts.get(step.text) ?? { doc: new Y.Doc(), frames: new Map() }
    texts.set(step.text, text)
    switch (step.type) {
      case 'apply': {
        const decoder = decoding.createDecoder(step.updates)
        text.doc.transact(() => {
          while (decoding.hasContent(decoder)) applyAsStored(text.doc, decoding.readVarUint8Array(decoder))
        })
        if (step.frame !== null) text.frames.set(step.frame, Y.encodeStateAsUpdate(text.doc))
        return null
      }
      case 'back': {
        const state = step.frame === null ? undefined : text.frames.get(step.frame)
        if (step.frame !== null && state === undefined) throw new RangeError('There is no such state')
        text.doc.destroy()
        text.doc = new Y.Doc()
        if (state !== undefined) applyAsStored(text.doc, state)
        return null
      }
      case 'forget':
        for (const frame of step.frames) text.frames.delete(frame)
        return null
      case 'read':
        return JSON.stringify(bodyToJson(text.doc.getXmlFragment(bodyName)))
      case 'places':
        return String(byPlace(listChanges(bodyToJson(text.doc.getXmlFragment(bodyName)))).size)
      case 'drop':
        texts.delete(step.text)
        text.doc.destroy()
        return null
    }
  }
}
