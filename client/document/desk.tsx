/** The desk: outline at the left, the paper in the middle, the margin at the right, and the tools above them. */
import { Alert, Button, Drawer } from '@mantine/core'
import { useDisclosure, useLocalStorage, useMediaQuery } from '@mantine/hooks'
import {
  IconKeyboard,
  IconLayoutSidebar,
  IconListTree,
  IconMessage2,
  IconMessagePlus,
  IconSearch,
} from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import type { DocumentDetail } from '#shared/api/documents.ts'
import { actorName, type Actor } from '#shared/domain/actors.ts'
import { documentKinds, type ClauseKind } from '#shared/domain/documents.ts'
import { languageKeys, languages, type Language } from '#shared/domain/languages.ts'
import { audiencesFor } from '#shared/domain/permissions.ts'
import type { DocumentConnection } from '#client/connection/connection.ts'
import { useEnd } from '#client/connection/shared.ts'
import type { OutlineRow } from '#client/editor/outline.ts'
import { anchorOfSelection, selectedPassage } from '#client/editor/places.ts'
import { threadsQuery } from '#client/api/queries.ts'
import { HistoryButton, HistoryViews, useHistoryTools, WhoButton } from '#client/history/tools.tsx'
import { useLanguage, useMessages } from '#client/i18n/messages.ts'
import { draftHighlight, focusHighlight, highlightsIn, threadAt } from '#client/threads/highlights.ts'
import { Margin, type Composing } from '#client/threads/margin.tsx'
import { Nothing } from '#client/ui/page-state.tsx'
import { TopBarSlot } from '#client/ui/slots.tsx'
import { ClauseMenu, clauseActions, ClauseQuestion, deleteNow, type Question } from './clause-actions.tsx'
import { CommentBubble } from './comment-bubble.tsx'
import { FieldsForm } from './fields-form.tsx'
import { FindBar, goToMatch } from './find-bar.tsx'
import { LanguageChoice } from './language-choice.tsx'
import { useShownLanguages, type ShownLanguages } from './languages.ts'
import { documentMessages } from './messages.ts'
import { OutlinePane } from './outline-pane.tsx'
import { DocumentPresence } from './presence.tsx'
import { useReading } from './reading.ts'
import { RecordTools } from './record-tools.tsx'
import { useReferences } from './references.ts'
import { clauseInAddress, scrollToClause, scrollToPosition } from './scrolling.ts'
import { ShortcutsSheet } from './shortcuts-sheet.tsx'
import { useTextEditor, type pageKeys, type TextEditor, type TextEvents } from './text-editor.ts'
import { ToolButton } from './tool-button.tsx'
import { Toolbar } from './toolbar.tsx'
import classes from './document.module.css'

type At = { readonly clause: string; readonly anchor: DOMRect }

const roomForMargin = '(min-width: 62em)'
const roomForOutline = '(min-width: 75em)'
const noticeMs = 8000

const useRoom = (query: string) =>
  useMediaQuery(query, window.matchMedia(query).matches, { getInitialValueInEffect: false })

const useRemembered = (key: string) => useLocalStorage({ key, defaultValue: true, getInitialValueInEffect: false })

