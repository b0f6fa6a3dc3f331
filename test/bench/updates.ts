/** What the writers write: updates made beforehand, valid in Alternat's schema, the same for every server. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { appendJson, clauseJson } from '#shared/editor/clauses.ts'
import { childrenOf } from '#shared/editor/text.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import { random, type Random } from '#test/support/random.ts'
import { peersFolder } from './peers.ts'

const contentString = 4
const hasOrigin = 0x80

/** A writer with a clause of their own: `opening` adds it to a document, and what they type continues behind it. */
export type Author = {
  readonly clientId: number
  readonly clauseId: string
  readonly opening: Uint8Array
  /** The clock of the first character typed. */
  readonly first: number
}

/** An author who opens a clause at the end of the document whose state is `base`. */
export function openClause(base: Uint8Array | null, clientId: number): Author {
  const doc = docOf(base, clientId)
  const clauseId = `be000000-0000-4000-8000-${clientId.toString(16).padStart(12, '0')}`
  const before = Y.encodeStateVector(doc)
  const body = doc.getXmlFragment(bodyName)
  const text = { type: 'paragraph', content: [{ type: 'text', text: 'Opening.' }] }
  appendJson(body, [clauseJson({ id: clauseId, kind: 'article' }, { en: [text] })], null)
  // Typed on its own, so that its clock is the last one of this client.
  const run = runOf(body, clauseId)
  run.insert(run.length, ' ')
  const opening = Y.encodeStateAsUpdate(doc, before)
  const first = Y.getState(doc.store, clientId)
  doc.destroy()
  return { clientId, clauseId, opening, first }
}

function docOf(base: Uint8Array | null, clientId: number): Y.Doc {
  const doc = new Y.Doc({ gc: false })
  if (base !== null) Y.applyUpdate(doc, base)
  // Only now: Yjs gives a document another id when it is sent updates under its own.
  doc.clientID = clientId
  return doc
}

/** The English run of text of a clause. Throws if there is none. */
export function runOf(body: Y.XmlFragment, clauseId: string): Y.XmlText {
  const find = (node: Y.XmlElement | Y.XmlText): Y.XmlText | null =>
    node instanceof Y.XmlText
      ? node
      : (childrenOf(node)
          .map(find)
          .find((run) => run !== null) ?? null)
  const clause = childrenOf(body).find((node) => node instanceof Y.XmlElement && node.getAttribute('id') === clauseId)
  const run = clause === undefined ? null : find(clause)
  if (run === null) throw new Error(`There is no clause ${clauseId} with text`)
  return run
}

/** The update of one character typed behind the one before. Written by hand: a million of them are made in a second. */
export function typed({ clientId }: Author, clock: number): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, 1)
    encoding.writeVarUint(encoder, 1)
    encoding.writeVarUint(encoder, clientId)
    encoding.writeVarUint(encoder, clock)
    encoding.writeUint8(encoder, contentString | hasOrigin)
    encoding.writeVarUint(encoder, clientId)
    encoding.writeVarUint(encoder, clock - 1)
    encoding.writeVarString(encoder, clock % 6 === 0 ? ' ' : String.fromCharCode(97 + (clock % 26)))
    encoding.writeVarUint(encoder, 0)
  })
}

/** Throws if updates written by hand are not what Yjs would make of typing. */
export function checkTyped(): void {
  const author = openClause(null, 77)
  const doc = docOf(author.opening, 1)
  for (let clock = author.first; clock < author.first + 10; clock += 1) Y.applyUpdate(doc, typed(author, clock))
  const text = runOf(doc.getXmlFragment(bodyName), author.clauseId).toString()
  if (text.length !== 'Opening. '.length + 10 || doc.store.pendingStructs !== null) throw new Error(`Typed: ${text}`)
}

/** Types a character at the caret, or erases the one before it; returns where the caret is then. */
function strike(run: Y.XmlText, caret: number, erases: boolean, chance: Random): number {
  if (erases) run.delete(caret - 1, 1)
  else run.insert(caret, String.fromCharCode(chance.int(97, 122)))
  return erases ? caret - 1 : caret + 1
}

/** One keystroke of a live conversation. `answers`: the clock that its author had seen the other come to. */
export type TraceStep = { readonly author: 0 | 1; readonly update: Uint8Array; readonly answers: number }

/** What two authors typed, in order, and the text that it makes. */
export type LiveTrace = { readonly steps: readonly TraceStep[]; readonly text: string }

/**
 * As in what is published of a recorded session of two people and as many keystrokes (editing-traces, “friendsforever”): nearly
 * 4,000 stretches, and both often type at once. How often, in percent of the rounds, is our choice.
 */
const longestStretch = 12
const roundsOfBoth = 27

/**
 * Two authors in one clause, `length` keystrokes: stretches of some six or seven, in every fourth round both at once, most at the
 * end, some elsewhere, every seventh keystroke a deletion. Who begins a stretch has seen all of the round before it. A stretch ends
 * with an insertion, by which others see that it is over.
 */
