/** The outline and the margin: beside the paper where there is room, in drawers where there is none, open or closed as was last chosen. */
import { useDisclosure, useMediaQuery } from '@mantine/hooks'
import { useRememberedSwitch } from '#client/lib/storage.ts'

// Paper is not a narrow screen: nothing moves while it is printed.
const roomFor = { outline: 'print, (min-width: 75em)', margin: 'print, (min-width: 62em)' }

export type Panel = {
  /** Whether there is room for it beside the paper. */
  readonly beside: boolean
  /** Whether it is shown beside the paper. */
  readonly shown: boolean
  /** Whether its drawer is open. */
  readonly drawer: boolean
  readonly open: () => void
  readonly closeDrawer: () => void
  readonly toggle: () => void
}

/** One of the two, remembered on this device. */
export function usePanel(name: keyof typeof roomFor): Panel {
  const query = roomFor[name]
  const beside = useMediaQuery(query, window.matchMedia(query).matches, { getInitialValueInEffect: false }) ?? false
  const [shown, setShown] = useRememberedSwitch(`alternat.${name}`)
  const [drawer, sheet] = useDisclosure()
  return {
    beside,
    shown,
    drawer,
    open: () => (beside ? setShown(true) : sheet.open()),
    closeDrawer: sheet.close,
    toggle: () => (beside ? setShown(!shown) : sheet.open()),
  }
}
