/** How an element of someone else's HTML is styled: lower-case and without spaces, as word processors write it in many ways. */
export const styleOf = (element: Element): string =>
  (element.getAttribute('style') ?? '').toLowerCase().replace(/\s+/g, '')
