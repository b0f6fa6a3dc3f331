/** The keyboard's place in a part of the page whose things come and go: a button often goes with its own click. */
import { useEffect, type RefObject } from 'react'

const focusable = 'button, [href], input, textarea, select, [tabindex]'
/** A menu gives the focus back to what opened it a few milliseconds after it has closed. */
const menuMs = 50

type Place = {
  readonly element: Element
  readonly key: string | null
  readonly label: string | null
  readonly at: number
}

/**
 * When what has the focus in `container` goes away, the focus stays in the thing that it was in, or goes to the next one, instead of
 * the top of the page. The things are told apart by the attribute `key`.
 */
export function useFocusKept(container: RefObject<HTMLElement | null>, key: `data-${string}`): void {
  useEffect(() => {
    const root = container.current
    if (root === null) return undefined
    let last: Place | null = null
    let timer: ReturnType<typeof setTimeout> | undefined
    const things = () => [...root.querySelectorAll<HTMLElement>(`[${key}]`)]
    const note = ({ target }: FocusEvent) => {
      if (!(target instanceof HTMLElement)) return
      const thing = target.closest<HTMLElement>(`[${key}]`)
      last = {
        element: target,
        key: thing?.getAttribute(key) ?? null,
        label: target.getAttribute('aria-label'),
        at: thing === null ? 0 : things().indexOf(thing),
      }
    }
    const giveBack = () => {
      if (last === null || last.element.isConnected || document.activeElement !== document.body) return
      const { key: name, label, at } = last
      const all = things()
      const same = all.find((thing) => thing.getAttribute(key) === name)
      const thing = same ?? all[Math.min(at, all.length - 1)] ?? root
      const inside = [...thing.querySelectorAll<HTMLElement>(focusable)]
      const alike =
        same && label !== null ? inside.find((each) => each.getAttribute('aria-label') === label) : undefined
      const next = alike ?? (thing.hasAttribute('tabindex') ? thing : inside[0])
      next?.focus({ preventScroll: true })
    }
    const observer = new MutationObserver(() => {
      if (last === null || last.element.isConnected) return
      giveBack()
      clearTimeout(timer)
      timer = setTimeout(giveBack, menuMs)
    })
    root.addEventListener('focusin', note)
    observer.observe(root, { childList: true, subtree: true })
    return () => {
      clearTimeout(timer)
      root.removeEventListener('focusin', note)
      observer.disconnect()
    }
  }, [container, key])
}