export function Desk({
  connection,
  document,
  actor,
}: {
  readonly connection: DocumentConnection
  readonly document: DocumentDetail
  readonly actor: Actor
}) {
  const t = useMessages(documentMessages)
  const language = useLanguage()
  const me = useMemo(() => ({ ...actor, name: actorName(actor) }), [actor])
  const ended = useEnd(connection) !== null
  // What is typed once the connection has ended would go nowhere.
  const editable = document.access === 'write' && !ended
  const mayComment = audiencesFor(actor, document).length > 0
  const { shown, wide, choose } = useShownLanguages()
  const marginBeside = useRoom(roomForMargin)
  const outlineBeside = useRoom(roomForOutline)
  const [outlineOpen, setOutlineOpen] = useRemembered('alternat.outline')
  const [marginOpen, setMarginOpen] = useRemembered('alternat.margin')
  const [outlineDrawer, outlineSheet] = useDisclosure()
  const [marginDrawer, marginSheet] = useDisclosure()
  const [shortcuts, shortcutsSheet] = useDisclosure()
  const [finding, setFinding] = useState(false)
  const [linking, setLinking] = useState(false)
  const [menuAt, setMenuAt] = useState<At | null>(null)
  const [fieldsAt, setFieldsAt] = useState<string | null>(null)
  const [question, setQuestion] = useState<Question | null>(null)
  const [refused, setRefused] = useState(false)
  const [focused, setFocused] = useState<string | null>(null)
  /** The thread whose card takes the keyboard. */
  const [taken, setTaken] = useState<string | null>(null)
  const [composing, setComposing] = useState<Composing | null>(null)
  const references = useReferences(document)
  const past = useHistoryTools(actor, document)

  const actionsRef = useRef<ReturnType<typeof clauseActions> | null>(null)
  const textRef = useRef<TextEditor | null>(null)
  const kinds: readonly ClauseKind[] = documentKinds[document.kind].clauses
  const [firstKind = 'article'] = kinds

  const openMargin = () => {
    if (!marginBeside) marginSheet.open()
    else setMarginOpen(true)
  }
  const focusThread = useCallback((thread: string | null) => {
    setFocused(thread)
    setTaken(null)
    const text = textRef.current
    if (text === null || text.editor.isDestroyed) return
    text.editor.view.dispatch(focusHighlight(text.editor.state, thread))
    const passage = highlightsIn(text.editor.state).highlights.find((each) => each.thread === thread)
    if (passage) scrollToPosition(text.editor.view, passage.from)
  }, [])
  const compose = useCallback((next: Composing | null) => {
    setComposing(next)
    const text = textRef.current
    if (text === null || text.editor.isDestroyed) return
    const { state, view } = text.editor
    const selected = next?.anchor ? selectedPassage(state.selection) : null
    view.dispatch(draftHighlight(state, selected && { from: selected.from, to: selected.to }))
    if (next === null) view.focus()
  }, [])
  const comment = () => {
    const text = textRef.current
    if (text === null || !mayComment) return false
    const { doc, selection } = text.editor.state
    const passage = selectedPassage(selection)
    const anchor = passage && anchorOfSelection(connection.body, selection)
    if (passage === null || anchor === null) return false
    focusThread(null)
    compose({ anchor, words: doc.textBetween(passage.from, passage.to, '\n', '\n').trim() })
    openMargin()
    return true
  }
  /** Without selected words the key leads to the comments at the caret. */
  const openThreadAtCaret = () => {
    const text = textRef.current
    const thread = text && threadAt(text.editor.state, text.editor.state.selection.from)
    if (thread === null) return false
    focusThread(thread)
    setTaken(thread)
    openMargin()
    return true
  }

  const key = (name: keyof typeof pageKeys): boolean => {
    const text = textRef.current
    const actions = actionsRef.current
    if (text === null || actions === null) return false
    if (name === 'find') setFinding(true)
    else if (name === 'findNext' || name === 'findPrevious') {
      if (finding) goToMatch(text.editor, name === 'findNext' ? 1 : -1)
      else setFinding(true)
    } else if (name === 'shortcuts') shortcutsSheet.open()
    else if (name === 'comment') return comment() || openThreadAtCaret()
    else if (name === 'whoWrote') return past.ask(text)
    else {
      if (!editable) return false
      const clause = actions.current()
      if (name === 'link') setLinking(true)
      else if (name === 'insert') actions.insert(clause, firstKind)
      else if (clause === null) return false
      else if (name === 'duplicate') actions.duplicate(clause)
      else if (name === 'remove') actions.remove(clause)
      else actions.move(clause, name === 'moveUp' ? 'up' : 'down')
    }
    return true
  }

  const events: TextEvents = {
    openMenu: (clause, anchor) => setMenuAt({ clause, anchor }),
    openFields: setFieldsAt,
    refused: () => setRefused(true),
    chosen: (thread) => {
      setFocused(thread)
      setTaken(null)
      textRef.current?.editor.view.dispatch(focusHighlight(textRef.current.editor.state, thread))
      if (thread !== null) openMargin()
    },
    key,
    resolveReference: (clause) => references.find(({ id }) => id === clause)?.name ?? null,
  }
  const { ref, text } = useTextEditor(connection, editable, events)
  const actions = useMemo(() => (text ? clauseActions(text, connection, setQuestion) : null), [text, connection])
  useEffect(() => {
    textRef.current = text
    actionsRef.current = actions
  }, [text, actions])
  // The numbers in a group's tables lead to their clause.
  useEffect(() => {
    const clause = clauseInAddress(window.location.hash)
    if (text && clause !== null) scrollToClause(text.editor.view, clause)
  }, [text])
  useEffect(() => {
    text?.editor.view.dom.setAttribute('data-languages', shown)
  }, [text, shown])
  useEffect(() => {
    text?.redraw()
  }, [text, references])
  useEffect(() => {
    if (!refused) return undefined
    const timer = setTimeout(() => setRefused(false), noticeMs)
    return () => clearTimeout(timer)
  }, [refused])
  // Ctrl+F finds in the text also while the focus is elsewhere on the page: the browser's own find cannot see folded clauses.
  useEffect(() => {
    const catchFind = (event: KeyboardEvent) => {
      if (event.defaultPrevented || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return
      if (event.key === 'f') setFinding(true)
      else if (event.key === '/') shortcutsSheet.open()
      else return
      event.preventDefault()
    }
    window.addEventListener('keydown', catchFind)
    return () => window.removeEventListener('keydown', catchFind)
  }, [shortcutsSheet])

  const jump = useCallback(
    (clause: string) => {
      outlineSheet.close()
      if (textRef.current) scrollToClause(textRef.current.editor.view, clause)
    },
    [outlineSheet],
  )
  const labelOf = (clause: string | undefined) =>
    text?.outline.get().find(({ id }) => id === clause)?.label[language] ?? ''
  const outline = text ? (
    <Outline text={text} document={document} shown={shown} titled={outlineBeside} onJump={jump} />
  ) : null
  const margin = text ? (
    <Margin
      document={document}
      actor={actor}
      me={me}
      text={text}
      connection={connection}
      shown={shown}
      beside={marginBeside}
      focused={focused}
      taken={taken}
      composing={composing}
      onFocus={focusThread}
      onCompose={compose}
    />
  ) : null

  return (
    <div className={classes.page} data-outline={outlineOpen} data-margin={marginOpen}>
      {text ? (
        <TopBarSlot name="presence">
          <DocumentPresence connection={connection} text={text} />
        </TopBarSlot>
      ) : null}
      <div className={classes.tools}>
        <ToolButton
          label={t(outlineBeside && outlineOpen ? 'hideOutline' : 'showOutline')}
          onClick={() => (outlineBeside ? setOutlineOpen(!outlineOpen) : outlineSheet.open())}
        >
          <IconListTree size={18} stroke={1.5} />
        </ToolButton>
        {text && editable ? (
          <Toolbar text={text} linking={linking} onLinking={setLinking} onComment={mayComment ? comment : null} />
        ) : (
          <span className={classes.note}>
            {ended ? null : t(document.frozen ? 'frozen' : mayComment ? 'commentOnly' : 'readOnly')}
          </span>
        )}
        <div className={classes.right}>
          <LanguageChoice shown={shown} wide={wide} onChoose={choose} />
          <ToolButton label={`${t('find')} (Ctrl F)`} onClick={() => setFinding(true)}>
            <IconSearch size={18} stroke={1.5} />
          </ToolButton>
          {marginBeside ? (
            <ToolButton label={`${t('shortcuts')} (Ctrl /)`} onClick={shortcutsSheet.open}>
              <IconKeyboard size={18} stroke={1.5} />
            </ToolButton>
          ) : null}
          <RecordTools document={document} actor={actor} />
          <HistoryButton history={past} />
          <ToolButton
            label={t(marginBeside && marginOpen ? 'hideMargin' : 'showMargin')}
            onClick={() => (marginBeside ? setMarginOpen(!marginOpen) : marginSheet.open())}
          >
            {marginBeside ? (
              <IconLayoutSidebar size={18} stroke={1.5} style={{ transform: 'scaleX(-1)' }} />
            ) : (
              <IconMessage2 size={18} stroke={1.5} />
            )}
          </ToolButton>
        </div>
      </div>

      {outlineOpen ? <div className={classes.outline}>{outline}</div> : <div />}

      <div className={classes.paper}>
        <div className={classes.inline}>
          {refused ? (
            <Alert
              withCloseButton
              closeButtonLabel={t('dismiss')}
              onClose={() => setRefused(false)}
              maw={640}
              variant="outline"
              color="accent"
              bg="var(--paper-raised)"
              role="status"
              style={{ height: 'fit-content' }}
            >
              {t('refusedStructure')}
            </Alert>
          ) : null}
        </div>
        <div className={classes.sheet} data-single={shown !== 'both'}>
          <Heading document={document} shown={shown} text={text} />
          <div ref={ref} />
          {text ? (
            <Empty text={text} onAdd={editable && actions ? () => actions.insert(null, firstKind) : null} />
          ) : null}
        </div>
      </div>

      {marginBeside ? <div className={classes.margin}>{marginOpen ? margin : null}</div> : null}

      {finding && text ? (
        <FindBar
          editor={text.editor}
          onClose={() => {
            setFinding(false)
            text.editor.commands.focus()
          }}
        />
      ) : null}
      {text && mayComment && composing === null ? (
        <CommentBubble
          editor={text.editor}
          onComment={comment}
          label={t('comment')}
          icon={<IconMessagePlus size={16} stroke={1.5} />}
          beside={<WhoButton history={past} text={text} />}
        />
      ) : null}
      {text ? <Reading document={document.id} text={text} /> : null}
      <HistoryViews history={past} document={document} text={text} connection={connection} />

      <Drawer
        closeButtonProps={{ 'aria-label': t('dismiss') }}
        opened={outlineDrawer}
        onClose={outlineSheet.close}
        title={t('outline')}
        size="xs"
        padding="sm"
      >
        {outline}
      </Drawer>
      {marginBeside ? null : (
        <Drawer
          closeButtonProps={{ 'aria-label': t('dismiss') }}
          opened={marginDrawer}
          onClose={marginSheet.close}
          position="bottom"
          size="75%"
          title={t('margin')}
          padding="sm"
        >
          {margin}
        </Drawer>
      )}
      <ShortcutsSheet opened={shortcuts} onClose={shortcutsSheet.close} />
      {actions && text ? (
        <>
          <ClauseMenu at={menuAt} kind={document.kind} actions={actions} onClose={() => setMenuAt(null)} />
          <ClauseQuestion
            question={question}
            label={labelOf(question?.clause)}
            onDelete={(clause) => deleteNow(text, clause)}
            onClose={() => {
              setQuestion(null)
              text.editor.view.focus()
            }}
          />
          <FieldsForm
            at={fieldsAt}
            label={labelOf(fieldsAt ?? undefined)}
            connection={connection}
            references={references}
            onClose={() => setFieldsAt(null)}
          />
        </>
      ) : null}
    </div>
  )
}

function Reading({ document, text }: { readonly document: string; readonly text: TextEditor }) {
  useReading(document, text.revision)
  return null
}

const noRows: readonly OutlineRow[] = []

/** The title in the languages shown, unless the text itself begins with it: then it is said once, and only there. */
function Heading({
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
            {document.title[side]}
          </h1>
        </div>
      ))}
    </header>
  )
}

