/** What the palette (Ctrl K) offers beside places to go to: the commands of the page that is open. */
import { useEffect, useRef } from 'react'

export type Offer = {
  readonly id: string
  readonly section: string
  readonly label: string
  /** What it is found by besides its label. */
  readonly keywords: readonly string[]
  /** Its keys, as the reader's keyboard calls them. */
  readonly keys: string | null
  readonly run: () => void
}

let read: (() => readonly Offer[]) | null = null

/** What can be asked for as things stand now. */
export const offersNow = (): readonly Offer[] => read?.() ?? []

/** Offers commands for as long as the caller is on the page; `list` is asked whenever the palette opens. */
export function useOffers(list: () => readonly Offer[]): void {
  const latest = useRef(list)
  useEffect(() => {
    latest.current = list
  })
  useEffect(() => {
    const mine = () => latest.current()
    read = mine
    return () => {
      if (read === mine) read = null
    }
  }, [])
}
