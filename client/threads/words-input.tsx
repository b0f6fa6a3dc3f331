/** Where a comment is written: plain text, with people to mention offered after "@". */
import { Combobox, Textarea, useCombobox } from '@mantine/core'
import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import type { Person } from '#shared/api/common.ts'
import { useLocalized, useMessages } from '#client/i18n/messages.ts'
import { PersonChip } from '#client/ui/person.tsx'
import { threadMessages } from './messages.ts'

const beingMentioned = /(?:^|\s|[（、。「])@([^\s@]{0,40}(?: [^\s@]{0,20})?)$/u

export function WordsInput({
  value,
  label,
  placeholder,
  people,
  atOnce = false,
  onChange,
  onSend,
  onCancel,
}: {
  readonly value: string
  readonly label: string
  readonly placeholder: string
  /** Those who may read it. */
  readonly people: readonly Person[]
  /** Whether one is about to write here: it takes the focus, and more room. */
  readonly atOnce?: boolean
  readonly onChange: (value: string) => void
  readonly onSend: () => void
  readonly onCancel?: () => void
}) {
  const say = useLocalized()
  const t = useMessages(threadMessages)
  const input = useRef<HTMLTextAreaElement>(null)
  const combobox = useCombobox()
  const [typed, setTyped] = useState<string | null>(null)
  useEffect(() => {
    if (atOnce) input.current?.focus()
  }, [atOnce])
  const offered =
    typed === null
      ? []
      : people.filter(({ name }) =>
          Object.values(name).some((each) => each.toLocaleLowerCase().includes(typed.toLocaleLowerCase())),
        )
  const look = (text: string, caret: number) => {
    const match = beingMentioned.exec(text.slice(0, caret))
    setTyped(match ? (match[1] ?? '') : null)
    if (match) combobox.openDropdown()
    else combobox.closeDropdown()
    combobox.resetSelectedOption()
  }
  const choose = (id: string) => {
    const person = people.find((each) => each.id === id)
    const caret = input.current?.selectionStart ?? value.length
    if (person === undefined || typed === null) return
    const before = value.slice(0, caret - typed.length)
    onChange(`${before}${say(person.name)} ${value.slice(caret)}`)
    setTyped(null)
    combobox.closeDropdown()
  }
  const keys = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) return
    if (typed !== null && offered.length > 0) {
      if (event.key === 'ArrowDown') {
        event.preventDefault()
        combobox.selectNextOption()
      }
      if (event.key === 'ArrowUp') {
        event.preventDefault()
        combobox.selectPreviousOption()
      }
      if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
        event.preventDefault()
        if (combobox.getSelectedOptionIndex() >= 0) combobox.clickSelectedOption()
        else if (offered[0]) choose(offered[0].id)
        return
      }
      if (event.key === 'Escape') {
        event.stopPropagation()
        setTyped(null)
        combobox.closeDropdown()
        return
      }
    }
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      onSend()
    }
    if (event.key === 'Escape') onCancel?.()
  }
  return (
    <Combobox store={combobox} onOptionSubmit={choose} position="bottom-start" shadow="md">
      <Combobox.EventsTarget withKeyboardNavigation={false} withAriaAttributes={false}>
        <Combobox.DropdownTarget>
          <Textarea
            ref={input}
            size="sm"
            autosize
            minRows={atOnce ? 2 : 1}
            maxRows={12}
            maxLength={10_000}
            aria-label={label}
            placeholder={placeholder}
            value={value}
            onChange={(event) => {
              onChange(event.currentTarget.value)
              look(event.currentTarget.value, event.currentTarget.selectionStart)
            }}
            onKeyDown={keys}
            onBlur={() => combobox.closeDropdown()}
          />
        </Combobox.DropdownTarget>
      </Combobox.EventsTarget>
      <Combobox.Dropdown hidden={offered.length === 0}>
        <Combobox.Options aria-label={t('mentionPeople')} mah={264} style={{ overflowY: 'auto' }}>
          {offered.map((person) => (
            <Combobox.Option key={person.id} value={person.id}>
              <PersonChip person={person} />
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}
