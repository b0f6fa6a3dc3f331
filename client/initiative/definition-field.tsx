/** One field of an entry of the initiative, with what is wrong with it. */
import { Checkbox, MultiSelect, Select, Textarea, TextInput } from '@mantine/core'
import { languages } from '#shared/domain/languages.ts'
import { useLocalized, useMessages } from '#client/i18n/messages.ts'
import type { Field, Values } from './definition-kinds.ts'
import { definitionMessages } from './definition-messages.ts'

const zones = Intl.supportedValuesOf('timeZone')

export function EntryField({
  field,
  value,
  wrong,
  first,
  onChange,
}: {
  readonly field: Field
  readonly value: Values[string] | undefined
  readonly wrong: boolean
  /** Whether it takes the focus when the dialog opens. */
  readonly first: boolean
  readonly onChange: (value: Values[string]) => void
}) {
  const t = useMessages(definitionMessages)
  const say = useLocalized()
  const { language, input, max } = field
  const label =
    language === null ? t(field.label) : t('inLanguage', { label: t(field.label), language: languages[language].name })
  const words = typeof value === 'string' ? value : ''
  const choices = field.choices.map(({ value: key, name }) => ({ value: key, label: say(name) }))
  const common = { label, ...(first ? { 'data-autofocus': true } : {}) }
  const typed = {
    ...common,
    value: words,
    ...(language === null ? {} : { lang: languages[language].tag }),
    onChange: ({ currentTarget }: { readonly currentTarget: { readonly value: string } }) =>
      onChange(currentTarget.value),
  }
  switch (input) {
    case 'words':
      return <TextInput {...typed} maxLength={max} error={wrong ? t('wrongWords', { max }) : null} />
    case 'lines':
      return (
        <Textarea {...typed} autosize minRows={2} maxLength={max} error={wrong ? t('wrongWords', { max }) : null} />
      )
    case 'letters':
      return <TextInput {...typed} maxLength={max} error={wrong ? t('wrongLetters') : null} />
    case 'id':
      return <TextInput {...typed} description={t('idHint')} maxLength={max} error={wrong ? t('wrongId') : null} />
    case 'day':
      return <TextInput {...typed} type="date" error={wrong ? t('wrongDay') : null} />
    case 'count':
      return <TextInput {...typed} type="number" min={1} max={max} error={wrong ? t('wrongCount', { max }) : null} />
    case 'flag':
      return (
        <Checkbox
          {...common}
          checked={value === true}
          onChange={({ currentTarget: { checked } }) => onChange(checked)}
        />
      )
    case 'zone':
      return (
        <Select
          {...common}
          searchable
          value={words === '' ? null : words}
          data={zones.includes(words) || words === '' ? zones : [words, ...zones]}
          onChange={(zone) => onChange(zone ?? '')}
          error={wrong ? t('wrongZone') : null}
        />
      )
    case 'one':
      return (
        <Select
          {...common}
          value={words === '' ? null : words}
          data={choices}
          onChange={(chosen) => onChange(chosen ?? '')}
          error={wrong ? t('wrongChoice') : null}
        />
      )
    case 'many':
      return (
        <MultiSelect
          {...common}
          value={Array.isArray(value) ? [...value] : []}
          data={choices}
          onChange={onChange}
          error={wrong ? t('wrongChoice') : null}
        />
      )
  }
}
