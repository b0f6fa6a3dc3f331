/** What a connection is told of the text: all of it, or what it lacks. */
import * as Y from 'yjs'
import { answerFrame, updateFrame } from './frames.ts'
import { encodeRedacted } from './redacted.ts'
import type { LiveText } from './text.ts'

/** Bytes from which on the frame that holds a whole text is worth its memory: to encode it takes a millisecond and more. */
const largeFrame = 64 * 1024

type Whole = {
  readonly text: LiveText
  readonly seq: number
  readonly canReadHistory: boolean
  readonly frame: Uint8Array
}

/** The answers of a room. `canReadHistory`: whether what was struck from the text may be known, as it may to readers of the history. */
export class Answers {
  #whole: Whole | null = null

  /** To someone whose state vector says that they have `clocks`. */
  toStateVector(text: LiveText, clocks: Map<number, number>, canReadHistory: boolean): Uint8Array {
    return clocks.size === 0
      ? this.#toNewcomer(text, canReadHistory)
      : answerFrame(encode(text.doc, clocks, canReadHistory))
  }

  /** To someone who was left behind with `clocks`. */
  toSlowReader({ doc }: LiveText, clocks: Map<number, number>, canReadHistory: boolean): Uint8Array {
    return updateFrame(encode(doc, clocks, canReadHistory))
  }

  /** Two hundred who open a large text at the same moment are sent the same frame, encoded once. */
  #toNewcomer(text: LiveText, canReadHistory: boolean): Uint8Array {
    const known = this.#whole
    if (known?.text === text && known.seq === text.seq && known.canReadHistory === canReadHistory) return known.frame
    const frame = answerFrame(encode(text.doc, new Map(), canReadHistory))
    this.#whole = frame.length < largeFrame ? null : { text, seq: text.seq, canReadHistory, frame }
    return frame
  }
}

const encode = (doc: Y.Doc, clocks: Map<number, number>, canReadHistory: boolean): Uint8Array =>
  canReadHistory ? Y.encodeStateAsUpdate(doc, Y.encodeStateVector(clocks)) : encodeRedacted(doc, clocks)
