/** What is said of a document rather than in it: its address, its title, who reads it, whether it is still worked on. */
import { Button, CopyButton, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { z } from 'zod'
import { deleteDocument, updateDocument } from '#shared/api/document-changes.ts'
import type { DocumentDetail } from '#shared/api/documents.ts'
import type { Actor } from '#shared/domain/actors.ts'
import { languageKeys, languages } from '#shared/domain/languages.ts'
import { can } from '#shared/domain/permissions.ts'
import { ApiError, call } from '#client/api/call.ts'
import { queryClient, queryKeys } from '#client/api/queries.ts'
import { useReason } from '#client/api/reason.ts'
import { useLocalized, useMessages } from '#client/i18n/messages.ts'
import { useFocusReturnAtOnce } from '#client/ui/focus-return.ts'
import { addressOf } from '#client/editing/links-here.ts'
import { settingsMessages } from './settings-messages.ts'
import classes from './document.module.css'

const titleLabels = { en: 'titleEn', ja: 'titleJa' } as const

type Props = { readonly document: DocumentDetail; readonly actor: Actor; readonly onClose: () => void }

export function DocumentSettings({ document, actor, onClose }: Props) {
  const t = useMessages(settingsMessages)
  const say = useLocalized()
  useFocusReturnAtOnce(true)
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t('settingsOf', { title: say(document.title) })}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <div className={classes.settings}>
        <Address document={document.id} />
        {can(actor, 'document.rename', document) ? (
          <>
            <Titles document={document} />
            <Handling document={document} />
          </>
        ) : null}
        {can(actor, 'document.openToPanel', document) ? <Panel document={document} /> : null}
        {can(actor, 'document.archive', document) ? <Archive document={document} /> : null}
        {can(actor, 'document.delete', document) ? <Delete document={document} onClose={onClose} /> : null}
      </div>
    </Modal>
  )
}

type Change = z.input<typeof updateDocument.body>

/** A change of what is said of the document; all pages that show it hear of it at once. */
const useChange = (id: string) =>
  useMutation({
    mutationFn: (body: Change) => call(updateDocument, { params: { id }, body }),
    onSuccess: (document) => {
      queryClient.setQueryData(queryKeys.document(id), document)
      forgetLists()
    },
  })

function forgetLists(): void {
  for (const queryKey of [queryKeys.initiative, queryKeys.groups, queryKeys.documents]) {
    void queryClient.invalidateQueries({ queryKey })
  }
}

function Part({
  title,
  hint,
  children,
}: {
  readonly title: string
  readonly hint: string
  readonly children: ReactNode
}) {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {hint === '' ? null : (
        <Text size="sm" c="dimmed" mb="xs">
          {hint}
        </Text>
      )}
      {children}
    </section>
  )
}

function Refused({ error }: { readonly error: Error | null }) {
  const t = useMessages(settingsMessages)
  const reasonOf = useReason()
  if (error === null) return null
  return (
    <Text size="sm" c="var(--status-blocked)" role="alert" mt="xs">
      {t('failed', { reason: reasonOf(error) })}
    </Text>
  )
}

function Address({ document }: { readonly document: string }) {
  const t = useMessages(settingsMessages)
  const address = addressOf(document)
  return (
    <Part title={t('address')} hint={t('addressHint')}>
      <Group gap="xs" wrap="nowrap">
        <TextInput
          readOnly
          aria-label={t('address')}
          value={address}
          flex={1}
          data-autofocus
          onFocus={(event) => event.currentTarget.select()}
        />
        <CopyButton value={address}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {t(copied ? 'linkCopied' : 'copyLink')}
            </Button>
          )}
        </CopyButton>
      </Group>
    </Part>
  )
}

