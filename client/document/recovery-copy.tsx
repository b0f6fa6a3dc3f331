/** The text as this page last had it, after it was replaced on the server: there to be read and copied, never sent. */
import { Alert, Button, CopyButton, Stack } from '@mantine/core'
import { useMemo } from 'react'
import type { DocumentDetail } from '#shared/api/documents.ts'
import { languageKeys, type Language } from '#shared/domain/languages.ts'
import { readClauses, type ClauseRow } from '#shared/editor/clauses.ts'
import { bodyToJson } from '#shared/editor/text.ts'
import type { DocumentConnection } from '#client/connection/connection.ts'
import { useSaveState } from '#client/connection/shared.ts'
import { fieldWords } from '#client/editor/field-words.ts'
import { MomentText } from '#client/history/moment-text.tsx'
import { useLocalized, useMessages } from '#client/i18n/messages.ts'
import { uiMessages } from '#client/ui/messages.ts'
import { Recovery } from '#client/connection/save-indicator.tsx'
import { LanguageChoice } from '#client/editing/language-choice.tsx'
import { useShownLanguages } from '#client/editing/languages.ts'
import { documentMessages } from '#client/editing/messages.ts'
import classes from './document.module.css'

export function RecoveryCopy({
  connection,
  document,
}: {
  readonly connection: DocumentConnection
  readonly document: DocumentDetail
}) {
  const t = useMessages(documentMessages)
  const ui = useMessages(uiMessages)
  const say = useLocalized()
  const state = useSaveState(connection)
  const { shown, wide, choose } = useShownLanguages()
  const content = useMemo(() => ({ ...bodyToJson(connection.body) }), [connection])
  const words = useMemo(() => wordsOf(readClauses(connection.body)), [connection])
  return (
    <div className={classes.page} data-outline="false" data-margin="false">
      <div className={classes.tools}>
        <span className={classes.note}>{t('earlierNote')}</span>
        <div className={classes.right}>
          <LanguageChoice shown={shown} wide={wide} onChoose={choose} />
        </div>
      </div>
      <div />
      <div className={classes.paper}>
        <Alert
          role="status"
          title={ui('replacedTitle')}
          variant="outline"
          color="accent"
          bg="var(--paper-raised)"
          maw={760}
          mx="auto"
          mb="xl"
        >
          <Stack gap="sm">
            {t('earlierBody')}
            {state === null ? null : (
              <Recovery state={state} id={connection.id}>
                <CopyButton value={words}>
                  {({ copied, copy }) => (
                    <Button variant="default" size="xs" onClick={copy}>
                      {t(copied ? 'earlierCopied' : 'earlierCopy')}
                    </Button>
                  )}
                </CopyButton>
              </Recovery>
            )}
          </Stack>
        </Alert>
        <div className={classes.sheet} data-single={shown !== 'both'}>
          <MomentText
            content={content}
            before={null}
            side={null}
            label={t('earlierText', { title: say(document.title) })}
            shown={shown}
            onCompared={nothing}
          />
        </div>
      </div>
    </div>
  )
}

const nothing = () => undefined

/** All of the text as plain words, in every language: what can be pasted anywhere. */
const wordsOf = (clauses: readonly ClauseRow[]): string =>
  clauses.map((clause) => languageKeys.map((each) => clauseWords(clause, each)).join('\n\n')).join('\n\n\n')

function clauseWords({ kind, label, text, fields }: ClauseRow, language: Language): string {
  const details = fieldWords({ ...fields, kind }, language, unnamed)
  return [label[language], text[language], ...details.map(({ name, value }) => `${name}: ${value}`)]
    .filter((line) => line !== '')
    .join('\n')
}

/** Clauses of other documents, which may have been replaced as well, are left out. */
const unnamed = () => ({ en: '', ja: '' })
