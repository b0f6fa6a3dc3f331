/** Dialogs in which an entry of the initiative is put in, changed or removed; what the server says against it stands where it belongs. */
import { Alert, Button, Group, Modal, SimpleGrid, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { changeInitiative, getDefinition } from '#shared/api/initiative.ts'
import type { Definition } from '#shared/domain/definition.ts'
import { ApiError, call } from '#client/api/call.ts'
import { definitionQuery, queryClient, queryKeys } from '#client/api/queries.ts'
import { useReason } from '#client/api/reason.ts'
import { useLocalized, useMessages } from '#client/i18n/messages.ts'
import { useFocusReturnAtOnce } from '#client/ui/focus-return.ts'
import { uiMessages } from '#client/ui/messages.ts'
import { EntryField } from './definition-field.tsx'
import { kinds, type Kind, type Parts, type Shown, type Values } from './definition-kinds.ts'
import { definitionMessages } from './definition-messages.ts'

/** Writes what `edit` makes of the definition as it is now, not as it was when the page was drawn. */
async function write(edit: (definition: Definition) => Parts): Promise<void> {
  await call(changeInitiative, { body: edit(await call(getDefinition, {})) })
  await queryClient.fetchQuery({ ...definitionQuery, staleTime: 0 })
  void queryClient.invalidateQueries({ queryKey: queryKeys.initiative })
  void queryClient.invalidateQueries({ queryKey: queryKeys.groups })
}

/** What stands against removing an entry, by the end of the place that the server names. */
const hindrances = {
  documents: 'hasDocuments',
  seats: 'hasSeats',
  invitations: 'hasInvitations',
  owner: 'ownsSomething',
  parties: 'partiesStay',
} as const

const isHindrance = (name: string): name is keyof typeof hindrances => Object.hasOwn(hindrances, name)

/** What the server said against a change, as sentences; what stands at a field is said there. */
function useObjections(error: Error | null, kind: Kind, place: string) {
  const t = useMessages(definitionMessages)
  const reasonOf = useReason()
  const errors = error instanceof ApiError ? error.errors : []
  const inside = place === '' ? '' : `${place}.`
  const atFields = errors.flatMap(({ path }) => (path.startsWith(inside) ? [path.slice(inside.length)] : []))
  const isAt = (name: string) => atFields.some((path) => path === name || path.startsWith(`${name}.`))
  const sentences = (known: (path: string) => boolean): string[] => {
    if (error === null) return []
    if (error instanceof ApiError && error.status === 409) {
      const why = errors.map(({ path }) => path.split('.').at(-1) ?? '').filter(isHindrance)
      return why.length === 0 ? [t('changedMeanwhile')] : why.map((name) => t(hindrances[name]))
    }
    if (errors.length === 0) return [t('failed', { reason: reasonOf(error) })]
    const elsewhere = errors.filter(({ path }) => !known(path))
    const twice = elsewhere.some(({ path }) => path === place)
    const parts = new Set(elsewhere.filter(({ path }) => path !== place).map(({ path }) => path.split('.')[0]))
    const named = kinds.filter(({ key }) => parts.has(key)).map(({ key }) => t(key))
    if (twice) return [t('twice')]
    if (named.length > 0) return [t('misfit', { parts: named.join(' · ') })]
    return parts.size > 0 ? [t('failed', { reason: reasonOf(error) })] : []
  }
  return {
    isAt,
    sentences: (names: readonly string[]) =>
      sentences((path) => names.some((name) => path === inside + name || path.startsWith(`${inside}${name}.`))),
    kind,
  }
}

function Objections({ sentences }: { readonly sentences: readonly string[] }) {
  return sentences.length === 0 ? null : (
    <Alert color="red" role="alert">
      {sentences.map((sentence) => (
        <div key={sentence}>{sentence}</div>
      ))}
    </Alert>
  )
}

function Dialog({
  title,
  onClose,
  children,
}: {
  readonly title: string
  readonly onClose: () => void
  readonly children: ReactNode
}) {
  const ui = useMessages(uiMessages)
  useFocusReturnAtOnce(true)
  return (
    <Modal opened onClose={onClose} title={title} size="lg" closeButtonProps={{ 'aria-label': ui('close') }}>
      {children}
    </Modal>
  )
}

/** A key for addresses out of a name, as long as nobody has given another one. */
const keyFrom = (name: string, max: number) =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^[-0-9]+|-+$/g, '')
    .slice(0, max)
    .replace(/-+$/, '')

export function EntryDialog({
  kind,
  definition,
  entry,
  onClose,
}: {
  readonly kind: Kind
  readonly definition: Definition
  /** The one to be changed; null for one more. */
  readonly entry: { readonly key: string; readonly values: Values; readonly shown: Shown } | null
  readonly onClose: () => void
}) {
  const t = useMessages(definitionMessages)
  const ui = useMessages(uiMessages)
  const say = useLocalized()
  const [values, setValues] = useState<Values>(entry?.values ?? {})
  const [place, setPlace] = useState('')
  const fields = kind.fields(definition, entry?.key ?? null).filter(({ input }) => entry === null || input !== 'id')
  const id = fields.find(({ input }) => input === 'id')
  const suggested = (now: Values): Values => {
    const name = now['short.en'] ?? now['name.en']
    return id === undefined || typeof name !== 'string' || now['id'] !== undefined
      ? now
      : { ...now, id: keyFrom(kind.key === 'parties' ? name.replaceAll(/[^A-Za-z]/g, '') : name, id.max) }
  }
  const saving = useMutation({
    mutationFn: () =>
      write((now) => {
        const { parts, place: at } = kind.put(now, entry?.key ?? null, suggested(values))
        setPlace(at)
        return parts
      }),
    onSuccess: onClose,
  })
  const objections = useObjections(saving.error, kind, place)
  const shown = suggested(values)
  return (
    <Dialog
      title={
        entry === null
          ? t('addTo', { kind: t(kind.key) })
          : t('changeOf', { name: kind.isList ? say(entry.shown.title) : t(kind.key) })
      }
      onClose={onClose}
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          saving.mutate()
        }}
      >
        <Stack>
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm" verticalSpacing="sm">
            {fields.map((field, at) => (
              <EntryField
                key={field.name}
                field={field}
                value={shown[field.name]}
                wrong={objections.isAt(field.name)}
                first={at === 0}
                onChange={(value) => setValues({ ...values, [field.name]: value })}
              />
            ))}
          </SimpleGrid>
          <Objections sentences={objections.sentences(fields.map(({ name }) => name))} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {ui('cancel')}
            </Button>
            <Button type="submit" loading={saving.isPending}>
              {t('save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}

export function RemoveDialog({
  kind,
  entry,
  onClose,
}: {
  readonly kind: Kind
  readonly entry: { readonly key: string; readonly shown: Shown }
  readonly onClose: () => void
}) {
  const t = useMessages(definitionMessages)
  const ui = useMessages(uiMessages)
  const say = useLocalized()
  const removing = useMutation({ mutationFn: () => write((now) => kind.remove(now, entry.key)), onSuccess: onClose })
  const objections = useObjections(removing.error, kind, '')
  return (
    <Dialog title={t('removeOf', { name: say(entry.shown.title) })} onClose={onClose}>
      <Stack>
        <Text>{t('removeWhat')}</Text>
        <Objections sentences={objections.sentences([])} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {ui('cancel')}
          </Button>
          <Button color="red" loading={removing.isPending} onClick={() => removing.mutate()}>
            {t('remove')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  )
}
