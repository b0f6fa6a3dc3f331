/** A new document in the reader's own group: its kind, and its title in both languages. */
import { Alert, Button, Group, Modal, SegmentedControl, Select, Stack, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { createDocument } from '#shared/api/document-changes.ts'
import { documentKindKeys, documentKinds, isDocumentKind, type DocumentKind } from '#shared/domain/documents.ts'
import { initiative, type Group as GroupKey } from '#shared/domain/initiative.ts'
import { languageKeys, languages } from '#shared/domain/languages.ts'
import { ApiError, call } from '#client/api/call.ts'
import { queryClient, queryKeys } from '#client/api/queries.ts'
import { useReason } from '#client/api/reason.ts'
import { useLocalized, useMessages } from '#client/i18n/messages.ts'
import { useUnsent } from '#client/session/unsent.ts'
import { useFocusReturnAtOnce } from '#client/ui/focus-return.ts'
import { uiMessages } from '#client/ui/messages.ts'
import { later, type FailedProps } from '#client/ui/later.tsx'
import { NotFetched } from '#client/ui/page-state.tsx'
import type { GivenText } from './from-text.tsx'
import { groupMessages } from './messages.ts'
import { Participants } from './participants.tsx'

const noTitle = { en: '', ja: '' }
const noText: GivenText = { format: 'plain', texts: { en: '', ja: '' } }
type FromTextProps = Parameters<typeof import('./from-text.tsx').FromText>[0]
const FromText = later(async () => (await import('./from-text.tsx')).FromText, {
  Failed: ({ again, given: { onClose } }: FailedProps<FromTextProps & { readonly onClose: () => void }>) => (
    <NotFetched again={again} onClose={onClose} />
  ),
})
const titleLabels = { en: 'titleEn', ja: 'titleJa' } as const

export function CreateDocument({
  group,
  opened,
  close,
}: {
  readonly group: GroupKey
  readonly opened: boolean
  readonly close: () => void
}) {
  const t = useMessages(groupMessages)
  const ui = useMessages(uiMessages)
  const say = useLocalized()
  const reasonOf = useReason()
  const navigate = useNavigate()
  const [kind, setKind] = useState<DocumentKind>('note')
  const [title, setTitle, forgetTitle] = useUnsent(`create.${group}`, noTitle)
  const [parties, setParties] = useState(initiative().parties)
  const [isFromText, setFromText] = useState(false)
  const [text, setText] = useState(noText)
  const [isTextRead, setTextRead] = useState(false)
  const [incomplete, setIncomplete] = useState(false)
  const creation = useMutation({
    mutationFn: () => {
      const { format, texts } = text
      const given = isFromText ? { text: { format, languages: texts } } : {}
      return call(createDocument, { body: { group, kind, title, parties: [...parties], ...given } })
    },
    onSuccess: async ({ id }) => {
      void queryClient.invalidateQueries({ queryKey: queryKeys.group(group) })
      void queryClient.invalidateQueries({ queryKey: queryKeys.documents })
      forgetTitle()
      setText(noText)
      close()
      await navigate({ to: '/documents/$id', params: { id } })
    },
  })
  useFocusReturnAtOnce(opened)
  // What does not fit here can only be that there are too many already.
  const tooMany = creation.error instanceof ApiError && creation.error.status === 409
  const missing = languageKeys.some((language) => title[language].trim() === '') || (isFromText && !isTextRead)
  return (
    <Modal
      size={isFromText ? 'xl' : 'md'}
      opened={opened}
      onClose={close}
      title={t('newDocument')}
      closeButtonProps={{ 'aria-label': ui('close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          setIncomplete(missing)
          if (!missing) creation.mutate()
        }}
      >
        <Stack>
          <Select
            label={t('kind')}
            value={kind}
            allowDeselect={false}
            data={documentKindKeys.map((value) => ({ value, label: say(documentKinds[value].name) }))}
            onChange={(value) => {
              if (isDocumentKind(value)) setKind(value)
            }}
          />
          {languageKeys.map((language) => (
            <TextInput
              key={language}
              label={t(titleLabels[language])}
              lang={languages[language].tag}
              {...(language === languageKeys[0] ? { 'data-autofocus': true } : {})}
              value={title[language]}
              maxLength={200}
              error={incomplete && title[language].trim() === '' ? t('titleMissing') : null}
              onChange={({ currentTarget: { value } }) => setTitle({ ...title, [language]: value })}
            />
          ))}
          <Participants group={group} parties={parties} onChange={setParties} />
          <SegmentedControl
            aria-label={t('beginWith')}
            value={isFromText ? 'text' : 'empty'}
            data={[
              { value: 'empty', label: t('beginEmpty') },
              { value: 'text', label: t('beginText') },
            ]}
            onChange={(value) => setFromText(value === 'text')}
          />
          {isFromText ? (
            <FromText
              kind={kind}
              given={text}
              onChange={setText}
              onReady={setTextRead}
              incomplete={incomplete}
              onClose={() => setFromText(false)}
            />
          ) : null}
          {creation.error ? (
            <Alert color="red" role="alert">
              {t('createFailed', { reason: tooMany ? t('quotaReached') : reasonOf(creation.error) })}
            </Alert>
          ) : null}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {ui('cancel')}
            </Button>
            <Button type="submit" loading={creation.isPending}>
              {t('create')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
