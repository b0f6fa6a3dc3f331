/**
 * Everything that can be asked of an open document, once: the toolbar, the keys of the text, the menus, the sheet of keys and the
 * palette (Ctrl K) all read this list, so that none of them can offer what another does not know.
 */
import type { Editor } from '@tiptap/core'
// What their commands are called is declared where the nodes and marks of the schema come from.
import '@tiptap/extension-bold'
import '@tiptap/extension-italic'
import '@tiptap/extension-list'
import '@tiptap/extension-table'
import '@tiptap/extension-underline'
import type { ClauseKind } from '#shared/domain/documents.ts'
import { keysOf } from '#shared/domain/languages.ts'
import { can } from '#shared/domain/permissions.ts'
import type { View } from '#shared/editor/changes/views.ts'
import { currentLevel, setLevel } from '#client/editor/headings.ts'
import { threadAt } from '#client/editor/highlights.ts'
import { insertTable } from '#client/editor/table-insert.ts'
import type { commandMessages } from './command-messages.ts'
import { goToMatch } from './find-match.ts'
import type { EditorSession } from './session.ts'

/** What the page around the text does when it is asked. */
export type Page = {
  readonly find: () => void
  /** Whether the find bar is open. */
  readonly finding: boolean
  readonly showKeys: () => void
  readonly editLink: () => void
  /** Starts a comment on the selected words; false without any. */
  readonly comment: () => boolean
  /** Starts a comment on all of a clause; false where it cannot be. */
  readonly commentOn: (clause: string) => boolean
  /** Opens the comments on the words at the caret; false without any. */
  readonly openThreadAtCaret: () => boolean
  /** Opens "Who wrote this" for the selected words; false without any. */
  readonly askWhoWrote: () => boolean
  readonly openHistory: () => void
  readonly openVersions: () => void
  readonly openSettings: () => void
  readonly openPrinting: () => void
  readonly toggleOutline: () => void
  readonly toggleMargin: () => void
  readonly copyLink: (clause: string) => void
  readonly clauses: ClauseActions
  readonly negotiation: NegotiationActions
}

/** What one does with the pending changes of the text. Those that give a boolean: false where nothing came of it. */
export type NegotiationActions = {
  readonly step: (by: 1 | -1) => boolean
  /** Whether an alternative of another party is looked at, which one may answer. */
  readonly answers: () => boolean
  readonly accept: () => boolean
  readonly decline: () => boolean
  readonly openList: () => void
  readonly show: (view: View) => void
  readonly view: View
  /** Whether anything is pending, or may be. */
  readonly open: () => boolean
  /** Whether one may choose to suggest. */
  readonly chooses: boolean
  readonly toggleSuggesting: () => void
}

export type ClauseActions = {
  readonly insert: (after: string | null, kind: ClauseKind) => void
  readonly insertAbove: (clause: string, kind: ClauseKind) => void
  /** Makes a clause one of another kind. */
  readonly become: (clause: string, kind: ClauseKind) => void
  readonly kindOf: (clause: string) => ClauseKind | null
  readonly duplicate: (clause: string) => void
  readonly move: (clause: string, direction: 'up' | 'down') => void
  readonly remove: (clause: string) => void
  /** Takes the block at `pos`, outside of clauses, into one. */
  readonly moveIn: (pos: number, kind: ClauseKind) => void
  /** The clause that the caret is in. */
  readonly current: () => string | null
}

export type CommandContext = {
  readonly session: EditorSession
  readonly page: Page
  /** The clause that is meant: that of the menu, or the one with the caret; null outside of clauses. */
  readonly clause: string | null
  /** The usual kind of clause in this document. */
  readonly kind: ClauseKind
}

export const sections = ['text', 'clauses', 'negotiation', 'page'] as const
export type Section = (typeof sections)[number]

export type CommandId = keyof typeof commandMessages.source

export type Command = {
  readonly section: Section
  /** Its keys, in ProseMirror's notation. */
  readonly keys?: readonly string[]
  /** Who listens for the keys: the page asks this list; the editor's own extensions have them from their libraries. */
  readonly bound?: 'page' | 'editor'
  /** Whether its keys work also while the focus is elsewhere on the page. */
  readonly everywhere?: true
  /** Whether it can be asked for as things stand. */
  readonly when: (context: CommandContext) => boolean
  /** Whether what it sets is set at the caret. */
  readonly active?: (editor: Editor) => boolean
  /** False where nothing came of it: then a key is left to the browser. */
  readonly run: (context: CommandContext) => boolean
}

type Chain = ReturnType<ReturnType<Editor['chain']>['focus']>

