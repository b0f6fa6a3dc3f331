/** Checkpoints of a text: a state that spares the next load the replay of a long log. The log itself stays whole. */
import type { Logger } from 'pino'
import * as Y from 'yjs'
import type { UpdateLog } from '../storage/storage.ts'
import type { LiveText } from './text.ts'

/** A checkpoint is due when the log beyond the last one is this long. */
const dueRows = 500
const dueBytes = 512 * 1024

export type Checkpoints = {
  /** Begins one if it is due. The text must be as it is on disk at this moment. */
  beginIfDue(text: LiveText): void
  /** Writes one if the log goes beyond the last; resolves also if the store refuses it. */
  write(text: LiveText): Promise<void>
}

export function createCheckpoints(document: string, log: UpdateLog, logger: Logger): Checkpoints {
  let writing = false

  const write = async (text: LiveText) => {
    if (text.sinceCheckpoint.rows === 0) return
    writing = true
    const bytes = Y.encodeStateAsUpdate(text.doc)
    text.sinceCheckpoint.rows = 0
    text.sinceCheckpoint.bytes = 0
    try {
      await log.putCheckpoint(document, text.seq, bytes)
    } catch (error) {
      // The log holds everything: without the checkpoint only the next load is slower.
      logger.warn({ err: error }, 'The checkpoint could not be written')
    } finally {
      writing = false
    }
  }

  return {
    write,
    beginIfDue(text) {
      const { rows, bytes } = text.sinceCheckpoint
      if (!writing && (rows >= dueRows || bytes >= dueBytes)) void write(text)
    },
  }
}
