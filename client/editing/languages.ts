/** Which languages of the text are shown: both side by side, or one alone; remembered on this device. */
import { useMediaQuery } from '@mantine/hooks'
import { languageKeys, type Language } from '#shared/domain/languages.ts'
import { useLanguage } from '#client/i18n/messages.ts'
import { useRemembered } from '#client/lib/storage.ts'

export type ShownLanguages = 'both' | Language

const storageKey = 'alternat.texts'
const choices = ['both', ...languageKeys] as const

/** Two columns need this width; below it one language is shown alone. Paper is set in smaller type. */
const roomForTwo = 'print, (min-width: 62em)'

export function useShownLanguages(): {
  shown: ShownLanguages
  /** Whether there is room for two. */
  wide: boolean
  choose: (choice: ShownLanguages) => void
} {
  const own = useLanguage()
  const wide = useMediaQuery(roomForTwo, window.matchMedia(roomForTwo).matches, { getInitialValueInEffect: false })
  const [choice, choose] = useRemembered<ShownLanguages>(storageKey, choices, 'both')
  return { shown: choice === 'both' && !wide ? own : choice, wide, choose }
}
