/** Where others stand in the text: a caret with the role and the party's letters, and what they have selected if they show it. */
import { Extension } from '@tiptap/core'
import { Plugin, PluginKey, type EditorState } from '@tiptap/pm/state'
import type { DecorationSet, EditorView } from '@tiptap/pm/view'
import { createDecorations, relativePositionToAbsolutePosition, ySyncPluginKey } from 'y-prosemirror'
import type { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { isRole, roles, type Role } from '#shared/domain/actors.ts'
import { initiative, type Group, type Party } from '#shared/domain/initiative.ts'
import type { Language } from '#shared/domain/languages.ts'
import { cursorIn, type Cursor } from '#shared/protocol/presence.ts'
import type { Clock } from '#client/lib/clock.ts'
import { partyColour } from '#client/lib/party-colour.ts'
import { isFromSharedText } from './change.ts'
import { clauseAt } from './clause-commands.ts'

/** Someone in the document as the server says who they are. */
export type Presence = {
  readonly client: number
  /** Whose seat it is: the same in each of their windows. */
  readonly id: string
  readonly group: Group | null
  readonly name: string
  /** The name of the person, where they have one beside their seat. */
  readonly person: string | null
  readonly role: Role | null
  readonly party: Party | null
  readonly color: string
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {}

/** Reads an awareness state's `user`. The name is the server's; in the reader's language the registries say it better. */
export function readPresence(client: number, user: unknown): Presence {
  const { id, group, name, person, role, party, color } = record(user)
  return {
    client,
    id: typeof id === 'string' ? id : '',
    group: initiative().isGroup(group) ? group : null,
    name: typeof name === 'string' ? name : '',
    person: typeof person === 'string' ? person : null,
    role: isRole(role) ? role : null,
    party: initiative().isParty(party) ? party : null,
    color: typeof color === 'string' && /^#[0-9a-f]{6}$/i.test(color) ? color : '#5b6470',
  }
}

/** How someone is called beside their caret. */
export const presenceRole = ({ role, name, person }: Presence, language: Language): string =>
  role === null ? name : [roles[role].name[language], person ?? ''].join(' ').trim()

/** Everyone else who is in the document, one entry per connection. */
export function othersIn(awareness: Awareness): Presence[] {
  return [...awareness.getStates()]
    .filter(([client]) => client !== awareness.clientID)
    .map(([client, state]) => readPresence(client, record(state)['user']))
}

/** Who wrote in a clause so short a time ago may go on there: nothing is taken from under their hands unasked. */
const recentMs = 60_000

/** Where others last let themselves be seen in the text. A caret is shown only while its owner types, but its place is worth knowing. */
export type Whereabouts = {
  /** Where in the text someone is or last was; null if they were nowhere yet. */
  readonly placeOf: (view: EditorView, client: number) => number | null
  /** Those who are in that clause, or were a moment ago. */
  readonly inClause: (view: EditorView, clause: string) => Presence[]
}

function createWhereabouts(awareness: Awareness, clock: Clock): Whereabouts & { readonly note: () => void } {
  const last = new Map<number, { readonly cursor: Cursor; readonly at: number }>()
  const note = () => {
    const states = awareness.getStates()
    for (const client of last.keys()) if (!states.has(client)) last.delete(client)
    for (const [client, state] of states) {
      const cursor = cursorIn(state)
      if (cursor !== null) last.set(client, { cursor, at: clock.now() })
    }
  }
  const placeOf = (view: EditorView, client: number) => {
    const cursor = last.get(client)?.cursor
    const sync:
      | { doc: Y.Doc; type: Y.XmlFragment; binding: { mapping: Map<Y.AbstractType<unknown>, never> } }
      | undefined = ySyncPluginKey.getState(view.state)
    if (cursor === undefined || sync === undefined) return null
    const position = Y.createRelativePositionFromJSON(cursor.head)
    return relativePositionToAbsolutePosition(sync.doc, sync.type, position, sync.binding.mapping)
  }
  return {
    note,
    placeOf,
    inClause: (view, clause) => {
      note()
      const since = clock.now() - recentMs
      return othersIn(awareness).filter(({ client }) => {
        const pos = (last.get(client)?.at ?? -Infinity) >= since ? placeOf(view, client) : null
        return pos !== null && clauseAt(view.state.doc, pos)?.node.attrs['id'] === clause
      })
    },
  }
}

const colourOf = ({ party, color }: Presence) => (party === null ? color : partyColour(party))

function drawCaret(presence: Presence, language: Language): HTMLElement {
  const caret = document.createElement('span')
  caret.className = 'caret'
  // Inside a word it would be read out as part of it. Who is here stands at the head of the page.
  caret.setAttribute('aria-hidden', 'true')
  caret.dataset['party'] = presence.party ?? 'none'
  if (presence.party !== null) caret.dataset['mark'] = initiative().party(presence.party).mark
  caret.style.setProperty('--who', colourOf(presence))
  const flag = document.createElement('span')
  flag.className = 'caret-flag'
  const prefix = document.createElement('span')
  prefix.className = 'caret-party'
  prefix.textContent = presence.party === null ? '' : initiative().party(presence.party).prefix
  const role = document.createElement('span')
  role.className = 'caret-role'
  role.textContent = presenceRole(presence, language)
  flag.append(prefix, role)
  // Without the joiners a browser may break the line, or put the caret, inside the mark.
  caret.append('\u2060', flag, '\u2060')
  return caret
}

const caretsKey = new PluginKey<DecorationSet>('carets')

/** Others' carets and selections. `language` says in which language they are labelled. */
export function carets(
  awareness: Awareness,
  language: () => Language,
  clock: Clock,
): { extension: Extension; whereabouts: Whereabouts } {
  const whereabouts = createWhereabouts(awareness, clock)
  const draw = (state: EditorState): DecorationSet =>
    createDecorations(
      state,
      awareness,
      // Whatever else someone says of a caret would throw while it is drawn.
      (own: number, client: number, said: unknown) => own !== client && cursorIn(said) !== null,
      (user: unknown, client: number) => drawCaret(readPresence(client, user), language()),
      (user: unknown, client: number) => {
        const presence = readPresence(client, user)
        return { class: 'selected-by-other', style: `--who: ${colourOf(presence)}` }
      },
    )
  const extension = Extension.create({
    name: 'carets',
    priority: 999,
    addProseMirrorPlugins: () => [
      new Plugin<DecorationSet>({
        key: caretsKey,
        state: {
          init: (_, state) => draw(state),
          apply: (tr, drawn, _before, state) =>
            isFromSharedText(tr) || tr.getMeta(caretsKey) === 'redraw' ? draw(state) : drawn.map(tr.mapping, tr.doc),
        },
        props: { decorations: (state) => caretsKey.getState(state) },
        view: (view) => {
          const heard = (changes: Readonly<Record<'added' | 'updated' | 'removed', readonly number[]>>) => {
            const all = [...changes.added, ...changes.updated, ...changes.removed]
            // One's own caret is not drawn. Drawing others' anew for it would end a composition beside them.
            if (all.every((client) => client === awareness.clientID)) return
            whereabouts.note()
            redrawCarets(view)
          }
          whereabouts.note()
          awareness.on('change', heard)
          return { destroy: () => awareness.off('change', heard) }
        },
      }),
    ],
  })
  return { extension, whereabouts }
}

/** Draws the carets anew, as after a change of the reader's language. */
export function redrawCarets(view: EditorView): void {
  if (!view.isDestroyed) view.dispatch(view.state.tr.setMeta(caretsKey, 'redraw'))
}
