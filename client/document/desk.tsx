/** The desk: outline at the left, the paper in the middle, the margin at the right, and the tools above them. */
import { useClipboard } from '@mantine/hooks'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { DocumentDetail } from '#shared/api/documents.ts'
import { actorName, type Actor } from '#shared/domain/actors.ts'
import { documentKinds, type ClauseKind } from '#shared/domain/documents.ts'
import { audiencesFor } from '#shared/domain/permissions.ts'
import type { DocumentConnection } from '#client/connection/connection.ts'
import { useEnd } from '#client/connection/shared.ts'
import { AskContext, keyOf, type Ask } from '#client/editing/ask.ts'
import { commandMessages } from '#client/editing/command-messages.ts'
import { commandIds, commands, type ClauseActions, type CommandContext, type Page } from '#client/editing/commands.ts'
import { placesIn } from '#client/editor/pending-view.ts'
import { useShownLanguages } from '#client/editing/languages.ts'
import { addressOf } from '#client/editing/links-here.ts'
import { documentMessages } from '#client/editing/messages.ts'
import { useReferences } from '#client/editing/references.ts'
import { EditorSessionContext, type EditorSession } from '#client/editing/session.ts'
import { useTextEditor, type TextEditor, type TextEvents } from '#client/editing/text-editor.ts'
import { HistoryViews, useHistoryTools } from '#client/history/tools.tsx'
import { useMessages } from '#client/i18n/messages.ts'
import { NegotiationBar } from '#client/negotiation/bar.tsx'
import { ChangesDrawer } from '#client/negotiation/changes-list.tsx'
import { negotiationActions } from '#client/negotiation/actions.ts'
import { useNegotiating, useShownView } from '#client/negotiation/negotiating.ts'
import { PlaceCard } from '#client/negotiation/place-card.tsx'
import { useCommenting } from '#client/threads/commenting.ts'
import { useThreads } from '#client/threads/queries.ts'
import { useOffers } from '#client/ui/palette.ts'
import { TopBarSlot } from '#client/ui/slots.tsx'
import { clauseActions, type Question } from './clause-actions.ts'
import { ClauseDialogs, type ClauseDialog } from './clause-dialogs.tsx'
import { useCommentKey } from './comment-key.ts'
import { DeskTools, type Opened } from './desk-tools.tsx'
import { FindBar } from './find-bar.tsx'
import { returnToPlace } from './kept-place.ts'
import { MarginPanel, OutlinePanel } from './panels.tsx'
import { usePanel } from './panel.ts'
import { Paper, type Notice } from './paper.tsx'
import { PlaceInAddress } from './place-in-address.tsx'
import { DocumentPresence } from './presence.tsx'
import { usePrinting } from './print.tsx'
import { SelectionBubble } from './selection-bubble.tsx'
import { ShortcutsSheet } from './shortcuts-sheet.tsx'
import classes from './document.module.css'

