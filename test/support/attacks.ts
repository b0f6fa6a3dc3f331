/** What nobody may do to a text that is negotiated, written straight into the shared text; never through an editor. */
import * as Y from 'yjs'
import {
  markKey,
  suggestionAttribute,
  type Author,
  type BlockChange,
  type Deletion,
  type Pending,
} from '#shared/editor/changes/pending.ts'
import { fromJson, type JsonNode } from '#shared/editor/text.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import { blockChange, change, deletion, line, run } from './changes.ts'

export const clauseId = (n: number) => `00000000-0000-4000-8000-00000000000${n}`

type Scene = ReturnType<typeof sceneOf>

/** One text with everything pending that `author` and `other` may have in each other's way. */
export function sceneOf(author: Author, other: Author) {
  const mate = { party: author.party, user: `${author.party ?? 'none'}-mate` }
  const own = change(author)
  const theirs = change(other)
  const pending = {
    theirs,
    theirDeletion: deletion(other),
    own,
    theirsInOwn: change(other),
    theirsOverOwn: deletion(other, { over: own.id }),
    ownDeletion: deletion(author),
    mate: change(mate),
    none: change({ party: null, user: 'secretariat' }),
    theirBlock: blockChange(other, 'insert'),
    ownBlock: blockChange(author, 'insert'),
    guest: change(other),
    theirStrike: blockChange(other, 'delete'),
  }
  const { op: _, ...inTheirBlock } = pending.theirBlock
  const { op: __, ...inOwnBlock } = pending.ownBlock
  const [ownName, theirName] = [suggestionAttribute(author.party), suggestionAttribute(other.party)]
  const bold = { type: 'bold' }
  const texts: JsonNode[] = [
    {
      type: 'clause',
      attrs: { id: clauseId(1), kind: 'outcomeTarget', measureEn: 'm', status: 'onTrack' },
      content: [
        {
          type: 'clauseText',
          attrs: { lang: 'en' },
          content: [
            line([
              run('The Parties '),
              run('FOREIGN', theirs),
              { type: 'text', text: ' shall', marks: [bold] },
              run(' cooperate', pending.theirDeletion),
              run(' OW', own),
              run('inner', pending.theirsInOwn),
              run('N', own),
              run('STRUCK', own, pending.theirsOverOwn),
              run(' fully', pending.ownDeletion),
              run(' MATE', pending.mate),
              run(' none', pending.none),
              run(' 😀 end'),
            ]),
            line([run('their block', inTheirBlock)], { [theirName]: pending.theirBlock }),
            line([run('my block', inOwnBlock), run('guest', pending.guest)], { [ownName]: pending.ownBlock }),
            {
              type: 'bulletList',
              content: [
                { type: 'listItem', content: [line([run('first aa aa')])] },
                {
                  type: 'listItem',
                  attrs: { [theirName]: pending.theirStrike },
                  content: [line([run('second item')])],
                },
              ],
            },
          ],
        },
        { type: 'clauseText', attrs: { lang: 'ja' }, content: [line([run('両国は、投資に関し協力する。')])] },
      ],
    },
    {
      type: 'clause',
      attrs: { id: clauseId(2), kind: 'article' },
      content: [
        {
          type: 'clauseText',
          attrs: { lang: 'en' },
          content: [
            line([run('Each side bears its own costs.')]),
            {
              type: 'table',
              content: [{ type: 'tableRow', content: [cell('cell'), cell('other')] }],
            },
          ],
        },
        { type: 'clauseText', attrs: { lang: 'ja' }, content: [line([])] },
      ],
    },
  ]
  const doc = new Y.Doc({ gc: false })
  doc.getXmlFragment(bodyName).insert(0, fromJson(texts))
  return { doc, author, other, mate, pending, ownName, theirName }
}

const cell = (text: string): JsonNode => ({ type: 'tableCell', content: [line([run(text)])] })

/** What an attack has at hand: the body, the English text of the first clause and its first line's words, and the scene. */
type Hand = Scene & {
  readonly body: Y.XmlFragment
  readonly en: Y.XmlElement
  readonly ja: Y.XmlElement
  readonly words: Y.XmlText
  readonly second: Y.XmlElement
}

export const handOf = (scene: Scene, doc: Y.Doc): Hand => {
  const body = doc.getXmlFragment(bodyName)
  const first = child(body, 0)
  const en = child(first, 0)
  return { ...scene, doc, body, en, ja: child(first, 1), words: wordsIn(child(en, 0)), second: child(body, 1) }
}

export const child = (parent: Y.XmlFragment, index: number): Y.XmlElement => {
  const found = parent.get(index)
  if (!(found instanceof Y.XmlElement)) throw new Error('There is an element')
  return found
}