const editable = ({ session }: CommandContext) => session.editable
const always = () => true
const inTable = ({ session }: CommandContext) => session.editable && session.text.editor.isActive('table')
const inClause = ({ session, clause }: CommandContext) => session.editable && clause !== null
/** A clause that is negotiated keeps its place and its kind. */
const movable = (context: CommandContext) => inClause(context) && context.session.document.phase !== 'negotiating'
const done = (work: () => void): true => {
  work()
  return true
}

const onPlaces = (key: string, run: Command['run']): Command => ({
  section: 'negotiation',
  keys: [key],
  bound: 'page',
  when: ({ page }) => page.negotiation.open(),
  run,
})

const inView = (key: string, view: View): Command => ({
  ...onPlaces(key, ({ page }) => done(() => page.negotiation.show(view))),
  // In a view for reading the text takes no keys.
  everywhere: true,
  when: ({ page }) => page.negotiation.open() && page.negotiation.view !== view,
})

/** Something that the editor's own libraries do at the caret. */
const inText = (
  keys: readonly string[],
  step: (chain: Chain) => Chain,
  more: Partial<Pick<Command, 'when' | 'active'>> = {},
): Command => ({
  section: 'text',
  keys,
  bound: 'editor',
  when: editable,
  run: ({ session }) => step(session.text.editor.chain().focus()).run(),
  ...more,
})

const heading = (level: 1 | 2 | 3 | null): Command => ({
  section: 'text',
  keys: [`Mod-Alt-${level ?? 0}`],
  bound: 'editor',
  when: editable,
  active: ({ state }) => currentLevel(state) === level,
  run: ({ session: { text } }) => {
    const tr = setLevel(text.editor.state, level)
    if (tr) text.editor.view.dispatch(tr)
    return text.editor.commands.focus()
  },
})

/** Something done to the clause that is meant. */
const onClause = (key: string, work: (context: CommandContext & { readonly clause: string }) => void): Command => ({
  section: 'clauses',
  keys: [key],
  bound: 'page',
  when: inClause,
  run: (context) => {
    const { clause } = context
    return clause !== null && done(() => work({ ...context, clause }))
  },
})

const onPage = (keys: readonly string[], run: Command['run'], when: Command['when'] = always): Command => ({
  section: 'page',
  keys,
  bound: 'page',
  when,
  run,
})