export function liveTrace(opening: Author, other: number, length: number): LiveTrace {
  const chance = random(260)
  const seat = (author: 0 | 1, clientId: number, partner: number) => {
    const doc = docOf(opening.opening, clientId)
    return { author, partner, doc, run: runOf(doc.getXmlFragment(bodyName), opening.clauseId) }
  }
  const authors = [seat(0, opening.clientId, other), seat(1, other, opening.clientId)] as const
  const steps: TraceStep[] = []
  let turn = 0
  while (steps.length < length) {
    turn += 1
    const both = chance.int(1, 100) <= roundsOfBoth
    const round: TraceStep[] = []
    for (const { author, partner, doc, run } of both ? authors : [authors[turn % 2 === 0 ? 0 : 1]]) {
      const answers = Y.getState(doc.store, partner)
      const gather = (update: Uint8Array) => round.push({ author, update, answers })
      doc.on('update', gather)
      let caret = chance.int(0, 9) === 0 ? chance.int(0, run.length) : run.length
      const most = length - steps.length - round.length
      const stretch = Math.min(chance.int(1, longestStretch), most)
      for (let step = 1; step <= stretch; step += 1) {
        caret = strike(run, caret, step < stretch && caret > 0 && chance.int(1, 7) === 1, chance)
      }
      doc.off('update', gather)
    }
    for (const { author, update } of round) Y.applyUpdate(authors[author === 0 ? 1 : 0].doc, update)
    steps.push(...round)
  }
  const text = authors[0].run.toString()
  for (const { doc } of authors) doc.destroy()
  return { steps, text }
}

/**
 * The edits of one author, a character each: runs of typing, one edit in eight a deletion, and jumps to other places. Ends with an
 * insertion. Kept on disk, as making a long one takes a while.
 */
export function longEdit(
  opening: Author,
  length: number,
): { readonly edits: readonly Uint8Array[]; readonly text: string } {
  const key = createHash('sha256').update(opening.opening).update(String(length)).digest('hex').slice(0, 12)
  const file = join(peersFolder, 'traces', `edit-${length}-${key}.trace`)
  if (existsSync(file)) {
    const decoder = decoding.createDecoder(readFileSync(file))
    const text = decoding.readVarString(decoder)
    const edits = Array.from({ length: decoding.readVarUint(decoder) }, () => decoding.readVarUint8Array(decoder))
    return { edits, text }
  }
  const chance = random(length)
  const doc = docOf(opening.opening, opening.clientId)
  const run = runOf(doc.getXmlFragment(bodyName), opening.clauseId)
  const updates: Uint8Array[] = []
  doc.on('update', (update) => updates.push(update))
  let caret = run.length
  for (let edit = 1; edit <= length; edit += 1) {
    if (chance.int(1, 30) === 1) caret = chance.int(0, run.length)
    caret = strike(run, caret, edit < length && caret > 0 && chance.int(1, 8) === 1, chance)
  }
  const text = run.toString()
  doc.destroy()
  mkdirSync(join(peersFolder, 'traces'), { recursive: true })
  const bytes = encoding.encode((encoder) => {
    encoding.writeVarString(encoder, text)
    encoding.writeVarUint(encoder, updates.length)
    for (const update of updates) encoding.writeVarUint8Array(encoder, update)
  })
  writeFileSync(file, bytes)
  return { edits: updates, text }
}

/** Updates that add clauses behind an opening, as long as this together, in bytes. */
export function longText(opening: Author, bytes: number): readonly Uint8Array[] {
  const paragraph =
    'The parties intend to share what they learn of supply and of demand, and to meet whenever it serves. '.repeat(80)
  const doc = docOf(opening.opening, opening.clientId)
  const body = doc.getXmlFragment(bodyName)
  const updates: Uint8Array[] = []
  doc.on('update', (update) => updates.push(update))
  for (let written = 0; written < bytes; written += paragraph.length) {
    const id = `be100000-0000-4000-8000-${written.toString(16).padStart(12, '0')}`
    const text = { type: 'paragraph', content: [{ type: 'text', text: paragraph }] }
    appendJson(body, [clauseJson({ id, kind: 'article' }, { en: [text] })], null)
  }
  doc.destroy()
  return updates
}

/** The English text of a clause in a state; empty if the clause is not there. */
export function textIn(state: Uint8Array, clauseId: string): string {
  const doc = docOf(state, 0)
  try {
    return runOf(doc.getXmlFragment(bodyName), clauseId).toString()
  } catch {
    return ''
  } finally {
    doc.destroy()
  }
}

/** By how many characters two texts differ at least: clocks alone do not show a deletion that was lost. */
export function differing(text: string, expected: string): number {
  if (text === expected) return 0
  return Math.max(1, Math.abs(text.length - expected.length))
}

/** The clock of a client after an update. */
export const clockAfter = (update: Uint8Array, clientId: number): number | undefined =>
  Y.parseUpdateMeta(update).to.get(clientId)