const wordsIn = (parent: Y.XmlElement): Y.XmlText => {
  const found = parent.get(0)
  if (!(found instanceof Y.XmlText)) throw new Error('There are words')
  return found
}

/** Where words stand in a text. */
const at = (text: Y.XmlText, words: string): number => {
  const runs: { insert: unknown }[] = text.toDelta()
  return runs
    .map(({ insert }) => (typeof insert === 'string' ? insert : ''))
    .join('')
    .indexOf(words)
}

const as = (value: Pending | Deletion) => ({ [markKey('over' in value ? 'deletion' : 'insertion', value)]: value })
const off = (value: Pending | Deletion) => ({ [markKey('over' in value ? 'deletion' : 'insertion', value)]: null })
const built = (node: JsonNode) => fromJson([node])
const set = (element: Y.XmlElement, name: string, value: unknown) => element.setAttribute(name, value as string)
const suggest = (element: Y.XmlElement, name: string, value: BlockChange) => set(element, name, value)
const copyOf = (element: Y.XmlElement) => element.clone()

export type Attack = (hand: Hand) => void

/** Attacks on what others have pending, or in the name of others: refused in every phase. */
export const onOthers: Readonly<Record<string, Attack>> = {
  'marks a foreign insertion as an own one': ({ words, author }) =>
    words.format(at(words, 'FOREIGN'), 7, as(change(author))),
  'deletes a foreign insertion': ({ words }) => words.delete(at(words, 'FOREIGN'), 7),
  'deletes a part of a foreign insertion': ({ words }) => words.delete(at(words, 'FOREIGN') + 2, 2),
  'accepts a foreign insertion': ({ words, pending }) => words.format(at(words, 'FOREIGN'), 7, off(pending.theirs)),
  'declines a foreign deletion': ({ words, pending }) =>
    words.format(at(words, ' cooperate'), 10, off(pending.theirDeletion)),
  'shortens a foreign deletion': ({ words, pending }) => words.format(at(words, 'rate'), 4, off(pending.theirDeletion)),
  'carries out a foreign deletion': ({ words }) => words.delete(at(words, ' cooperate'), 10),
  'accepts a bracket that belongs to nobody': ({ words, pending }) =>
    words.format(at(words, ' none'), 5, off(pending.none)),
  'gives a foreign insertion another id': ({ words, pending: { theirs } }) =>
    words.format(at(words, 'FOREIGN'), 7, { ...off(theirs), ...as({ ...theirs, id: 'new' }) }),
  'takes a foreign insertion to another place': ({ words, pending: { theirs } }) =>
    words.format(at(words, 'FOREIGN'), 7, { ...off(theirs), ...as({ ...theirs, place: 'elsewhere' }) }),
  'dates a foreign insertion back': ({ words, pending: { theirs } }) =>
    words.format(at(words, 'FOREIGN'), 7, { ...off(theirs), ...as({ ...theirs, at: 1 }) }),
  'says of a foreign deletion that it was made over something': ({ words, pending: { theirDeletion } }) =>
    words.format(at(words, ' cooperate'), 10, { ...off(theirDeletion), ...as({ ...theirDeletion, over: 'q' }) }),
  'inserts in the name of another party': ({ words, other }) => words.insert(2, 'x', as(change(other))),
  'strikes in the name of another party': ({ words, other }) => words.format(0, 3, as(deletion(other))),
  "inserts in a colleague's name": ({ words, mate }) => words.insert(2, 'x', as(change(mate))),
  "adds to a colleague's words": ({ words, pending }) => words.insert(at(words, 'MATE') + 2, 'x', as(pending.mate)),
  'inserts in the name of nobody': ({ words, author }) => words.insert(2, 'x', as(change({ ...author, party: null }))),
  'adds to a foreign insertion': ({ words, pending }) =>
    words.insert(at(words, 'FOREIGN') + 3, 'x', as(pending.theirs)),
  'adds to a foreign deletion': ({ words, pending }) => words.format(0, 3, as(pending.theirDeletion)),
  'puts other words into a foreign insertion': ({ words, pending }) => {
    const from = at(words, 'FOREIGN')
    words.delete(from, 7)
    words.insert(from, 'FORGERY', as(pending.theirs))
  },
  'puts a foreign insertion into the other language': ({ words, ja, pending }) => {
    words.delete(at(words, 'FOREIGN'), 7)
    wordsIn(child(ja, 0)).insert(0, 'FOREIGN', as(pending.theirs))
  },
  'makes a foreign insertion bold': ({ words }) => words.format(at(words, 'FOREIGN'), 7, { bold: {} }),
  'deletes a foreign insertion with the own one around it': ({ words }) => words.delete(at(words, ' OW'), 9),
  'strikes an own insertion in the name of another': ({ words, pending }) =>
    words.format(at(words, ' OW'), 3, as(pending.theirsOverOwn)),
  'strikes base words over a living insertion elsewhere': ({ words, author, pending }) =>
    words.format(0, 3, as(deletion(author, { over: pending.theirs.id }))),
  'makes an own insertion under a foreign id': ({ words, author, pending }) =>
    words.insert(1, 'x', as(change(author, { id: pending.theirs.id }))),
  'makes an insertion and a deletion under one id': ({ words, pending }) =>
    words.format(0, 3, as({ ...pending.own, over: null })),
  'gives one insertion two places': ({ words, pending }) => words.insert(1, 'x', as({ ...pending.own, place: 'q' })),
  'gives one insertion two places in two lines': ({ en, pending }) =>
    wordsIn(child(child(child(en, 3), 0), 0)).insert(1, 'x', as({ ...pending.own, place: 'q' })),
  'uses a foreign id in another line': ({ en, author, pending }) =>
    wordsIn(child(child(child(en, 3), 0), 0)).insert(1, 'x', as(change(author, { id: pending.theirs.id }))),
  'names a living insertion of another line': ({ en, author, pending }) =>
    wordsIn(child(child(child(en, 3), 0), 0)).format(0, 3, as(deletion(author, { over: pending.theirs.id }))),
  'dates an own insertion ahead': ({ words, author }) =>
    words.insert(1, 'x', as(change(author, { at: 9_000_000_000_000_000 }))),
  'deletes a foreign block': ({ en }) => en.delete(1, 1),
  'accepts a foreign block': ({ en, theirName }) => child(en, 1).removeAttribute(theirName),
  'gives a foreign block another id': ({ en, theirName, pending }) =>
    suggest(child(en, 1), theirName, { ...pending.theirBlock, id: 'n' }),
  'takes a foreign block over': ({ en, theirName, ownName, author }) => {
    child(en, 1).removeAttribute(theirName)
    suggest(child(en, 1), ownName, blockChange(author, 'insert'))
  },
  'claims a foreign block beside its owner': ({ en, ownName, author }) =>
    suggest(child(en, 1), ownName, blockChange(author, 'insert')),
  'puts an own suggestion where those of another stand': ({ en, theirName, author }) =>
    suggest(child(en, 0), theirName, blockChange(author, 'delete')),
  'declines that a block is taken away': ({ en, theirName }) => child(child(en, 3), 1).removeAttribute(theirName),
  'carries out that a block is taken away': ({ en }) => child(en, 3).delete(1, 1),
  'strikes a block in the name of another party': ({ en, theirName, other }) =>
    suggest(child(en, 0), theirName, blockChange(other, 'delete')),
  'takes an own block away with what another put into it': ({ en }) => en.delete(2, 1),
  'deletes what another put into an own block': ({ en }) => wordsIn(child(en, 2)).delete(8, 5),
  'gives a foreign block another level': ({ en }) => set(child(en, 1), 'level', 1),
  'copies a foreign insertion into another clause': ({ second, pending }) =>
    wordsIn(child(child(second, 0), 0)).insert(0, 'FOREIGN', as(pending.theirs)),
  'puts words of its own, unmarked, into a foreign block': ({ en }) => wordsIn(child(en, 1)).insert(0, 'x', {}),
}

