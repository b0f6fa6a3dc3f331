/** A new document from a text that exists already: pasted or from files, with what will be created of it. */
import { Alert, Button, FileButton, Select, Stack, Text, Textarea } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { DocumentKind } from '#shared/domain/documents.ts'
import { languageKeys, languages, type Language, type LocalizedText } from '#shared/domain/languages.ts'
import { importFormats, mostImportBytes, type ImportFormat } from '#shared/domain/imports.ts'
import { useMessages } from '#client/i18n/messages.ts'
import styles from './from-text.module.css'
import { ImportPreview } from './import-preview.tsx'
import { importMessages } from './import-messages.ts'
import { useReading } from './reading-text.ts'

export type GivenText = { readonly format: ImportFormat; readonly texts: LocalizedText }

const labels = { en: ['textEn', 'fileEn'], ja: ['textJa', 'fileJa'] } as const
const endings: readonly (readonly [RegExp, ImportFormat])[] = [
  [/\.(?:md|markdown|mkd)$/i, 'markdown'],
  [/\.x?html?$/i, 'html'],
  [/\.(?:txt|text)$/i, 'plain'],
]
const isFormat = (value: string | null): value is ImportFormat => importFormats.some((format) => format === value)

/** `onReady`: told whether there is a text of which it is shown what will be created. */
export function FromText({
  kind,
  given,
  onChange,
  onReady,
  incomplete,
}: {
  readonly kind: DocumentKind
  readonly given: GivenText
  readonly onChange: (given: GivenText) => void
  readonly onReady: (ready: boolean) => void
  readonly incomplete: boolean
}) {
  const t = useMessages(importMessages)
  const { format, texts } = given
  const { reading, stop, again } = useReading(format, texts, kind)
  const [refused, setRefused] = useState<{
    readonly why: 'fileTooLarge' | 'fileNotUtf8' | 'fileUnreadable'
    readonly name: string
  } | null>(null)
  const ready = reading.state === 'read' && 'report' in reading
  useEffect(() => onReady(ready), [ready, onReady])
  const take = async (language: Language, file: File | null) => {
    if (file === null) return
    const { name } = file
    setRefused(null)
    if (file.size > mostImportBytes) return setRefused({ why: 'fileTooLarge', name })
    let bytes: ArrayBuffer
    try {
      bytes = await file.arrayBuffer()
    } catch {
      return setRefused({ why: 'fileUnreadable', name })
    }
    try {
      const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
      const named = endings.find(([ending]) => ending.test(name))?.[1] ?? format
      onChange({ format: named, texts: { ...texts, [language]: text } })
    } catch {
      setRefused({ why: 'fileNotUtf8', name })
    }
  }
  return (
    <Stack gap="sm">
      <Text size="sm">{t('hint')}</Text>
      <Select
        label={t('format')}
        value={format}
        allowDeselect={false}
        data={importFormats.map((value) => ({ value, label: t(value) }))}
        onChange={(value) => {
          if (isFormat(value)) onChange({ format: value, texts })
        }}
      />
      <div className={styles['languages']}>
        {languageKeys.map((language) => (
          <Stack key={language} gap={4}>
            <Textarea
              label={t(labels[language][0])}
              lang={languages[language].tag}
              rows={6}
              spellCheck={false}
              classNames={{ input: styles['source'] ?? '' }}
              value={texts[language]}
              onChange={({ currentTarget: { value } }) => onChange({ format, texts: { ...texts, [language]: value } })}
            />
            <FileButton
              accept=".txt,.text,.md,.markdown,.html,.htm,text/plain,text/markdown,text/html"
              onChange={(file) => void take(language, file)}
            >
              {(button) => (
                <Button {...button} variant="default" size="xs">
                  {t(labels[language][1])}
                </Button>
              )}
            </FileButton>
          </Stack>
        ))}
      </div>
      {refused === null ? null : (
        <Alert color="red" role="alert">
          {t(refused.why, { name: refused.name })}
        </Alert>
      )}
      <ImportPreview reading={reading} stop={stop} again={again} />
      {incomplete && !ready ? (
        <Alert color="red" role="alert">
          {t('notReadYet')}
        </Alert>
      ) : null}
    </Stack>
  )
}