/** What kind of document it is and who may read it, in the language of its column. */
function Facts({ document, side }: { readonly document: DocumentDetail; readonly side: Language }) {
  const t = useMessages(documentMessages, side)
  return (
    <p className={classes.facts}>
      {documentKinds[document.kind].name[side]}
      {document.panelOpen ? ` · ${t('panelOpen')}` : ''}
    </p>
  )
}

const never = () => () => undefined

function Empty({ text, onAdd }: { readonly text: TextEditor; readonly onAdd: (() => void) | null }) {
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

/** The outline follows what is in view, and marks clauses with threads not seen yet. */
function Outline({
  text,
  document,
  shown,
  titled,
  onJump,
}: {
  readonly text: TextEditor
  readonly document: DocumentDetail
  readonly shown: ShownLanguages
  readonly titled: boolean
  readonly onJump: (clause: string) => void
}) {
  const language = useLanguage()
  const { data: threads } = useQuery(threadsQuery(document.id))
  const rows = useSyncExternalStore(text.outline.subscribe, text.outline.get)
  const order = rows.map(({ id }) => id).join()
  const [current, setCurrent] = useState<string | null>(null)
  useEffect(() => {
    const inView = new Set<Element>()
    const observer = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          if (isIntersecting) inView.add(target)
          else inView.delete(target)
        }
        const first = [...text.editor.view.dom.children].find((child) => inView.has(child))
        if (first instanceof HTMLElement) setCurrent(first.dataset['clause'] ?? null)
      },
      { rootMargin: '-120px 0px -55% 0px' },
    )
    for (const clause of text.editor.view.dom.children) observer.observe(clause)
    return () => observer.disconnect()
  }, [text, order])
  const unread = useMemo(
    () => new Set((threads ?? []).flatMap(({ anchor, unread: count }) => (anchor && count > 0 ? [anchor.clause] : []))),
    [threads],
  )
  return (
    <OutlinePane
      outline={text.outline}
      language={shown === 'both' ? language : shown}
      current={current}
      unread={unread}
      titled={titled}
      onJump={onJump}
    />
  )
}