/** Attacks on the base of a text that is negotiated. */
export const onBase: Readonly<Record<string, Attack>> = {
  'types into base words': ({ words }) => words.insert(2, 'x', {}),
  'deletes base words': ({ words }) => words.delete(1, 2),
  'deletes a space of the base': ({ words }) => words.delete(3, 1),
  'puts a letter that looks the same': ({ words }) => {
    words.delete(2, 1)
    words.insert(2, 'е', {})
  },
  'makes base words bold': ({ words }) => words.format(0, 3, { bold: {} }),
  'makes bold base words plain': ({ words }) => words.format(at(words, ' shall'), 6, { bold: null }),
  'marks base words as an own insertion': ({ words, author }) => words.format(0, 3, as(change(author))),
  'lengthens an own insertion over base words': ({ words, pending }) =>
    words.format(at(words, 'fully'), 3, as(pending.own)),
  'marks base words as its own and deletes them at once': ({ words, author }) => {
    words.format(0, 3, as(change(author)))
    words.delete(0, 3)
  },
  'carries out an own deletion': ({ words }) => words.delete(at(words, ' fully'), 6),
  'accepts an own insertion': ({ words, pending }) => words.format(at(words, ' OW'), 3, off(pending.own)),
  'ends a mark that never began over new words': ({ words, author }) => words.insert(1, 'x', off(change(author))),
  'puts in an unmarked line': ({ en }) => en.insert(0, built(line([run('x')]))),
  'takes a base list away': ({ en }) => en.delete(3, 1),
  'takes a base item away': ({ en }) => child(en, 3).delete(0, 1),
  'takes a base row away': ({ second }) => child(child(second, 0), 1).delete(0, 1),
  'spans a cell over another': ({ second }) => set(child(child(child(child(second, 0), 1), 0), 0), 'colspan', 2),
  'accepts an own block': ({ en, ownName }) => child(en, 2).removeAttribute(ownName),
  'calls a base block its own': ({ en, ownName, author }) =>
    suggest(child(en, 0), ownName, blockChange(author, 'insert')),
  'puts base blocks into an own one': ({ en, ownName, author }) => {
    const list = copyOf(child(en, 3))
    en.delete(3, 1)
    en.insert(
      3,
      built({
        type: 'bulletList',
        attrs: { [ownName]: blockChange(author, 'insert') },
        content: [{ type: 'listItem' }],
      }),
    )
    child(child(en, 3), 0).insert(0, [list])
  },
  'moves a base block': ({ en }) => {
    const item = copyOf(child(child(en, 3), 0))
    child(en, 3).delete(0, 1)
    child(en, 3).insert(1, [item])
  },
  'gives a base line another level': ({ en }) => set(child(en, 0), 'level', 1),
  'changes a term of a clause': ({ body }) => set(child(body, 0), 'measureEn', 'n'),
  'gives a clause another id': ({ body }) => set(child(body, 0), 'id', clauseId(9)),
  'gives a clause another kind': ({ body }) => set(child(body, 0), 'kind', 'action'),
  'gives a text another language': ({ en }) => set(en, 'lang', 'ja'),
  'deletes a clause': ({ body }) => body.delete(0, 1),
  'deletes a clause and adds it again': ({ body }) => {
    const clause = copyOf(child(body, 0))
    body.delete(0, 1)
    body.insert(0, [clause])
  },
  'puts a clause before another': ({ body }) => {
    const clause = copyOf(child(body, 1))
    body.delete(1, 1)
    body.insert(0, [clause])
  },
  'adds a clause without saying that it is put in': ({ body }) =>
    body.insert(0, built({ type: 'clause', attrs: { id: clauseId(7), kind: 'article' } })),
  'writes between the halves of a character': ({ words, author }) =>
    words.insert(at(words, '😀') + 1, 'x', as(change(author))),
  'strikes half of a character': ({ words, author }) => words.format(at(words, '😀'), 1, as(deletion(author))),
  'deletes half of a character': ({ words }) => words.delete(at(words, '😀'), 1),
  'deletes base words beside deleted ones': ({ words }) => words.delete(at(words, 'Parties'), 4),
}