export function Desk({
  connection,
  document,
  actor,
}: {
  readonly connection: DocumentConnection
  readonly document: DocumentDetail
  readonly actor: Actor
}) {
  const ended = useEnd(connection) !== null
  const mayWrite = document.access === 'write' && !ended
  const mayComment = audiencesFor(actor, document).length > 0
  const languages = useShownLanguages()
  const { shown } = languages
  const outline = usePanel('outline')
  const margin = usePanel('margin')
  const [opened, setOpened] = useState<Opened>(null)
  const [finding, setFinding] = useState(false)
  const [dialog, setDialog] = useState<ClauseDialog | null>(null)
  const [notice, setNotice] = useState<Notice>(null)
  const references = useReferences(document)
  const past = useHistoryTools(actor, document)
  const printing = usePrinting(document, actor)
  const clipboard = useClipboard()
  const textRef = useRef<TextEditor | null>(null)
  const askRef = useRef<Ask | null>(null)
  const clausesRef = useRef<ClauseActions | null>(null)
  const kinds: readonly ClauseKind[] = documentKinds[document.kind].clauses
  const [kind = 'article'] = kinds
  const negotiating = useNegotiating({ document, actor, text: textRef, openMargin: margin.open })
  const editable = mayWrite && negotiating.writes
  const commenting = useCommenting({ connection, text: textRef, mayComment, shown, openMargin: margin.open })

  const events: TextEvents = {
    kinds,
    openMenu: (clause, anchor) => setDialog({ type: 'menu', clause, anchor }),
    openFields: (clause) => setDialog({ type: 'fields', clause }),
    moveIn: (pos) => clausesRef.current?.moveIn(pos, kind),
    refused: () => setNotice('refused'),
    chosen: commenting.choose,
    suggester: negotiating.suggester,
    unsuggestable: negotiating.sayUnsuggestable,
    withdraw: ([first, ...rest]) => {
      if (first !== undefined) void negotiating.acts.withdraw([{ id: first }, ...rest.map((id) => ({ id }))])
    },
    placeChosen: negotiating.choose,
    party: actor.party,
    key: (command) => askRef.current?.run(command) ?? false,
    resolveReference: (clause) => references.find(({ id }) => id === clause)?.name ?? null,
  }
  const { ref, text, mending, dismissMending } = useTextEditor(connection, editable, events)
  useShownView(text, negotiating.view)
  const actions = useMemo(
    () =>
      text ? clauseActions(text, connection, (question: Question) => setDialog({ type: 'question', question })) : null,
    [text, connection],
  )
  const session = useMemo<EditorSession | null>(
    () =>
      text && {
        connection,
        document,
        actor,
        me: { ...actor, name: actorName(actor) },
        text,
        shown,
        editable,
        mayComment,
      },
    [connection, document, actor, text, shown, editable, mayComment],
  )
  const page: Page | null = actions &&
    text && {
      find: () => setFinding(true),
      finding,
      showKeys: () => setOpened('keys'),
      editLink: () => setOpened('link'),
      comment: commenting.onSelection,
      commentOn: commenting.onClause,
      openThreadAtCaret: commenting.atCaret,
      askWhoWrote: () => past.ask(textRef.current),
      openHistory: () => past.setOpen('history'),
      openVersions: () => setOpened('versions'),
      openSettings: () => setOpened('settings'),
      openPrinting: () => setOpened('printing'),
      toggleOutline: outline.toggle,
      toggleMargin: margin.toggle,
      copyLink: (clause) => clipboard.copy(addressOf(document.id, { clause })),
      clauses: actions,
      negotiation: negotiationActions({
        negotiating,
        document,
        actor,
        text,
        openList: () => setOpened('changes'),
      }),
    }
  const contextOf = (clause?: string): CommandContext | null =>
    session && page && { session, page, clause: clause ?? page.clauses.current(), kind }
  const ask: Ask | null = session && {
    can: (command, clause) => {
      const context = contextOf(clause)
      return context !== null && commands[command].when(context)
    },
    run: (command, clause) => {
      const context = contextOf(clause)
      return context !== null && commands[command].when(context) && commands[command].run(context)
    },
  }
  useEffect(() => {
    textRef.current = text
    askRef.current = ask
    clausesRef.current = actions
  })
  useCommands(ask)
  useCommentKey(mayComment && !editable && !ended, {
    onClause: commenting.onClause,
    onSelection: commenting.onSelection,
    hint: () => setNotice('hint'),
  })
  useKeysOutsideTheText(ask)
  useEffect(() => {
    text?.editor.view.dom.setAttribute('data-languages', shown)
  }, [text, shown])
  useEffect(() => {
    text?.redraw()
  }, [text, references])

  const { place } = negotiating
  const guest =
    place === null || text === null
      ? null
      : {
          at: () => placesIn(text.editor.state.doc).find((each) => each.place === place)?.from ?? null,
          card: <PlaceCard key={place} place={place} negotiating={negotiating} />,
        }

  return (
    <EditorSessionContext value={session}>
      <AskContext value={ask}>
        <div className={classes.page} data-outline={outline.shown} data-margin={margin.shown}>
          {session ? (
            <TopBarSlot name="presence">
              <DocumentPresence />
            </TopBarSlot>
          ) : null}
          <DeskTools
            document={document}
            actor={actor}
            connection={connection}
            mayDo={ended ? 'ended' : mayWrite ? 'editable' : mayComment ? 'comments' : 'reads'}
            languages={languages}
            outline={outline}
            margin={margin}
            history={past}
            printing={printing}
            opened={opened}
            onOpened={setOpened}
          />
          <OutlinePanel panel={outline} />
          <Paper
            document={document}
            shown={shown}
            editor={ref}
            mending={mending}
            onMendingSeen={dismissMending}
            notice={notice === 'hint' && commenting.composing !== null ? null : notice}
            onNoticeSeen={() => setNotice(null)}
            bar={session ? <NegotiationBar negotiating={negotiating} onList={() => setOpened('changes')} /> : null}
            unsuggestable={negotiating.unsuggestable}
            onUnsuggestableSeen={() => negotiating.sayUnsuggestable(null)}
            history={past}
            printing={printing}
            onAdd={editable && actions ? () => actions.insert(null, kind) : null}
          />
          <MarginPanel panel={margin} commenting={commenting} guest={guest} />
          {finding && text ? (
            <FindBar
              editor={text.editor}
              onClose={() => {
                setFinding(false)
                text.editor.commands.focus()
              }}
            />
          ) : null}
          {text && mayComment && commenting.composing === null ? <SelectionBubble history={past} /> : null}
          {text ? <PlaceInAddress document={document.id} text={text} onThread={commenting.take} /> : null}
          {text ? <Followed document={document.id} text={text} /> : null}
          <HistoryViews history={past} document={document} text={text} connection={connection} />
          {session ? (
            <ChangesDrawer
              opened={opened === 'changes'}
              onClose={() => setOpened(null)}
              onShow={(shownPlace) => {
                setOpened(null)
                negotiating.look(shownPlace)
              }}
            />
          ) : null}
          <ShortcutsSheet opened={opened === 'keys'} onClose={() => setOpened(null)} />
          {actions && session ? (
            <ClauseDialogs dialog={dialog} actions={actions} references={references} onDialog={setDialog} />
          ) : null}
        </div>
      </AskContext>
    </EditorSessionContext>
  )
}

