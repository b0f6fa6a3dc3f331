/** The ways in which a text with pending changes is shown, on the page and in files. */

/**
 * `brackets`: as diplomats write; `redline`: as a word processor shows changes; `ours`, `theirs`: with the changes of one's own
 * party, or of all others, as if they were accepted; `base`: without any.
 */
export const views = ['brackets', 'redline', 'ours', 'theirs', 'base'] as const
export type View = (typeof views)[number]
