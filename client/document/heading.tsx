/** The head of the paper: the title in each language, what in the text cannot be seen, and the way into an empty text. */
import { Button } from '@mantine/core'
import { useSyncExternalStore } from 'react'
import type { DocumentDetail } from '#shared/api/documents.ts'
import { documentKinds } from '#shared/domain/documents.ts'
import { initiative, type Party } from '#shared/domain/initiative.ts'
import { languageKeys, languages, type Language } from '#shared/domain/languages.ts'
import type { OutlineRow } from '#client/editor/outline.ts'
import { signsOf } from '#client/editor/signs.ts'
import { useMessages } from '#client/i18n/messages.ts'
import { Nothing } from '#client/ui/page-state.tsx'
import { SignsNote, Verbatim } from '#client/ui/words.tsx'
import type { ShownLanguages } from '#client/editing/languages.ts'
import { documentMessages } from '#client/editing/messages.ts'
import { scrollToPosition } from '#client/editing/scrolling.ts'
import type { TextEditor } from '#client/editing/text-editor.ts'
import classes from './document.module.css'

const noRows: readonly OutlineRow[] = []

/** The title in the languages shown, unless the text itself begins with it: then it is said once, and only there. */
export function Heading({
  document,
  shown,
  text,
}: {
  readonly document: DocumentDetail
  readonly shown: ShownLanguages
  readonly text: TextEditor | null
}) {
  const rows = useSyncExternalStore(text?.outline.subscribe ?? never, () => text?.outline.get() ?? noRows)
  const sides = shown === 'both' ? languageKeys : [shown]
  return (
    <header className={classes.title} data-single={shown !== 'both'}>
      {sides.map((side) => (
        <div key={side} data-side={side} lang={languages[side].tag}>
          <Facts document={document} side={side} />
          <h1 className={rows[0]?.title[side] === document.title[side] ? classes.heard : undefined}>
            <Verbatim>{document.title[side]}</Verbatim>
          </h1>
        </div>
      ))}
    </header>
  )
}

/** What kind of document it is, who takes part where not all do, and who may read it, in the language of its column. */
function Facts({ document, side }: { readonly document: DocumentDetail; readonly side: Language }) {
  const t = useMessages(documentMessages, side)
  const { delegation, parties } = document
  const isAmongSome = delegation === null && parties.length < initiative().parties.length
  return (
    <p className={classes.facts}>
      {documentKinds[document.kind].name[side]}
      {isAmongSome ? ` · ${t('between', { parties: namesOf(parties, side) })}` : ''}
      {delegation === null ? null : <strong> · {t('privateDraft')}</strong>}
      {document.panelOpen ? ` · ${t('panelOpen')}` : ''}
      {document.handling === '' ? null : <strong> · {document.handling}</strong>}
    </p>
  )
}

const namesOf = (parties: readonly Party[], side: Language) =>
  parties.map((party) => initiative().party(party).name[side]).join(side === 'ja' ? '、' : ', ')

/** What in the text cannot be seen or passes for something else; a click leads to it. */
export function Signs({ text }: { readonly text: TextEditor }) {
  const { editor, revision } = text
  useSyncExternalStore(revision.subscribe, revision.get)
  const placed = signsOf(editor.state)
  const show = (wanted: string) => {
    const found = placed.find(({ sign }) => sign.code === wanted)
    if (found === undefined) return
    scrollToPosition(editor.view, found.at)
  }
  return <SignsNote signs={placed.map(({ sign }) => sign)} onShow={show} />
}

const never = () => () => undefined

export function Empty({ text, onAdd }: { readonly text: TextEditor; readonly onAdd: (() => void) | null }) {
  const t = useMessages(documentMessages)
  const rows = useSyncExternalStore(text.outline.subscribe, text.outline.get)
  if (rows.length > 0) return null
  return (
    <>
      <Nothing>{t(onAdd ? 'empty' : 'emptyRead')}</Nothing>
      {onAdd ? (
        <Button variant="default" onClick={onAdd}>
          {t('addFirst')}
        </Button>
      ) : null}
    </>
  )
}
