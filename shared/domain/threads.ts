/** How much a thread may quote and how many threads one person may have open: each is looked for after every change of its text. */

/** In UTF-16 units. A longer passage is quoted by its beginning, or threads on whole chapters would be kept anew with each letter typed. */
export const maxQuotation = 4000

/** In one document. Far above what one person has to say at a time. */
export const maxOpenThreads = 200
