/** People of three parties who suggest in one text, each in a copy that lags behind, and a server that holds it to the rules. */
import { getSchema } from '@tiptap/core'
import * as Y from 'yjs'
import { listChanges } from '#shared/editor/changes/list.ts'
import type { Author } from '#shared/editor/changes/pending.ts'
import { decideOn, lostWith, rejectAll, settled, settleIn } from '#shared/editor/changes/settle.ts'
import { schemaExtensionsFor } from '#shared/editor/schema.ts'
import { bodyToJson, canonical, fromJson, type JsonNode } from '#shared/editor/text.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import { clauseId } from './attacks.ts'
import { copyOf, line, partiesOfThree, people, run } from './changes.ts'
import type { Random } from './random.ts'
import { ruledText } from './ruled.ts'
import { randomEdit, suggestIn } from './suggesting.ts'

const schema = getSchema(schemaExtensionsFor(partiesOfThree))

const smallText: readonly JsonNode[] = [
  {
    type: 'clause',
    attrs: { id: clauseId(1), kind: 'article' },
    content: [
      {
        type: 'clauseText',
        attrs: { lang: 'en' },
        content: [
          line([
            run('The Parties '),
            { type: 'text', text: 'shall', marks: [{ type: 'bold' }] },
            run(' cooperate aa aa.'),
          ]),
          {
            type: 'bulletList',
            content: ['first', '😀 item'].map((text) => ({ type: 'listItem', content: [line([run(text)])] })),
          },
        ],
      },
      { type: 'clauseText', attrs: { lang: 'ja' }, content: [line([run('両国は、投資に関し協力する。')])] },
    ],
  },
]

type Negotiator = {
  readonly author: Author
  readonly doc: Y.Doc
  readonly undo: Y.UndoManager
  readonly out: Uint8Array[]
  readonly inbox: Uint8Array[]
}

/** `id`: the client id of their copy. Yjs orders what is typed at one place by it. */
function sit(author: Author, from: Y.Doc, id: number): Negotiator {
  const doc = copyOf(from)
  doc.clientID = id
  const out: Uint8Array[] = []
  doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin !== 'net') out.push(update)
  })
  const undo = new Y.UndoManager(doc.getXmlFragment(bodyName), { captureTimeout: 0, trackedOrigins: new Set(['me']) })
  return { author, doc, undo, out, inbox: [] }
}

/** The canonical text, and what rejecting everything leaves of it. */
export const textIn = (doc: Y.Doc) => JSON.stringify(canonical(bodyToJson(doc.getXmlFragment(bodyName))))
export const baseIn = (doc: Y.Doc) =>
  JSON.stringify(canonical(settled(bodyToJson(doc.getXmlFragment(bodyName)), rejectAll) ?? { type: 'doc' }))

export type Session = {
  readonly edits: number
  readonly sent: number
  readonly healed: number
  readonly refused: readonly string[]
  readonly settlements: number
}

/**
 * So many edits, each reaching others only some of the time; `settles`: the server settles changes meanwhile; `undoes`: some
 * of the edits are undone again. Throws if the base is
 * changed by anything but a settlement, or if in the end not all have the same text.
 */
export function negotiate(chance: Random, edits: number, { settles = false, undoes = false } = {}): Session {
  const start = new Y.Doc({ gc: false })
  start.clientID = 1
  start.getXmlFragment(bodyName).insert(0, fromJson(smallText))
  const server = ruledText(start)
  const newId = () => chance.int(1, 0x7fffffff)
  const everyone = people.map((author) => sit(author, server.doc, newId()))
  const refused: string[] = []
  let [made, sent, healed, settlements] = [0, 0, 0, 0]
  let base = baseIn(server.doc)

  const send = (index: number) => {
    const person = everyone[index]
    if (person === undefined || person.out.length === 0) return
    sent += 1
    const taken = server.take(person.out.splice(0), person.author)
    if (taken.healed) healed += 1
    if (taken.objection !== null) {
      refused.push(taken.objection)
      everyone[index] = sit(person.author, server.doc, newId())
    } else for (const each of everyone) each.inbox.push(...taken.updates)
    if (baseIn(server.doc) !== base) throw new Error(`The base was changed by ${person.author.user}`)
  }
  const receive = (person: Negotiator) => {
    for (const update of person.inbox.splice(0)) Y.applyUpdate(person.doc, update, 'net')
  }
  const settle = () => {
    const { doc } = server
    const body = doc.getXmlFragment(bodyName)
    const changes = listChanges(bodyToJson(body))
    if (changes.length === 0) return
    const decide = decideOn([chance.pick(changes)], chance.pick(['accept', 'reject']))
    if (lostWith(bodyToJson(body), decide).length > 0) return
    settlements += 1
    for (const update of server.write(() => settleIn(body, decide)))
      for (const each of everyone) each.inbox.push(update)
    base = baseIn(doc)
  }

  while (made < edits) {
    const index = chance.int(0, everyone.length - 1)
    const person = everyone[index]
    if (person === undefined) break
    made += 1
    if (undoes && chance.int(0, 19) === 0) person.undo.undo()
    else suggestIn(person.doc.getXmlFragment(bodyName), schema, person.author, randomEdit(chance))
    if (chance.int(0, 1) === 0) send(chance.int(0, everyone.length - 1))
    for (const each of everyone) if (chance.int(0, 99) >= 60) receive(each)
    if (settles && chance.int(0, 9) === 0) settle()
  }
  for (const index of everyone.keys()) send(index)
  for (const person of everyone) receive(person)
  const wanted = textIn(server.doc)
  for (const { doc, author } of everyone) if (textIn(doc) !== wanted) throw new Error(`${author.user} has another text`)
  for (const { undo, doc } of everyone) {
    undo.destroy()
    doc.destroy()
  }
  return { edits: made, sent, healed, refused, settlements }
}
