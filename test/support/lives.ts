/** Lives of texts: the rows that a log holds after people have worked on a text in one way or another, with words from the demo. */
import * as Y from 'yjs'
import type { Language } from '#shared/domain/languages.ts'
import { appendJson, clauseJson } from '#shared/editor/clauses.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import { ai } from '#server/demo/ai.ts'
import type { GroupContent } from '#server/demo/content.ts'
import { cybersecurity } from '#server/demo/cybersecurity.ts'
import { exportControls } from '#server/demo/export-controls.ts'
import { investment } from '#server/demo/investment.ts'
import { semiconductors } from '#server/demo/semiconductors.ts'
import { supplyChain } from '#server/demo/supply-chain.ts'
import type { HistoryRow } from '#server/storage/storage.ts'
import { random, type Random } from './random.ts'
import { textOf } from './engine.ts'

const users = ['us-cochair-ai', 'jp-cochair-ai'] as const
const languages = ['en', 'ja'] as const

/** All that the demo's groups have written, in one language: words that people really write, none of them twice. */
const corpus = (language: Language): string => {
  const found: string[] = []
  const gather = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return
    for (const [key, value] of Object.entries(part)) {
      if (key === language && typeof value === 'string') found.push(value)
      else gather(value)
    }
  }
  const groups: readonly GroupContent[] = [ai, cybersecurity, exportControls, investment, semiconductors, supplyChain]
  groups.forEach(gather)
  return found.join(language === 'en' ? ' ' : '')
}

/** What one author enters at a time: a key, or a phrase that an input method commits. */
const entered = {
  en: (_: Random, text: string, at: number) => text.slice(at, at + 1),
  ja: (chance: Random, text: string, at: number) => text.slice(at, at + chance.int(1, 7)),
}

const lives = {
  /** Two people type side by side, each in a clause of their own, with slips and pauses. */
  'typing English': typing(['en', 'en']),
  'typing Japanese': typing(['ja', 'ja']),
  'typing both': typing(['en', 'ja']),
  /** What they wrote while a commit was under way came as one row each. */
  'typing under load': typing(['en', 'ja'], 3),
  /** Single characters put in and taken out anywhere. */
  'editing at random': (chance: Random, { write, texts, wait }: Desk) => {
    const who = chance.int(0, 1)
    const text = texts[chance.int(0, texts.length - 1)]
    if (text === undefined) return
    wait(chance.int(40, 600))
    write(who, () => {
      if (chance.int(0, 3) === 0 && text.length > 40) text.delete(chance.int(0, text.length - 1), 1)
      else text.insert(chance.int(0, text.length), chance.pick('abcdefghijklmnopqrstuvwxyz 協力覚書'.split('')))
    })
  },
} satisfies Record<string, (chance: Random, desk: Desk) => void>
export type Life = keyof typeof lives
export const lifeKeys = Object.keys(lives) as Life[]

type Desk = {
  readonly texts: readonly Y.XmlText[]
  readonly write: (who: number, change: () => void) => void
  readonly wait: (ms: number) => void
  /** Where each author's caret stands, and how far in their words they are. */
  readonly carets: { place: number; read: number }[]
}

function typing([first, second]: readonly [Language, Language], most = 1) {
  const words = [corpus(first), corpus(second)] as const
  return (chance: Random, { texts, write, wait, carets }: Desk) => {
    const who = chance.int(0, 1)
    const language = who === 0 ? first : second
    const text = texts[who * 2 + languages.indexOf(language)]
    const caret = carets[who]
    if (text === undefined || caret === undefined) return
    // Now and then they think, read over what is there, or go on elsewhere in it.
    wait(chance.int(0, 120) === 0 ? chance.int(2000, 90_000) : chance.int(45, 260))
    if (chance.int(0, 150) === 0) caret.place = chance.int(0, text.length)
    write(who, () => {
      for (let edit = chance.int(1, most); edit > 0; edit -= 1) {
        caret.place = Math.min(caret.place, text.length)
        if (chance.int(0, 14) === 0 && caret.place > 0) {
          caret.place -= 1
          caret.read = Math.max(0, caret.read - 1)
          text.delete(caret.place, 1)
          continue
        }
        const all = words[who] ?? ''
        const part = entered[language](chance, all, caret.read % all.length)
        text.insert(caret.place, part)
        caret.place += part.length
        caret.read += part.length
      }
    })
  }
}

/** The log of a text that was lived so: the row that it began with, and `rows` more. The same seed gives the same log. */
export function lived(life: Life, seed: number, rows: number): { rows: HistoryRow[]; doc: Y.Doc } {
  const chance = random(seed)
  const doc = new Y.Doc({ gc: false })
  const log: HistoryRow[] = []
  let at = 1_790_000_000_000
  let user: string | null = null
  doc.on('update', (bytes: Uint8Array) => log.push({ seq: log.length + 1, user, at, bytes }))
  doc.clientID = chance.int(1, 0x7fffffff)
  const body = doc.getXmlFragment(bodyName)
  const words = (text: string) => [{ type: 'paragraph', content: [{ type: 'text', text }] }]
  const ids = [1, 2].map((id) => `00000000-0000-4000-8000-00000000000${id}`)
  appendJson(
    body,
    ids.map((id) => clauseJson({ id, kind: 'article' }, { en: words('Purpose. '), ja: words('目的。') })),
    null,
  )
  const clients = users.map(() => chance.int(1, 0x7fffffff))
  const desk: Desk = {
    texts: ids.flatMap((_, index) => languages.map((language) => textOf(body, index, language))),
    wait: (ms) => (at += ms),
    carets: users.map((_, who) => ({ place: 0, read: who * 7000 })),
    write: (who, change) => {
      user = users[who] ?? null
      doc.clientID = clients[who] ?? 0
      doc.transact(change)
    },
  }
  while (log.length <= rows) lives[life](chance, desk)
  return { rows: log, doc }
}
