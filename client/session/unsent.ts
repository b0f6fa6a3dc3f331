/** Words that were typed and not sent yet, as the state of the form in which they were typed: see `unsent-store.ts`. */
import { useState } from 'react'
import { useSession } from './session.ts'
import { unsentOf } from './unsent-store.ts'

type Words = Readonly<Record<string, string>>

const wordsIn = <W extends Words>(kept: unknown, otherwise: W): W =>
  typeof kept !== 'object' || kept === null
    ? otherwise
    : Object.assign(
        { ...otherwise },
        Object.fromEntries(
          Object.entries(kept).filter(([name, value]) => name in otherwise && typeof value === 'string'),
        ),
      )

const sameWords = (a: Words, b: Words) => Object.keys(a).every((name) => a[name] === b[name])

/**
 * The state of a form's words, offered again at the same `place` until they are forgotten, as when they were sent;
 * the form then shows `now`.
 */
export function useUnsent<W extends Words>(place: string, otherwise: W): [W, (words: W) => void, (now?: W) => void] {
  const { id } = useSession().user
  const [words, setWords] = useState(() => wordsIn(unsentOf(id).get(place), otherwise))
  const keep = (next: W) => {
    setWords(next)
    if (sameWords(next, otherwise)) unsentOf(id).forget(place)
    else unsentOf(id).keep(place, next)
  }
  const forget = (now = otherwise) => {
    setWords(now)
    unsentOf(id).forget(place)
  }
  return [words, keep, forget]
}

/** Whether words were left at that place, when this is first drawn. */
export function useHasUnsent(place: string): boolean {
  const { id } = useSession().user
  const [has] = useState(() => unsentOf(id).get(place) !== null)
  return has
}
