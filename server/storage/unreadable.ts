/** Documents that cannot be read just now, and must not take a whole page with them. */
import type { Logger } from 'pino'
import { StorageError } from './storage.ts'

/** What `reading` gives; `otherwise`, and a line in the log that says `where`, if the store could not read it. */
export async function unlessUnreadable<T, Otherwise>(
  logger: Logger,
  where: object,
  reading: Promise<T>,
  otherwise: Otherwise,
): Promise<T | Otherwise> {
  try {
    return await reading
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
    logger.warn({ err: error, ...where }, 'a document could not be read for a page')
    return otherwise
  }
}
