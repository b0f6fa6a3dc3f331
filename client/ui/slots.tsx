/** Places in the top bar that the page below fills: where I am, who is here, and the state of my words. */
import { createContext, useContext, useMemo, useState, type ReactNode } from 'react'
import { createPortal } from 'react-dom'

type Slot = 'trail' | 'presence' | 'saved'
type Nodes = { readonly [S in Slot]: HTMLElement | null }
type Slots = { readonly nodes: Nodes; readonly attach: (slot: Slot, node: HTMLElement | null) => void }

const empty: Nodes = { trail: null, presence: null, saved: null }

const SlotContext = createContext<Slots>({ nodes: empty, attach: () => undefined })

export function SlotProvider({ children }: { readonly children: ReactNode }) {
  const [nodes, setNodes] = useState(empty)
  const value = useMemo(
    () => ({
      nodes,
      attach: (slot: Slot, node: HTMLElement | null) =>
        setNodes((known) => (known[slot] === node ? known : { ...known, [slot]: node })),
    }),
    [nodes],
  )
  return <SlotContext value={value}>{children}</SlotContext>
}

/** The place itself, drawn by the top bar. */
export function SlotOutlet({ name, className }: { readonly name: Slot; readonly className?: string | undefined }) {
  const { attach } = useContext(SlotContext)
  // One function per outlet for its whole life: a new one would detach and attach the place at each drawing.
  const [ref] = useState(() => (node: HTMLElement | null) => attach(name, node))
  return <div ref={ref} className={className} />
}

/** Puts `children` into a place in the top bar for as long as this is on the page. */
export function TopBarSlot({ name, children }: { readonly name: Slot; readonly children: ReactNode }) {
  const node = useContext(SlotContext).nodes[name]
  return node === null ? null : createPortal(children, node)
}
