/** The six working groups and how their texts depend on one another, and the two-year window they work in. */
import { isKeyOf, keysOf, type LocalizedText } from './languages.ts'

type GroupEntry = {
  name: LocalizedText
  /** For narrow columns. */
  short: LocalizedText
  /** What the group is for, in one sentence. */
  purpose: LocalizedText
}

export const groups = {
  investment: {
    name: { en: 'Investment restrictions', ja: '投資規制' },
    short: { en: 'Investment', ja: '投資' },
    purpose: {
      en: 'Apply the two investment screening laws, FIRRMA and FTFEA, in more congruent ways.',
      ja: '米国FIRRMAと日本の外為法に基づく投資審査の運用を、より整合的なものとします。',
    },
  },
  'export-controls': {
    name: { en: 'Export controls', ja: '輸出管理' },
    short: { en: 'Export controls', ja: '輸出管理' },
    purpose: {
      en: 'Share standards on which technologies to control, how far, and with which tools.',
      ja: 'どの技術を、どこまで、どの手段で管理するかについて、共通の基準をつくります。',
    },
  },
  'supply-chain': {
    name: { en: 'Supply chain integrity and resilience', ja: 'サプライチェーンの健全性と強靱性' },
    short: { en: 'Supply chains', ja: '供給網' },
    purpose: {
      en: 'Share supply-chain information and coordinate support, first for batteries, critical minerals and pharmaceuticals.',
      ja: '大容量電池、重要鉱物、医薬品から始め、供給網に関する情報を共有し、支援策を調整します。',
    },
  },
  semiconductors: {
    name: { en: 'Semiconductor technologies', ja: '半導体技術' },
    short: { en: 'Semiconductors', ja: '半導体' },
    purpose: {
      en: 'Bring investment, export-control and supply-chain policy together for semiconductors.',
      ja: '投資規制、輸出管理、サプライチェーンの各政策を、半導体について横断的に束ねます。',
    },
  },
  ai: {
    name: { en: 'Artificial intelligence', ja: '人工知能' },
    short: { en: 'AI', ja: 'AI' },
    purpose: {
      en: 'Agree on policies that keep a lead in AI and on its ethical use, and carry them to wider forums.',
      ja: 'AIの優位性を保つ政策と倫理的な利用について認識を共有し、国際的な場へつなげます。',
    },
  },
  cybersecurity: {
    name: { en: 'Cybersecurity and information security', ja: 'サイバーセキュリティと情報保全' },
    short: { en: 'Cybersecurity', ja: 'サイバー' },
    purpose: {
      en: 'Plan civilian cyberdefence of critical infrastructure together, and standards for access to sensitive technology.',
      ja: '重要インフラの民生サイバー防衛と、機微技術へのアクセス基準について、共同で計画します。',
    },
  },
} as const satisfies Record<string, GroupEntry>

export type Group = keyof typeof groups

export const groupKeys = keysOf(groups)

export const isGroup = (value: unknown): value is Group => isKeyOf(groups, value)

/** A changed text in one of these groups concerns the other's co-chairs. Each pair is written once and holds both ways. */
const links: readonly (readonly [Group, Group])[] = [
  ['semiconductors', 'investment'],
  ['semiconductors', 'export-controls'],
  ['semiconductors', 'supply-chain'],
]

/** The groups whose texts depend on `group`'s, and on whose texts it depends. */
export function linkedGroups(group: Group): readonly Group[] {
  return groupKeys.filter((other) => areLinked(group, other))
}

export function areLinked(a: Group, b: Group): boolean {
  return links.some(([x, y]) => (x === a && y === b) || (x === b && y === a))
}

type MeetingEntry = { body: 'committee' | 'cabinet'; date: string }

/** The initiative's window and its meetings: dates without a time (ISO 8601), the same day in both capitals. */
export const initiative = {
  name: { en: 'U.S.–Japan Economic 2+2', ja: '日米経済「2＋2」' },
  purpose: {
    en: 'A two-year Economic Security Initiative: six working groups first set their outcome targets, then negotiate them into memorandums of understanding.',
    ja: '二年間の経済安全保障イニシアティブ。六つの作業部会が、まず成果目標を定め、次にそれを協力覚書として取りまとめます。',
  },
  starts: '2026-01-15',
  ends: '2028-01-14',
  meetings: [
    { body: 'cabinet', date: '2026-01-15' },
    { body: 'committee', date: '2026-03-12' },
    { body: 'committee', date: '2026-06-11' },
    { body: 'cabinet', date: '2026-07-16' },
    { body: 'committee', date: '2026-09-10' },
    { body: 'committee', date: '2026-12-10' },
    { body: 'cabinet', date: '2027-01-21' },
    { body: 'committee', date: '2027-03-11' },
    { body: 'committee', date: '2027-06-10' },
    { body: 'cabinet', date: '2027-07-15' },
    { body: 'committee', date: '2027-09-09' },
    { body: 'committee', date: '2027-12-09' },
  ],
} as const satisfies {
  name: LocalizedText
  purpose: LocalizedText
  starts: string
  ends: string
  meetings: readonly MeetingEntry[]
}
