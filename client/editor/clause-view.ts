/**
 * How a clause stands on the page: its numbers in the margins, its texts side by side, its fields beneath. Plain DOM: a React
 * view for each of 300 clauses would cost two milliseconds a keystroke.
 */
import { Extension } from '@tiptap/core'
import type { Attrs, Node } from '@tiptap/pm/model'
import { Plugin, PluginKey } from '@tiptap/pm/state'
import type { EditorView, NodeView, ViewMutationRecord } from '@tiptap/pm/view'
import {
  clauseAttributes,
  clauseKinds,
  clauseLabel,
  foreignFields,
  isClauseKind,
  type ClauseKind,
  type Status,
} from '#shared/domain/documents.ts'
import { isLanguage, languageKeys, languages } from '#shared/domain/languages.ts'
import { currentLanguage, translate } from '#client/i18n/messages.ts'
import { drawWords } from '#client/ui/draw-words.ts'
import { statusSignId } from '#client/ui/status-sign.ts'
import { fieldWords, hasFields, type ResolveReference } from './field-words.ts'
import { editorMessages } from './messages.ts'

export type ClauseViewOptions = {
  /** Words for the buttons, in the reader's language now. */
  readonly words: () => { menu: string; edit: string; fill: string }
  readonly resolveReference: ResolveReference
  readonly openMenu: (clause: string, anchor: DOMRect) => void
  readonly openFields: (clause: string) => void
}

type Shown = {
  readonly dom: HTMLElement
  readonly kind: () => ClauseKind
  readonly id: () => string
  /** `twin`: an earlier clause bears the same id. */
  readonly place: (n: number | null, twin: boolean) => void
  readonly redraw: () => void
}

const clauseViewsKey = new PluginKey('clauseViews')

const element = <K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  attributes: Readonly<Record<string, string>> = {},
): HTMLElementTagNameMap[K] => {
  const made = document.createElement(tag)
  made.className = className
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  return made
}

/** The clause views of one editor. `redraw` shows them in the reader's language of now, and with references as known now. */
export function createClauseViews(options: ClauseViewOptions): { extension: Extension; redraw: () => void } {
  const shown = new Map<globalThis.Node, Shown>()
  let renumber = true

  const nodeView = (node: Node, view: EditorView): NodeView => {
    const made = createView(node, view, options)
    shown.set(made.shown.dom, made.shown)
    renumber = true
    return {
      ...made.nodeView,
      update: (next, ...rest) => {
        const before = made.shown.kind()
        const same = made.nodeView.update?.(next, ...rest) ?? false
        // Each kind is counted by itself.
        if (made.shown.kind() !== before) renumber = true
        return same
      },
      destroy: () => {
        shown.delete(made.shown.dom)
        renumber = true
      },
    }
  }

  const numberAll = (view: EditorView) => {
    if (!renumber) return
    renumber = false
    const counts = new Map<ClauseKind, number>()
    const ids = new Set<string>()
    for (const child of view.dom.children) {
      const clause = shown.get(child)
      if (clause === undefined) continue
      const kind = clause.kind()
      const number = clauseKinds[kind].label === null ? null : (counts.get(kind) ?? 0) + 1
      if (number !== null) counts.set(kind, number)
      clause.place(number, ids.has(clause.id()))
      ids.add(clause.id())
    }
  }

  const extension = Extension.create({
    name: 'clauseViews',
    addProseMirrorPlugins: () => [
      new Plugin({
        key: clauseViewsKey,
        props: { nodeViews: { clause: (node, view) => nodeView(node, view) } },
        view: (view) => {
          numberAll(view)
          return { update: numberAll }
        },
      }),
    ],
  })
  return {
    extension,
    redraw: () => {
      for (const clause of shown.values()) clause.redraw()
    },
  }
}

const svgNamespace = 'http://www.w3.org/2000/svg'

function statusSign(status: Status): SVGElement {
  const sign = document.createElementNS(svgNamespace, 'svg')
  sign.setAttribute('class', 'status-sign')
  sign.setAttribute('aria-hidden', 'true')
  sign.dataset['status'] = status
  const use = document.createElementNS(svgNamespace, 'use')
  use.setAttribute('href', `#${statusSignId(status)}`)
  sign.append(use)
  return sign
}

const sameAttributes = (a: Attrs, b: Attrs): boolean =>
  a === b || [...new Set([...Object.keys(a), ...Object.keys(b)])].every((name) => a[name] === b[name])

/** Where a clause has other than one text for each language. */
function oddTexts(clause: Node): ('twice' | 'lacking')[] {
  const found = clause.children.map(({ attrs }): unknown => attrs['lang']).filter(isLanguage)
  const count = new Set(found).size
  return [
    ...(found.length > count ? ['twice' as const] : []),
    ...(count < languageKeys.length ? ['lacking' as const] : []),
  ]
}

