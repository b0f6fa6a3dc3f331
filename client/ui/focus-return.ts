/** The way back from a dialog, without the moment in between in which keys go nowhere. */
import { useEffect, useLayoutEffect, useRef } from 'react'

/**
 * What has the focus when `opened` turns true gets it back as soon as it turns false, or the component goes. Mantine's own return comes ten
 * milliseconds later, in which what is typed is lost, and never for a dialog that is drawn open from the first.
 */
export function useFocusReturnAtOnce(opened: boolean): void {
  const opener = useRef<Element | null>(null)
  // Noted before the dialog takes the focus, and given back only after React has put it where it was before it drew.
  useLayoutEffect(() => {
    if (opened) opener.current = document.activeElement
  }, [opened])
  useEffect(() => {
    if (!opened) return undefined
    return () => {
      if (opener.current instanceof HTMLElement) opener.current.focus({ preventScroll: true })
    }
  }, [opened])
}
