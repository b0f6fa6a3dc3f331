/** What must happen to open documents before the page or the seat is left. Light, so that pages without documents can ask. */

type Open = { readonly hasUnsaved: () => boolean; readonly close: () => void }

const open = new Set<Open>()

/** Counts a document as open; returns how to stop. */
export function noteOpen(document: Open): () => void {
  open.add(document)
  return () => {
    open.delete(document)
  }
}

/** Ends every open document, as on signing out. Whatever is unsaved is lost. */
export function closeAllDocuments(): void {
  for (const document of open) document.close()
}

/** Whether leaving now would lose something. */
export const anythingUnsaved = (): boolean => [...open].some(({ hasUnsaved }) => hasUnsaved())

/** Warns before the page is left while something is unsaved. Returns how to stop. */
export function warnBeforeLeaving(target: Window): () => void {
  const warn = (event: BeforeUnloadEvent) => {
    if (anythingUnsaved()) event.preventDefault()
  }
  target.addEventListener('beforeunload', warn)
  return () => target.removeEventListener('beforeunload', warn)
}
