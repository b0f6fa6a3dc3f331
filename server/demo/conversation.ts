/** The talk that the demo's semiconductor texts come with: threads of every audience, and one version for the record. */
import * as Y from 'yjs'
import type { Language } from '#shared/domain/languages.ts'
import { initiative } from '#shared/domain/initiative.ts'
import { circleFor, type Audience, type Circle } from '#shared/domain/permissions.ts'
import { resolveAnchor, type TextAnchor } from '#shared/editor/anchors.ts'
import { bodyToJson, canonical, contentHash } from '#shared/editor/text.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import type { CommentRecord, SnapshotRecord, ThreadRecord } from '../storage/storage.ts'
import { seedId } from './documents.ts'

type Said = { by: string; text: string; proposal?: string; mentions?: readonly string[] }
type Talk = {
  document: string
  audience: Audience
  party: string | null
  clause: string
  language: Language
  quote: string
  /** Hours before the seeding. */
  ago: number
  said: readonly Said[]
}

const mou = (index: number) => seedId('semiconductors', 'mou', index)

const talks: readonly Talk[] = [
  {
    document: 'semiconductors-mou',
    audience: 'joint',
    party: null,
    clause: mou(0),
    language: 'en',
    quote: 'substantial public funds',
    ago: 26,
    said: [
      {
        by: 'jp-cochair-semiconductors',
        text: 'Should the preamble name the forms of support? In our system loans and tax measures are decided by different ministries.',
        mentions: ['us-cochair-semiconductors'],
      },
      {
        by: 'us-cochair-semiconductors',
        text: 'We would keep the preamble general and settle which forms count in the article on support. The threshold is with the management committee in any case.',
      },
    ],
  },
  {
    document: 'semiconductors-mou',
    audience: 'joint',
    party: null,
    clause: mou(0),
    language: 'ja',
    quote: '相互に補完的なもの',
    ago: 20,
    said: [
      {
        by: 'jp-drafter-semiconductors',
        text: '英語の complementary に合わせて「相互に補完的」としています。「重複しない」の趣旨まで含めるか、ご確認ください。',
        mentions: ['us-drafter-semiconductors'],
      },
    ],
  },
  {
    document: 'semiconductors-mou',
    audience: 'delegation',
    party: 'us',
    clause: mou(0),
    language: 'en',
    quote: 'lose much of their effect',
    ago: 18,
    said: [
      {
        by: 'us-drafter-semiconductors',
        text: 'For us only: legal has cleared this recital. We can let the other side shorten it if they ask.',
        mentions: ['us-cochair-semiconductors'],
      },
    ],
  },
  {
    document: 'semiconductors-mou',
    audience: 'delegation',
    party: 'jp',
    clause: mou(0),
    language: 'ja',
    quote: '多額の公的資金',
    ago: 16,
    said: [
      {
        by: 'jp-cochair-semiconductors',
        text: '当方限り：財務当局との調整が済むまで、金額を示す表現は受け入れない方針とします。',
        mentions: ['jp-drafter-semiconductors'],
      },
    ],
  },
  {
    document: 'semiconductors-outcome-targets',
    audience: 'panel',
    party: null,
    clause: seedId('semiconductors', 'outcome-targets', 0),
    language: 'en',
    quote: 'from design to packaging',
    ago: 8,
    said: [
      {
        by: 'panelist-semiconductors',
        text: 'Test houses sit between packaging and delivery and have been a bottleneck in every recent shortage. A map that stops at packaging would miss them.',
        proposal: 'from design to packaging and test',
      },
      {
        by: 'us-drafter-semiconductors',
        text: 'Useful. We will check whether both sides hold data on test capacity.',
      },
    ],
  },
]

/** The threads as of `now`. `texts`: the state of each document that they stand in. */
export function seededThreads(texts: ReadonlyMap<string, Uint8Array>, now: number): ThreadRecord[] {
  return talks.map((talk, index): ThreadRecord => {
    const createdAt = now - talk.ago * 60 * 60 * 1000
    const id = seedId('thread', index)
    return {
      id,
      document: talk.document,
      ...circleOfTalk(talk),
      author: talk.said[0]?.by ?? 'secretariat',
      anchor: anchorOf(talk, texts.get(talk.document)),
      orphaned: false,
      resolved: null,
      undone: null,
      disposition: null,
      createdAt,
      comments: talk.said.map(({ by, text, proposal, mentions }, place): CommentRecord => ({
        id: seedId('comment', index, place),
        author: by,
        body: text,
        proposal: proposal ?? null,
        replaces: proposal === undefined ? null : talk.quote,
        mentions: mentions ?? [],
        createdAt: createdAt + place * 25 * 60 * 1000,
        editedAt: null,
      })),
    }
  })
}

function circleOfTalk({ audience, party }: Talk): Circle {
  const circle = circleFor({ party: initiative().isParty(party) ? party : null }, audience)
  if (circle === null) throw new RangeError(`A thread of one delegation names no party of the initiative: ${party}`)
  return circle
}

function anchorOf({ document, clause, language, quote }: Talk, text: Uint8Array | undefined): TextAnchor {
  const sought = { clause, language, start: '', end: '', quote: { exact: quote, prefix: '', suffix: '' } }
  const found = text && resolveAnchor(bodyOf(text), sought)
  if (found == null || found.anchor.quote.exact !== quote) throw new Error(`“${quote}” is not in ${document}`)
  return found.anchor
}

/** The version of a document that the secretariat took when the drafting began. */
export function seededSnapshot(document: string, text: Uint8Array, now: number): SnapshotRecord {
  const content = canonical(bodyToJson(bodyOf(text)))
  return {
    id: seedId('snapshot', document),
    document,
    label: 'First joint draft / 第一次共同案',
    note: 'The text as both delegations brought it to the working group. 両代表団が作業部会に持ち寄った時点の案文。',
    by: 'secretariat',
    at: now - 30 * 60 * 60 * 1000,
    seq: 1,
    agreed: false,
    hash: contentHash(content),
    content: JSON.stringify(content),
  }
}

function bodyOf(text: Uint8Array): Y.XmlFragment {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, text)
  return doc.getXmlFragment(bodyName)
}
