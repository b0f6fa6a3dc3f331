/** Where others stand in the text: a caret with the role and the party's letters, and what they have selected. */
import { Extension } from '@tiptap/core'
import { Plugin } from '@tiptap/pm/state'
import type { EditorView } from '@tiptap/pm/view'
import { relativePositionToAbsolutePosition, yCursorPlugin, yCursorPluginKey, ySyncPluginKey } from 'y-prosemirror'
import type { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { isRole, roles, type Role } from '#shared/domain/actors.ts'
import type { Language } from '#shared/domain/languages.ts'
import { isParty, parties, type Party } from '#shared/domain/parties.ts'
import { clauseAt } from './clause-commands.ts'

/** Someone in the document as the server says who they are. */
export type Presence = {
  readonly client: number
  readonly name: string
  readonly role: Role | null
  readonly party: Party | null
  readonly color: string
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {}

/** Reads an awareness state's `user`. The name is the server's; in the reader's language the registries say it better. */
export function readPresence(client: number, user: unknown): Presence {
  const { name, role, party, color } = record(user)
  return {
    client,
    name: typeof name === 'string' ? name : '',
    role: isRole(role) ? role : null,
    party: isParty(party) ? party : null,
    color: typeof color === 'string' && /^#[0-9a-f]{6}$/i.test(color) ? color : '#5b6470',
  }
}

/** How someone is called beside their caret. */
export const presenceRole = ({ role, name }: Presence, language: Language): string =>
  role === null ? name : roles[role].name[language]

/** Everyone else who is in the document, one entry per connection. */
export function othersIn(awareness: Awareness): Presence[] {
  return [...awareness.getStates()]
    .filter(([client]) => client !== awareness.clientID)
    .map(([client, state]) => readPresence(client, record(state)['user']))
}

/** Where in the document someone's caret is, or null if they have none there. */
export function caretOf(view: EditorView, awareness: Awareness, client: number): number | null {
  const { head } = record(record(awareness.getStates().get(client))['cursor'])
  const sync:
    | { doc: Y.Doc; type: Y.XmlFragment; binding: { mapping: Map<Y.AbstractType<unknown>, never> } }
    | undefined = ySyncPluginKey.getState(view.state)
  if (head === undefined || sync === undefined) return null
  const position = Y.createRelativePositionFromJSON(head)
  return relativePositionToAbsolutePosition(sync.doc, sync.type, position, sync.binding.mapping)
}

/** Those whose caret stands in that clause. */
export function othersInClause(view: EditorView, awareness: Awareness, clause: string): Presence[] {
  return othersIn(awareness).filter(({ client }) => {
    const pos = caretOf(view, awareness, client)
    return pos !== null && clauseAt(view.state.doc, pos)?.node.attrs['id'] === clause
  })
}

function drawCaret(presence: Presence, language: Language): HTMLElement {
  const caret = document.createElement('span')
  caret.className = 'caret'
  caret.dataset['party'] = presence.party ?? 'none'
  caret.style.setProperty('--who', presence.color)
  const flag = document.createElement('span')
  flag.className = 'caret-flag'
  const prefix = document.createElement('span')
  prefix.className = 'caret-party'
  prefix.textContent = presence.party === null ? '' : parties[presence.party].prefix
  const role = document.createElement('span')
  role.className = 'caret-role'
  role.textContent = presenceRole(presence, language)
  flag.append(prefix, role)
  // Without the joiners a browser may break the line, or put the caret, inside the mark.
  caret.append('\u2060', flag, '\u2060')
  return caret
}

/** Others' carets and selections. `language` says in which language they are labelled. */
export const carets = (awareness: Awareness, language: () => Language) =>
  Extension.create({
    name: 'carets',
    priority: 999,
    addProseMirrorPlugins: (): Plugin[] => [
      yCursorPlugin(awareness, {
        cursorBuilder: (user: unknown, client: number) => drawCaret(readPresence(client, user), language()),
        selectionBuilder: (user: unknown, client: number) => {
          const { party, color } = readPresence(client, user)
          return { class: 'selected-by-other', 'data-party': party ?? 'none', style: `--who: ${color}` }
        },
      }),
    ],
  })

/** Draws the carets anew, as after a change of the reader's language. */
export function redrawCarets(view: EditorView): void {
  if (!view.isDestroyed) view.dispatch(view.state.tr.setMeta(yCursorPluginKey, { awarenessUpdated: true }))
}
