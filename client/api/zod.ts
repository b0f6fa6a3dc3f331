/**
 * Zod as the pages use it, in place of the package itself: told before the first schema is made not to probe whether code can be
 * made at run time. Our pages forbid that, and the browser would report each probe as an attempt.
 */
import { config } from 'zod/v4'

config({ jitless: true })

// oxlint-disable-next-line oxc/no-barrel-file -- it stands for the package, all of it
export * from 'zod/v4'
