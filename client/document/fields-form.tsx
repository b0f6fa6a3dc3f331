/** The fields of a clause, edited where they stand. Each goes into the shared text as soon as it is left. */
import { Button, Drawer, Group, Select, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { DateInput } from '@mantine/dates'
import '@mantine/dates/styles.layer.css'
import 'dayjs/locale/ja'
import { useRef, useState } from 'react'
import { findClause, writeFields } from '#shared/editor/clauses.ts'
import { isFieldValue } from '#shared/editor/schema.ts'
import { attributesOf } from '#shared/editor/text.ts'
import {
  clauseAttributes,
  isClauseKind,
  progressAttributes,
  statusKeys,
  statuses,
  type ClauseAttribute,
  type ClauseAttributeEntry,
} from '#shared/domain/documents.ts'
import { languages } from '#shared/domain/languages.ts'
import { initiative } from '#shared/domain/initiative.ts'
import type { DocumentConnection } from '#client/connection/connection.ts'
import { fieldsOrigin } from '#client/editor/field-words.ts'
import { useLanguage, useMessages } from '#client/i18n/messages.ts'
import { useUnsent } from '#client/session/unsent.ts'
import { useFocusReturnAtOnce } from '#client/ui/focus-return.ts'
import { documentMessages } from '#client/editing/messages.ts'
import { useEditorSession } from '#client/editing/session.ts'
import { negotiationMessages } from '#client/negotiation/messages.ts'
import type { Reference } from '#client/editing/references.ts'

type FormProps = {
  readonly clause: string
  readonly label: string
  readonly connection: DocumentConnection
  readonly references: readonly Reference[]
  readonly onClose: () => void
}

export function FieldsForm({
  at,
  ...props
}: Omit<FormProps, 'clause'> & {
  /** The clause whose fields are open; null for none. */
  readonly at: string | null
}) {
  useFocusReturnAtOnce(at !== null)
  return at === null ? null : <Form key={at} clause={at} {...props} />
}

/** The two of a field side by side, in both languages or for both sides: what stands alone is gathered where the first of it stands. */
function inRows(entries: readonly ClauseAttributeEntry[]): readonly ClauseAttributeEntry[] {
  const alone = ({ field }: ClauseAttributeEntry) => entries.filter((other) => other.field === field).length === 1
  const single = entries.filter(alone)
  // An odd one at the end has the rest of its row for itself, behind all pairs.
  const last = single.length % 2 === 0 ? [] : single.slice(-1)
  const gathered = single.slice(0, single.length - last.length)
  return [...entries.flatMap((entry) => (entry === gathered[0] ? gathered : alone(entry) ? [] : [entry])), ...last]
}

function Form({ clause, label, connection, references, onClose }: FormProps) {
  const t = useMessages(documentMessages)
  const n = useMessages(negotiationMessages)
  const [first] = useState(() => {
    const element = findClause(connection.body, clause)
    return element ? attributesOf(element) : {}
  })
  const unfit = useRef(new Set<ClauseAttribute>())
  const commit = (attribute: ClauseAttribute, entered: string) => {
    const value = entered === '' ? null : entered
    if (!isFieldValue(attribute, value)) {
      unfit.current.add(attribute)
      return false
    }
    unfit.current.delete(attribute)
    // Looked for again each time: the clause may have moved, or gone, since the form was opened.
    const element = findClause(connection.body, clause)
    if (element) writeFields(element, { [attribute]: value }, fieldsOrigin)
    return true
  }
  // A field is written when it is left, which one that vanishes never is; and one that says what is wrong with it must not vanish.
  const leave = () => {
    const { activeElement } = document
    if (activeElement instanceof HTMLElement) activeElement.blur()
    if (unfit.current.size === 0) onClose()
    else if (activeElement instanceof HTMLElement) activeElement.focus()
  }
  // The terms of a clause stand while it is negotiated; how far it has come does not wait for that.
  const negotiating = useEditorSession().document.phase === 'negotiating'
  const isFixed = ({ attribute }: ClauseAttributeEntry) => negotiating && !progressAttributes.has(attribute)
  const kind = first['kind']
  if (!isClauseKind(kind)) return null
  return (
    <Drawer
      opened
      onClose={leave}
      position="right"
      size={460}
      title={t('fieldsTitle', { label })}
      closeButtonProps={{ 'aria-label': t('dismiss') }}
      // The clause stays in sight: its strip changes with what is filled in here.
      overlayProps={{ backgroundOpacity: 0.08 }}
    >
      <Stack gap="sm">
        {clauseAttributes(kind).some(isFixed) ? <Text size="sm">{n('cannot_term')}</Text> : null}
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm" verticalSpacing="xs">
          {inRows(clauseAttributes(kind)).map((entry, at) => {
            const value = first[entry.attribute]
            return (
              <Field
                key={entry.attribute}
                place={`field.${clause}.${entry.attribute}`}
                entry={entry}
                first={at === 0}
                fixed={isFixed(entry)}
                value={typeof value === 'string' ? value : ''}
                references={references}
                onCommit={(entered) => commit(entry.attribute, entered)}
              />
            )
          })}
        </SimpleGrid>
        <Group justify="flex-end">
          <Button size="xs" onClick={leave}>
            {t('done')}
          </Button>
        </Group>
      </Stack>
    </Drawer>
  )
}

function Field({
  place,
  entry,
  first,
  fixed,
  value: given,
  references,
  onCommit,
}: {
  /** Under which name what is typed here is kept. */
  readonly place: string
  readonly entry: ClauseAttributeEntry
  /** Whether it takes the focus when the form opens. */
  readonly first: boolean
  /** Whether it cannot be changed now. */
  readonly fixed: boolean
  readonly value: string
  readonly references: readonly Reference[]
  /** Writes what was entered; false where it does not fit. */
  readonly onCommit: (entered: string) => boolean
}) {
  const t = useMessages(documentMessages)
  const language = useLanguage()
  const [{ value }, keep, forget] = useUnsent(place, { value: given })
  const setValue = (next: string) => keep({ value: next })
  const [left, setLeft] = useState(value !== given)
  const [invalid, setInvalid] = useState(false)
  const name = entry.name[language]
  const commit = (entered: string) => {
    const fits = onCommit(entered)
    setInvalid(!fits)
    // What is written is shown as long as the form is open, and not kept beside the text.
    if (!fits) return
    forget({ value: entered })
    setLeft(false)
  }
  const note = left ? t('fieldUnsent', { now: given || t('fieldNone') }) : null
  const choose = (next: string | null) => {
    setValue(next ?? '')
    commit(next ?? '')
  }
  const focus = { ...(first ? { 'data-autofocus': true } : {}), disabled: fixed }
  const choice = {
    ...focus,
    size: 'xs',
    label: name,
    value: value === '' ? null : value,
    onChange: choose,
    placeholder: t('fieldNone'),
    clearable: true,
    openOnFocus: false,
  } as const
  switch (entry.type) {
    case 'text':
      return (
        <Textarea
          {...focus}
          size="xs"
          label={`${name} (${entry.language ? languages[entry.language].name : ''})`}
          lang={entry.language ?? undefined}
          autosize
          minRows={1}
          maxRows={6}
          value={value}
          onChange={(event) => setValue(event.currentTarget.value)}
          onBlur={() => commit(value.trim())}
          description={note}
          error={invalid ? t('fieldTooLong') : null}
        />
      )
    case 'owner': {
      const owners = entry.party === null ? [] : initiative().agenciesOf(entry.party)
      return (
        <Select
          {...choice}
          label={`${name} (${entry.party ? initiative().party(entry.party).prefix : ''})`}
          searchable
          data={owners.map((agency) => ({ value: agency, label: initiative().agency(agency).name[language] }))}
        />
      )
    }
    case 'status':
      return (
        <Select
          {...choice}
          data={statusKeys.map((status) => ({ value: status, label: statuses[status].name[language] }))}
        />
      )
    case 'reference':
      return (
        <Select
          {...choice}
          searchable
          data={references.map(({ id, name: title }) => ({ value: id, label: title[language] }))}
        />
      )
    case 'date':
      return (
        <DateInput
          {...focus}
          size="xs"
          label={name}
          value={value === '' ? null : value}
          onChange={choose}
          valueFormat={language === 'ja' ? 'YYYY年M月D日' : 'D MMM YYYY'}
          locale={language}
          placeholder={t('fieldNone')}
          clearable
          clearButtonProps={{ 'aria-label': t('fieldClear', { name }) }}
        />
      )
    case 'url':
      return (
        <TextInput
          {...focus}
          size="xs"
          type="url"
          label={name}
          value={value}
          placeholder="https://"
          onChange={(event) => setValue(event.currentTarget.value)}
          onBlur={() => commit(value.trim())}
          description={note}
          error={invalid ? t('fieldUrl') : null}
        />
      )
  }
}
