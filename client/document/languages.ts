/** Which languages of the text are shown: both side by side, or one alone; remembered on this device. */
import { useLocalStorage, useMediaQuery } from '@mantine/hooks'
import { isLanguage, type Language } from '#shared/domain/languages.ts'
import { useLanguage } from '#client/i18n/messages.ts'

export type ShownLanguages = 'both' | Language

const storageKey = 'alternat.texts'

/** Two columns need this width; below it one language is shown alone. */
const roomForTwo = '(min-width: 62em)'

export function useShownLanguages(): {
  shown: ShownLanguages
  /** Whether there is room for two. */
  wide: boolean
  choose: (choice: ShownLanguages) => void
} {
  const own = useLanguage()
  const wide = useMediaQuery(roomForTwo, window.matchMedia(roomForTwo).matches, { getInitialValueInEffect: false })
  const [stored, store] = useLocalStorage({
    key: storageKey,
    defaultValue: 'both',
    getInitialValueInEffect: false,
  })
  const choice: ShownLanguages = isLanguage(stored) ? stored : 'both'
  return { shown: choice === 'both' && !wide ? own : choice, wide, choose: store }
}
