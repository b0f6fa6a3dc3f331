/** Undo in steps of a size that one expects: a run of typing at one place, a deletion, a split, a paste, a command. */
import { Extension } from '@tiptap/core'
import { Plugin, PluginKey, type Transaction } from '@tiptap/pm/state'
import { AddMarkStep, RemoveMarkStep, ReplaceStep, type Step } from '@tiptap/pm/transform'
import { defaultDeleteFilter, defaultProtectedNodes, ySyncPluginKey } from 'y-prosemirror'
import * as Y from 'yjs'
import { clauseOrigin } from './clause-commands.ts'
import { fieldsOrigin } from './field-words.ts'
import { isFromSharedText, mappingOf } from './change.ts'

/** Typing with longer rests than this becomes several steps. */
const restMs = 700
/** After that many characters a run ends at the next gap between words. */
const runLength = 40

/** The undo history of one editor: one's own edits of text, clauses and fields, and nobody else's. */
export const createUndoManager = (body: Y.XmlFragment): Y.UndoManager =>
  new Y.UndoManager(body, {
    trackedOrigins: new Set<unknown>([ySyncPluginKey, clauseOrigin, fieldsOrigin]),
    deleteFilter: (item) => defaultDeleteFilter(item, defaultProtectedNodes),
    captureTransaction: (transaction) => transaction.meta.get('addToHistory') !== false,
    captureTimeout: restMs,
  })

type Run = { kind: 'insert' | 'delete' | 'other'; at: number; length: number; breaks: boolean; count: number }

const idle: Run = { kind: 'other', at: -1, length: 0, breaks: false, count: 0 }

const undoStepsKey = new PluginKey<Run>('undoSteps')

function editOf(step: Step): { kind: Run['kind']; from: number; to: number; text: string } {
  if (step instanceof AddMarkStep || step instanceof RemoveMarkStep)
    return { kind: 'other', from: -1, to: -1, text: '' }
  if (!(step instanceof ReplaceStep)) return { kind: 'other', from: -1, to: -1, text: '' }
  const { from, to, slice } = step
  if (slice.size === 0) return { kind: 'delete', from, to, text: '' }
  const inline = slice.openStart === 0 && slice.content.content.every((node) => node.isText)
  if (!inline) return { kind: 'other', from, to, text: '' }
  return { kind: 'insert', from, to, text: slice.content.textBetween(0, slice.content.size) }
}

/** How a run of editing goes on with a transaction, and whether that begins a new step. */
export function nextRun(run: Run, tr: Transaction): Run {
  if (!tr.docChanged) return run.breaks ? { ...run, breaks: false } : run
  if (isFromSharedText(tr)) return { ...run, at: run.at < 0 ? run.at : mappingOf(tr).map(run.at), breaks: false }
  const [step] = tr.steps
  const edit = step && tr.steps.length === 1 ? editOf(step) : null
  const count = run.count + 1
  if (edit === null || edit.kind === 'other' || tr.getMeta('paste') || tr.getMeta('uiEvent') === 'drop') {
    return { kind: 'other', at: -1, length: 0, breaks: true, count }
  }
  if (tr.getMeta('composition') !== undefined) {
    const goesOn = run.kind === 'insert' && Math.abs(edit.from - run.at) <= Math.max(edit.to - edit.from, 1)
    const at = edit.from + edit.text.length
    return { kind: 'insert', at, length: run.length + 1, breaks: !goesOn && edit.from !== run.at, count }
  }
  if (edit.kind === 'delete') {
    const goesOn = run.kind === 'delete' && (edit.to === run.at || edit.from === run.at)
    return { kind: 'delete', at: edit.from, length: 0, breaks: !goesOn, count }
  }
  const goesOn = run.kind === 'insert' && edit.from === run.at && edit.from === edit.to
  const full = run.length >= runLength && /^[\s。、，．]/u.test(edit.text)
  const at = edit.from + edit.text.length
  const length = goesOn && !full ? run.length + edit.text.length : edit.text.length
  return { kind: 'insert', at, length, breaks: !goesOn || full, count }
}

/** Ends the current undo step whenever something else begins. Stands before the binding, which writes to the shared text. */
export const undoSteps = (undoManager: Y.UndoManager) =>
  Extension.create({
    name: 'undoSteps',
    priority: 1050,
    addProseMirrorPlugins: () => [
      new Plugin<Run>({
        key: undoStepsKey,
        state: { init: () => idle, apply: (tr, run) => nextRun(run, tr) },
        view: () => ({
          update: (view, before) => {
            const run = undoStepsKey.getState(view.state)
            const last = undoStepsKey.getState(before)
            if (run?.breaks && run.count !== last?.count) undoManager.stopCapturing()
          },
        }),
      }),
    ],
  })