/** Offers the commands in the palette. */
function useCommands(ask: Ask | null): void {
  const t = useMessages(documentMessages)
  const c = useMessages(commandMessages)
  const titles = {
    text: t('commandsText'),
    clauses: t('commandsClauses'),
    negotiation: t('commandsNegotiation'),
    page: t('commandsPage'),
  }
  useOffers(() =>
    ask === null
      ? []
      : commandIds
          .filter((id) => ask.can(id))
          .map((id) => ({
            id: `command-${id}`,
            section: titles[commands[id].section],
            label: c(id),
            keywords: [commandMessages.source[id]],
            keys: keyOf(id),
            run: () => void ask.run(id),
          })),
  )
}

/** The keys of some commands work also while the focus is elsewhere on the page. */
function useKeysOutsideTheText(ask: Ask | null): void {
  const latest = useRef(ask)
  useEffect(() => {
    latest.current = ask
  })
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      if (event.defaultPrevented || !(event.ctrlKey || event.metaKey) || event.shiftKey) return
      // With Alt a key may stand for a sign of the keyboard's own.
      const sign = event.altKey ? event.code.replace(/^Digit/, '') : event.key
      const key = `Mod-${event.altKey ? 'Alt-' : ''}${sign}`
      const command = commandIds.find((id) => commands[id].everywhere === true && commands[id].keys?.includes(key))
      if (command === undefined) return
      latest.current?.run(command)
      event.preventDefault()
    }
    window.addEventListener('keydown', hear)
    return () => window.removeEventListener('keydown', hear)
  }, [])
}

/** What happens to an open text also while the margin is closed: its threads stand on their passages. */
function Followed({ document, text }: { readonly document: string; readonly text: TextEditor }) {
  useEffect(() => returnToPlace(true), [text])
  const { threads } = useThreads(document)
  useEffect(() => {
    if (threads) text.tracker.setThreads(threads)
  }, [threads, text])
  return null
}