function Titles({ document }: { readonly document: DocumentDetail }) {
  const t = useMessages(settingsMessages)
  const [title, setTitle] = useState(document.title)
  const [incomplete, setIncomplete] = useState(false)
  const change = useChange(document.id)
  const same = languageKeys.every((language) => title[language].trim() === document.title[language])
  return (
    <Part title={t('titles')} hint="">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          const missing = languageKeys.some((language) => title[language].trim() === '')
          setIncomplete(missing)
          if (!missing && !same) change.mutate({ title })
        }}
      >
        <Stack gap="xs">
          {languageKeys.map((language) => (
            <TextInput
              key={language}
              label={t(titleLabels[language])}
              lang={languages[language].tag}
              maxLength={200}
              value={title[language]}
              error={incomplete && title[language].trim() === '' ? t('titleMissing') : null}
              onChange={({ currentTarget: { value } }) => setTitle({ ...title, [language]: value })}
            />
          ))}
          <Group justify="flex-end">
            {change.isSuccess && same ? (
              <Text size="sm" role="status">
                {t('saved')}
              </Text>
            ) : null}
            <Button type="submit" disabled={same} loading={change.isPending}>
              {t('save')}
            </Button>
          </Group>
        </Stack>
      </form>
      <Refused error={change.error} />
    </Part>
  )
}

function Handling({ document }: { readonly document: DocumentDetail }) {
  const t = useMessages(settingsMessages)
  const [handling, setHandling] = useState(document.handling)
  const change = useChange(document.id)
  const same = handling.trim() === document.handling
  return (
    <Part title={t('handling')} hint={t('handlingHint')}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (!same) change.mutate({ handling: handling.trim() })
        }}
      >
        <Group gap="xs" wrap="nowrap">
          <TextInput
            aria-label={t('handling')}
            placeholder="TLP:AMBER"
            maxLength={80}
            value={handling}
            flex={1}
            onChange={({ currentTarget: { value } }) => setHandling(value)}
          />
          <Button type="submit" variant="default" disabled={same} loading={change.isPending}>
            {t('handlingSave')}
          </Button>
        </Group>
        {change.isSuccess && same ? (
          <Text size="sm" role="status">
            {t('saved')}
          </Text>
        ) : null}
      </form>
      <Refused error={change.error} />
    </Part>
  )
}

function Panel({ document: { id, panelOpen } }: { readonly document: DocumentDetail }) {
  const t = useMessages(settingsMessages)
  const change = useChange(id)
  return (
    <Part title={t('panel')} hint={t(panelOpen ? 'panelIsOpen' : 'panelIsClosed')}>
      <Button variant="default" loading={change.isPending} onClick={() => change.mutate({ panelOpen: !panelOpen })}>
        {t(panelOpen ? 'panelClose' : 'panelOpen')}
      </Button>
      <Refused error={change.error} />
    </Part>
  )
}

function Archive({ document: { id, archived } }: { readonly document: DocumentDetail }) {
  const t = useMessages(settingsMessages)
  const change = useChange(id)
  return (
    <Part title={t('archive')} hint={t(archived ? 'archivedHint' : 'archiveHint')}>
      <Button variant="default" loading={change.isPending} onClick={() => change.mutate({ archived: !archived })}>
        {t(archived ? 'unarchiveDo' : 'archiveDo')}
      </Button>
      <Refused error={change.error} />
    </Part>
  )
}

function Delete({
  document: { id, group },
  onClose,
}: {
  readonly document: DocumentDetail
  readonly onClose: () => void
}) {
  const t = useMessages(settingsMessages)
  const navigate = useNavigate()
  const [asking, setAsking] = useState(false)
  const removal = useMutation({
    mutationFn: () => call(deleteDocument, { params: { id } }),
    onSuccess: async () => {
      onClose()
      await navigate({ to: '/groups/$group', params: { group } })
      queryClient.removeQueries({ queryKey: queryKeys.document(id) })
      forgetLists()
    },
    onError: () => setAsking(false),
  })
  const kept = removal.error instanceof ApiError && removal.error.status === 409
  return (
    <Part title={t('remove')} hint={t('removeHint')}>
      {asking ? (
        <Group gap="xs">
          <Text fw={600}>{t('removeSure')}</Text>
          <Button variant="default" onClick={() => setAsking(false)}>
            {t('cancel')}
          </Button>
          <Button ref={takeFocus} color="red" loading={removal.isPending} onClick={() => removal.mutate()}>
            {t('removeNow')}
          </Button>
        </Group>
      ) : (
        <Button variant="default" color="red" onClick={() => setAsking(true)}>
          {t('removeDo')}
        </Button>
      )}
      {kept ? (
        <Text size="sm" role="alert" mt="xs" c="var(--status-blocked)">
          {t('removeNot')}
        </Text>
      ) : (
        <Refused error={removal.error} />
      )}
    </Part>
  )
}

const takeFocus = (button: HTMLButtonElement | null) => button?.focus()
