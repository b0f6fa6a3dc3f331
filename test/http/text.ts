/** Finding and changing words in a live body, as an editor would. */
import * as Y from 'yjs'
import type { Language } from '#shared/domain/languages.ts'
import { findClause, findClauseText, readClauses } from '#shared/editor/clauses.ts'
import { childrenOf } from '#shared/editor/text.ts'
import { createAnchor, type TextAnchor } from '#shared/editor/anchors.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import type { Rooms } from '#server/sync/types.ts'
import { actorOf } from '../support/peer.ts'

/** The shared text that holds those words, and where in it they stand. */
export function findWords(parent: Y.XmlElement | Y.XmlFragment, words: string): { text: Y.XmlText; index: number } {
  const found = search(parent, words)
  if (found === null) throw new Error(`“${words}” is not in the text`)
  return found
}

function search(parent: Y.XmlElement | Y.XmlFragment, words: string): { text: Y.XmlText; index: number } | null {
  for (const child of childrenOf(parent)) {
    if (child instanceof Y.XmlElement) {
      const below = search(child, words)
      if (below !== null) return below
      continue
    }
    const index = plain(child).indexOf(words)
    if (index >= 0) return { text: child, index }
  }
  return null
}

const plain = (text: Y.XmlText) =>
  (text.toDelta() as { insert: unknown }[]).map(({ insert }) => (typeof insert === 'string' ? insert : ' ')).join('')

/** Replaces words in a document, as that user. */
export const replaceWords = (rooms: Rooms, document: string, user: string, words: string, by: string) =>
  rooms.edit(document, actorOf(user), (body) => {
    const { text, index } = findWords(body, words)
    text.delete(index, words.length)
    if (by !== '') text.insert(index, by)
  })

/** The anchor that a client would make for those words. */
export async function anchorFor(
  rooms: Rooms,
  document: string,
  language: Language,
  words: string,
): Promise<TextAnchor> {
  const anchor = await rooms.read(document, (doc) => {
    const body = doc.getXmlFragment(bodyName)
    const row = readClauses(body).find(({ text }) => text[language].includes(words))
    const clause = row && findClause(body, row.id)
    const root = clause && findClauseText(clause, language)
    if (row === undefined || root === undefined) throw new Error(`“${words}” is in no clause`)
    const { text, index } = findWords(root, words)
    return createAnchor(body, row.id, language, {
      start: { text, index },
      end: { text, index: index + words.length },
    })
  })
  if (anchor === null) throw new Error('No such document')
  return anchor
}
