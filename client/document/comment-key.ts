/** The key that starts a comment where the text itself takes no keys: there the browser gives them to the page. */
import { useWindowEvent } from '@mantine/hooks'

/** The clause that has the focus, by a button of its own or of its fields. */
const focusedClause = (): string | null => {
  const clause = document.activeElement?.closest('[data-clause]')
  return clause instanceof HTMLElement ? (clause.dataset['clause'] ?? null) : null
}

/** Ctrl Alt M is for the clause with the focus, else for the selected words; where there is neither, `hint` says how it is meant. */
export function useCommentKey(
  active: boolean,
  {
    onClause,
    onSelection,
    hint,
  }: { onClause: (clause: string) => boolean; onSelection: () => boolean; hint: () => void },
): void {
  useWindowEvent('keydown', (event) => {
    if (!active || event.defaultPrevented || event.code !== 'KeyM') return
    if (!event.altKey || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    const clause = focusedClause()
    if (clause === null ? !onSelection() : !onClause(clause)) hint()
  })
}