export const commands: Readonly<Record<CommandId, Command>> = {
  undo: inText(['Mod-z'], (chain) => chain.undo(), {
    when: ({ session: { editable: may, text } }) => may && text.undoManager.undoStack.length > 0,
  }),
  redo: inText(['Mod-y'], (chain) => chain.redo(), {
    when: ({ session: { editable: may, text } }) => may && text.undoManager.redoStack.length > 0,
  }),
  bold: inText(['Mod-b'], (chain) => chain.toggleBold(), { active: (editor) => editor.isActive('bold') }),
  italic: inText(['Mod-i'], (chain) => chain.toggleItalic(), {
    active: (editor) => editor.isActive('italic'),
  }),
  underline: inText(['Mod-u'], (chain) => chain.toggleUnderline(), {
    active: (editor) => editor.isActive('underline'),
  }),
  body: heading(null),
  heading1: heading(1),
  heading2: heading(2),
  heading3: heading(3),
  bulletList: inText(['Shift-Mod-8'], (chain) => chain.toggleBulletList(), {
    active: (editor) => editor.isActive('bulletList'),
  }),
  orderedList: inText(['Shift-Mod-7'], (chain) => chain.toggleOrderedList(), {
    active: (editor) => editor.isActive('orderedList'),
  }),
  indent: inText(['Tab'], (chain) => chain.sinkListItem('listItem'), {
    when: ({ session }) => session.editable && session.text.editor.can().sinkListItem('listItem'),
  }),
  outdent: inText(['Shift-Tab'], (chain) => chain.liftListItem('listItem'), {
    when: ({ session }) => session.editable && session.text.editor.can().liftListItem('listItem'),
  }),
  link: { ...onPage(['Shift-Mod-k'], ({ page }) => done(page.editLink), editable), section: 'text' },
  selectAll: inText(['Mod-a'], (chain) => chain.selectAll(), { when: always }),
  table: {
    section: 'text',
    when: (context) => context.session.editable && !context.session.text.editor.isActive('table'),
    run: ({ session: { text } }) => {
      const tr = insertTable(text.editor.state, 3, 3)
      if (tr) text.editor.view.dispatch(tr)
      return text.editor.commands.focus()
    },
  },
  rowAbove: inText([], (chain) => chain.addRowBefore(), { when: inTable }),
  rowBelow: inText([], (chain) => chain.addRowAfter(), { when: inTable }),
  columnBefore: inText([], (chain) => chain.addColumnBefore(), { when: inTable }),
  columnAfter: inText([], (chain) => chain.addColumnAfter(), { when: inTable }),
  rowDelete: inText([], (chain) => chain.deleteRow(), { when: inTable }),
  columnDelete: inText([], (chain) => chain.deleteColumn(), { when: inTable }),
  tableDelete: inText([], (chain) => chain.deleteTable(), { when: inTable }),

  insert: {
    section: 'clauses',
    keys: ['Mod-Enter'],
    bound: 'page',
    when: editable,
    run: ({ page, clause, kind }) => done(() => page.clauses.insert(clause, kind)),
  },
  insertAbove: onClause('Shift-Mod-Enter', ({ page, clause, kind }) => page.clauses.insertAbove(clause, kind)),
  duplicate: onClause('Shift-Mod-d', ({ page, clause }) => page.clauses.duplicate(clause)),
  moveUp: { ...onClause('Shift-Alt-ArrowUp', ({ page, clause }) => page.clauses.move(clause, 'up')), when: movable },
  moveDown: {
    ...onClause('Shift-Alt-ArrowDown', ({ page, clause }) => page.clauses.move(clause, 'down')),
    when: movable,
  },
  remove: onClause('Shift-Mod-Backspace', ({ page, clause }) => page.clauses.remove(clause)),
  commentClause: {
    section: 'clauses',
    when: ({ session, clause }) => session.mayComment && clause !== null,
    run: ({ page, clause }) => clause !== null && page.commentOn(clause),
  },
  linkToClause: {
    section: 'clauses',
    when: ({ clause }) => clause !== null,
    run: ({ page, clause }) => clause !== null && done(() => page.copyLink(clause)),
  },

  nextPlace: onPlaces('Mod-Alt-ArrowDown', ({ page }) => page.negotiation.step(1)),
  previousPlace: onPlaces('Mod-Alt-ArrowUp', ({ page }) => page.negotiation.step(-1)),
  acceptPlace: {
    ...onPlaces('Mod-Alt-Enter', ({ page }) => page.negotiation.accept()),
    when: ({ page }) => page.negotiation.answers(),
  },
  declinePlace: {
    ...onPlaces('Mod-Alt-Backspace', ({ page }) => page.negotiation.decline()),
    when: ({ page }) => page.negotiation.answers(),
  },
  viewBrackets: inView('Mod-Alt-1', 'brackets'),
  viewRedline: inView('Mod-Alt-2', 'redline'),
  viewOurs: inView('Mod-Alt-3', 'ours'),
  viewTheirs: inView('Mod-Alt-4', 'theirs'),
  viewBase: inView('Mod-Alt-5', 'base'),
  changesList: {
    section: 'negotiation',
    when: ({ page }) => page.negotiation.open(),
    run: ({ page }) => done(page.negotiation.openList),
  },
  suggest: {
    section: 'negotiation',
    when: ({ page }) => page.negotiation.chooses,
    run: ({ page }) => done(page.negotiation.toggleSuggesting),
  },

  // The browser's own find cannot see folded clauses.
  find: { ...onPage(['Mod-f'], ({ page }) => done(page.find)), everywhere: true },
  findNext: onPage(['Mod-g'], (context) => nextMatch(context, 1)),
  findPrevious: onPage(['Shift-Mod-g'], (context) => nextMatch(context, -1)),
  comment: onPage(
    ['Mod-Alt-m'],
    // Without selected words the key leads to the comments at the caret.
    ({ page }) => page.comment() || page.openThreadAtCaret(),
    ({ session: { mayComment, text } }) => {
      const { state } = text.editor
      return (mayComment && !state.selection.empty) || threadAt(state, state.selection.from) !== null
    },
  ),
  whoWrote: onPage(
    ['Mod-Alt-h'],
    ({ page }) => page.askWhoWrote(),
    ({ session: { actor, document, text } }) =>
      can(actor, 'history.read', document) && !text.editor.state.selection.empty,
  ),
  history: onPage(
    [],
    ({ page }) => done(page.openHistory),
    ({ session: { actor, document } }) => can(actor, 'history.read', document),
  ),
  versions: onPage([], ({ page }) => done(page.openVersions)),
  settings: onPage([], ({ page }) => done(page.openSettings)),
  print: onPage([], ({ page }) => done(page.openPrinting)),
  outline: onPage([], ({ page }) => done(page.toggleOutline)),
  margin: onPage([], ({ page }) => done(page.toggleMargin)),
  shortcuts: { ...onPage(['Mod-/'], ({ page }) => done(page.showKeys)), everywhere: true },
}

export const commandIds = keysOf(commands)

const nextMatch = ({ session, page }: CommandContext, by: 1 | -1) =>
  done(() => (page.finding ? goToMatch(session.text.editor, by) : page.find()))