/** Edits that nobody may be refused. */
export const honest: Readonly<Record<string, Attack>> = {
  'types into base words': ({ words, author }) => words.insert(2, 'x', as(change(author))),
  'types into a foreign insertion': ({ words, author }) =>
    words.insert(at(words, 'FOREIGN') + 3, 'x', as(change(author))),
  'adds to an own insertion': ({ words, pending }) => words.insert(at(words, ' OW') + 1, 'x', as(pending.own)),
  'takes back a part of an own insertion': ({ words }) => words.delete(at(words, ' OW'), 2),
  'takes back an own insertion that another has struck': ({ words }) => words.delete(at(words, 'STRUCK'), 6),
  "shortens a colleague's insertion": ({ words }) => words.delete(at(words, 'MATE'), 2),
  'strikes base words': ({ words, author }) => words.format(0, 3, as(deletion(author))),
  'strikes a foreign insertion': ({ words, author, pending }) =>
    words.format(at(words, 'FOREIGN'), 7, as(deletion(author, { over: pending.theirs.id }))),
  'strikes what another has struck': ({ words, author }) =>
    words.format(at(words, ' cooperate'), 10, as(deletion(author))),
  'withdraws an own deletion': ({ words, pending }) => words.format(at(words, ' fully'), 6, off(pending.ownDeletion)),
  'makes own words bold': ({ words }) => words.format(at(words, ' OW'), 3, { bold: {} }),
  'puts in a line': ({ en, ownName, author }) =>
    en.insert(1, built(line([], { [ownName]: blockChange(author, 'insert') }))),
  'strikes a block that another has struck': ({ en, ownName, author }) =>
    suggest(child(child(en, 3), 1), ownName, blockChange(author, 'delete')),
  'strikes a row': ({ second, ownName, author }) =>
    suggest(child(child(child(second, 0), 1), 0), ownName, blockChange(author, 'delete')),
  'changes how a clause is getting on': ({ body }) => set(child(body, 0), 'status', 'done'),
  'puts in a clause': ({ body, ownName, author }) =>
    body.insert(
      1,
      built({ type: 'clause', attrs: { id: clauseId(7), kind: 'article', [ownName]: blockChange(author, 'insert') } }),
    ),
}
