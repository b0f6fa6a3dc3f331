/** Private drafts: one delegation's own text, begun from a joint one, and what of it is put on the table there. */
import { Button, Checkbox, Group, Modal, Stack, Text, Textarea } from '@mantine/core'
import { IconGitFork, IconLock, IconTablePlus } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState, useSyncExternalStore } from 'react'
import { createDocument, tableDraft } from '#shared/api/document-changes.ts'
import { ApiError, call } from '#client/api/call.ts'
import { documentQuery, queryClient, queryKeys } from '#client/api/queries.ts'
import { useReason } from '#client/api/reason.ts'
import { useEditorSession } from '#client/editing/session.ts'
import { useLanguage, useLocalized, useMessages } from '#client/i18n/messages.ts'
import { Verbatim } from '#client/ui/words.tsx'
import { negotiationMessages } from './messages.ts'
import classes from './negotiation.module.css'

/** Begins a private draft from the joint text that is open. */
export function ForkTool() {
  const t = useMessages(negotiationMessages)
  const reasonOf = useReason()
  const navigate = useNavigate()
  const { document } = useEditorSession()
  const [asking, setAsking] = useState(false)
  const { id, group, kind, title } = document
  const fork = useMutation({
    mutationFn: () => call(createDocument, { body: { group, kind, title, delegation: true, forkOf: id } }),
    onSuccess: async (draft) => {
      void queryClient.invalidateQueries({ queryKey: queryKeys.group(group) })
      void queryClient.invalidateQueries({ queryKey: queryKeys.documents })
      await navigate({ to: '/documents/$id', params: { id: draft.id } })
    },
  })
  return (
    <>
      <Button
        size="compact-sm"
        variant="subtle"
        leftSection={<IconGitFork size={16} stroke={1.5} />}
        onClick={() => setAsking(true)}
      >
        {t('fork')}
      </Button>
      <Modal
        opened={asking}
        onClose={() => setAsking(false)}
        title={t('forkTitle')}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        <Stack>
          <Text>{t('forkBody')}</Text>
          {fork.error ? <Failed words={reasonOf(fork.error)} /> : null}
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setAsking(false)}>
              {t('cancel')}
            </Button>
            <Button data-autofocus loading={fork.isPending} onClick={() => fork.mutate()}>
              {t('forkDo')}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  )
}

/** Says that the text that is open is one's delegation's own, and puts of it on the table what is chosen. */
export function DraftTool() {
  const t = useMessages(negotiationMessages)
  const { document } = useEditorSession()
  const [asking, setAsking] = useState(false)
  return (
    <>
      <span className={classes.phase} data-phase="private">
        <IconLock size={15} stroke={1.5} aria-hidden />
        {t('privateDraft')}
      </span>
      {document.forkOf === null ? null : (
        <>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconTablePlus size={16} stroke={1.5} />}
            onClick={() => setAsking(true)}
          >
            {t('table')}
          </Button>
          <Modal
            opened={asking}
            onClose={() => setAsking(false)}
            size="lg"
            title={t('tableTitle')}
            closeButtonProps={{ 'aria-label': t('close') }}
          >
            <Tabling joint={document.forkOf} onClose={() => setAsking(false)} />
          </Modal>
        </>
      )}
    </>
  )
}

function Tabling({ joint, onClose }: { readonly joint: string; readonly onClose: () => void }) {
  const t = useMessages(negotiationMessages)
  const say = useLocalized()
  const language = useLanguage()
  const reasonOf = useReason()
  const navigate = useNavigate()
  const { document, text } = useEditorSession()
  const rows = useSyncExternalStore(text.outline.subscribe, text.outline.get)
  const { data: target } = useQuery(documentQuery(joint))
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const [note, setNote] = useState('')
  const chosen = rows.filter(({ id }) => !left.has(id)).map(({ id }) => id)
  const tabling = useMutation({
    mutationFn: () => {
      const words = note.trim()
      const body = {
        ...(chosen.length === rows.length ? {} : { clauses: chosen }),
        ...(words === '' ? {} : { note: words }),
      }
      return call(tableDraft, { params: { id: document.id }, body })
    },
    onSuccess: async (tabled) => {
      await navigate({ to: '/documents/$id', params: { id: tabled.document } })
    },
  })
  const nothing = tabling.error instanceof ApiError && tabling.error.status === 409
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        tabling.mutate()
      }}
    >
      <Stack>
        <Text>{t('tableBody', { title: target === undefined ? '' : say(target.title) })}</Text>
        <Stack gap={6} role="group" aria-label={t('tableWhich')} className={classes.choices}>
          {rows.map(({ id, label, title }) => (
            <Checkbox
              key={id}
              size="sm"
              label={
                <Verbatim>{[label[language], title[language]].filter((word) => word !== '').join(' · ')}</Verbatim>
              }
              checked={!left.has(id)}
              onChange={({ currentTarget: { checked } }) => {
                const next = new Set(left)
                if (checked) next.delete(id)
                else next.add(id)
                setLeft(next)
              }}
            />
          ))}
        </Stack>
        <Textarea
          autosize
          minRows={2}
          maxLength={2000}
          label={t('tableNote')}
          value={note}
          onChange={({ currentTarget: { value } }) => setNote(value)}
        />
        {tabling.error ? <Failed words={nothing ? t('tableNothing') : reasonOf(tabling.error)} /> : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit" disabled={chosen.length === 0} loading={tabling.isPending}>
            {t('tableDo')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function Failed({ words }: { readonly words: string }) {
  const t = useMessages(negotiationMessages)
  return (
    <p className={classes.error} role="alert">
      {t('notDone', { reason: words })}
    </p>
  )
}
