/**
 * The kinds of work that are done in processes of their own: what is long for a large text. Each takes and gives bytes and texts rather than
 * trees, as to hand over a tree would keep everyone waiting after all.
 */
import { createTexts } from '../history/texts.ts'
import { importDocument } from '../snapshots/import.ts'
import { exportText } from '../snapshots/export.ts'
import { compareTexts, readText, restoreText, takeText } from '../snapshots/texts.ts'

export const jobs = {
  replay: createTexts(),
  read: readText,
  take: takeText,
  restore: restoreText,
  compare: compareTexts,
  export: exportText,
  import: importDocument,
}
