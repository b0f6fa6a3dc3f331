/** Chooses which languages of a text are shown. */
import { SegmentedControl, type SegmentedControlItem } from '@mantine/core'
import { languageKeys, languages } from '#shared/domain/languages.ts'
import { useMessages } from '#client/i18n/messages.ts'
import type { ShownLanguages } from './languages.ts'
import { documentMessages } from './messages.ts'

export function LanguageChoice({
  shown,
  wide,
  onChoose,
}: {
  readonly shown: ShownLanguages
  /** Whether there is room for both. */
  readonly wide: boolean
  readonly onChoose: (choice: ShownLanguages) => void
}) {
  const t = useMessages(documentMessages)
  const choices: SegmentedControlItem<ShownLanguages>[] = [
    ...(wide ? [{ value: 'both' as const, label: t('both') }] : []),
    ...languageKeys.map((each) => ({ value: each, label: wide ? languages[each].name : each.toUpperCase() })),
  ]
  return <SegmentedControl size="xs" aria-label={t('languages')} value={shown} onChange={onChoose} data={choices} />
}
