/** The fields of a clause, edited where they stand. Each goes into the shared text as soon as it is left. */
import { Button, Drawer, Group, Select, SimpleGrid, Stack, Textarea, TextInput } from '@mantine/core'
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
  statusKeys,
  statuses,
  type ClauseAttribute,
  type ClauseAttributeEntry,
} from '#shared/domain/documents.ts'
import { languages, type LocalizedText } from '#shared/domain/languages.ts'
import { agencies, agencyKeys, parties } from '#shared/domain/parties.ts'
import type { DocumentConnection } from '#client/connection/connection.ts'
import { fieldsOrigin } from '#client/editor/field-words.ts'
import { useLanguage, useMessages } from '#client/i18n/messages.ts'
import { useFocusReturnAtOnce } from '#client/ui/focus-return.ts'
import { documentMessages } from './messages.ts'

/** A clause elsewhere that a field may point to. */
export type Reference = { readonly id: string; readonly name: LocalizedText }

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

function Form({ clause, label, connection, references, onClose }: FormProps) {
  const t = useMessages(documentMessages)
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
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm" verticalSpacing="xs">
          {clauseAttributes(kind).map((entry) => {
            const value = first[entry.attribute]
            return (
              <Field
                key={entry.attribute}
                entry={entry}
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
  entry,
  value: given,
  references,
  onCommit,
}: {
  readonly entry: ClauseAttributeEntry
  readonly value: string
  readonly references: readonly Reference[]
  /** Writes what was entered; false where it does not fit. */
  readonly onCommit: (entered: string) => boolean
}) {
  const t = useMessages(documentMessages)
  const language = useLanguage()
  const [value, setValue] = useState(given)
  const [invalid, setInvalid] = useState(false)
  const name = entry.name[language]
  const commit = (entered: string) => setInvalid(!onCommit(entered))
  const choose = (next: string | null) => {
    setValue(next ?? '')
    commit(next ?? '')
  }
  const choice = {
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
          size="xs"
          label={`${name} (${entry.language ? languages[entry.language].name : ''})`}
          lang={entry.language ?? undefined}
          autosize
          minRows={1}
          maxRows={6}
          value={value}
          onChange={(event) => setValue(event.currentTarget.value)}
          onBlur={() => commit(value.trim())}
          error={invalid ? t('fieldTooLong') : null}
        />
      )
    case 'owner': {
      const owners = agencyKeys.filter((agency) => agencies[agency].party === entry.party)
      return (
        <Select
          {...choice}
          label={`${name} (${entry.party ? parties[entry.party].prefix : ''})`}
          searchable
          data={owners.map((agency) => ({ value: agency, label: agencies[agency].name[language] }))}
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
          size="xs"
          type="url"
          label={name}
          value={value}
          placeholder="https://"
          onChange={(event) => setValue(event.currentTarget.value)}
          onBlur={() => commit(value.trim())}
          error={invalid ? t('fieldUrl') : null}
        />
      )
  }
}