function createView(first: Node, view: EditorView, options: ClauseViewOptions): { nodeView: NodeView; shown: Shown } {
  let node = first
  let number: number | null = null
  let twin = false
  const id = () => String(node.attrs['id'])
  const kindOf = (clause: Node): ClauseKind => (isClauseKind(clause.attrs['kind']) ? clause.attrs['kind'] : 'article')

  const dom = element('section', 'clause')
  const contentDOM = element('div', 'clause-texts')
  const labels = languageKeys.map((language) => ({
    language,
    dom: element('span', 'clause-number', { lang: languages[language].tag, contenteditable: 'false' }),
  }))
  const menu = element('button', 'clause-menu', { type: 'button', contenteditable: 'false', 'aria-haspopup': 'menu' })
  menu.addEventListener('click', () => options.openMenu(id(), menu.getBoundingClientRect()))
  const fields = element('div', 'clause-fields', { contenteditable: 'false' })
  const edit = element('button', 'fields-edit', { type: 'button' })
  edit.addEventListener('click', () => options.openFields(id()))
  fields.append(edit)
  dom.append(...labels.map((label) => label.dom), menu, contentDOM, fields)

  const drawHead = () => {
    const kind = kindOf(node)
    dom.dataset['clause'] = id()
    dom.dataset['kind'] = kind
    for (const label of labels) label.dom.textContent = clauseLabel(kind, number, label.language)
    const { menu: name } = options.words()
    menu.title = name
    menu.setAttribute('aria-label', `${name}: ${labels.map((label) => label.dom.textContent).join(' / ')}`)
  }
  /** What only a text of an earlier version may hold: it is told of, never hidden. */
  const drawNotes = () => {
    const t = translate(editorMessages)
    const notes = [...(twin ? [t('twin')] : []), ...oddTexts(node).map((key) => t(key))]
    if (notes.length === 0) delete dom.dataset['note']
    else dom.dataset['note'] = notes.join(' ')
  }
  const drawFields = () => {
    const kind = kindOf(node)
    edit.hidden = !hasFields(kind)
    fields.hidden = edit.hidden && foreignFields(kind, node.attrs).length === 0
    // The button stays where it is: taken out, it would lose the focus, or could not get it back from the form.
    while (edit.previousSibling) edit.previousSibling.remove()
    if (fields.hidden) return
    const said = languageKeys.map((language) => ({
      language,
      words: fieldWords(node.attrs, language, options.resolveReference),
    }))
    // What stands in a row is one field, in each language; what is said in one language alone comes last, or it would leave holes.
    const all = said.flatMap(({ words }) => words)
    const inOrder = [...new Set([...clauseAttributes(kind), ...all].map(({ field }) => field))]
    const [paired, once] = [false, true].map((neutral) =>
      inOrder.filter((field) => all.some((word) => word.field === field && word.neutral === neutral)),
    )
    const rows = [...(paired ?? []), ...(once ?? [])]
    fields.style.setProperty('--rows', String(rows.length))
    const strips = said.map(({ language, words }) => {
      const list = element('dl', 'fields', { lang: languages[language].tag })
      for (const word of words) {
        const echo = word.neutral && language !== currentLanguage()
        const entry = element('div', 'field', { 'data-field': word.field, ...(echo ? { 'data-echo': '' } : {}) })
        entry.style.setProperty('--row', String(rows.indexOf(word.field) + 1))
        const term = element('dt', 'field-name')
        term.textContent = word.name
        const value = element('dd', 'field-value')
        if (word.status !== null) {
          value.append(statusSign(word.status))
        }
        if (word.href === null) value.append(...drawWords(word.value))
        else {
          const link = element('a', 'field-link', {
            href: word.href,
            target: '_blank',
            rel: 'noopener noreferrer nofollow',
          })
          link.append(...drawWords(word.value))
          value.append(link)
        }
        entry.append(term, value)
        list.append(entry)
      }
      return list
    })
    const empty = strips.every((strip) => strip.childElementCount === 0)
    const { edit: editWord, fill } = options.words()
    edit.textContent = empty ? fill : editWord
    edit.setAttribute('aria-label', `${edit.textContent}: ${labels.map((label) => label.dom.textContent).join(' / ')}`)
    if (!empty) edit.before(...strips)
  }
  drawHead()
  drawNotes()
  drawFields()

  const outside = (target: EventTarget | globalThis.Node | null) =>
    target instanceof globalThis.Node && !contentDOM.contains(target)
  return {
    nodeView: {
      dom,
      contentDOM,
      update: (next: Node) => {
        if (next.type !== node.type || next.attrs['id'] !== node.attrs['id']) return false
        const before = node
        node = next
        if (before.content !== next.content) drawNotes()
        // A change by others makes a clause anew, with equal attributes: its fields must not be drawn for each of their keys.
        if (!sameAttributes(before.attrs, next.attrs)) {
          const sameKind = kindOf(before) === kindOf(next)
          if (!sameKind) drawHead()
          drawFields()
        }
        return true
      },
      // The browser's own writing in the margins is ours, not the text's.
      ignoreMutation: (mutation: ViewMutationRecord) => mutation.type !== 'selection' && outside(mutation.target),
      stopEvent: (event: Event) =>
        outside(event.target) &&
        event.target instanceof Element &&
        view.dom.contains(dom) &&
        event.target.closest('.clause-menu, .clause-fields') !== null,
    },
    shown: {
      dom,
      kind: () => kindOf(node),
      id,
      place: (next, isTwin) => {
        if (isTwin !== twin) {
          twin = isTwin
          drawNotes()
        }
        if (next === number && dom.dataset['number'] !== undefined) return
        number = next
        dom.dataset['number'] = next === null ? '' : String(next)
        drawHead()
      },
      redraw: () => {
        drawHead()
        drawNotes()
        drawFields()
      },
    },
  }
}
