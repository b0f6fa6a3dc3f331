/**
 * The parties of the initiative and the agencies that act for them. An MOU may later be opened to others: a further party is
 * one more entry here, and nothing else counts on there being two.
 */
import { isKeyOf, keysOf, type LocalizedText } from './languages.ts'

type PartyEntry = {
  /** Letters that stand wherever a colour alone would speak. */
  prefix: string
  name: LocalizedText
  /** Six-digit hex: caret extensions reject other forms. At least 4.5:1 on the light paper. */
  color: `#${string}`
  /** The sign that goes with the colour, so that a colour never speaks alone. */
  mark: 'solid' | 'outlined'
  timeZone: string
  timeZoneName: string
}

/** In the neutral order of the initiative; each party's own copy names that party first. */
export const parties = {
  us: {
    prefix: 'US',
    name: { en: 'United States', ja: '米国' },
    color: '#1f4b8f',
    mark: 'solid',
    timeZone: 'America/New_York',
    timeZoneName: 'ET',
  },
  jp: {
    prefix: 'JP',
    name: { en: 'Japan', ja: '日本' },
    color: '#b5371f',
    mark: 'outlined',
    timeZone: 'Asia/Tokyo',
    timeZoneName: 'JST',
  },
} as const satisfies Record<string, PartyEntry>

export type Party = keyof typeof parties

export const partyKeys = keysOf(parties)

export const isParty = (value: unknown): value is Party => isKeyOf(parties, value)

type AgencyEntry = { party: Party; lead: boolean; short: LocalizedText; name: LocalizedText }

/** Agencies that can own an outcome target or an action. `lead` marks the four that sit on the management committee. */
export const agencies = {
  'us-state': {
    party: 'us',
    lead: true,
    short: { en: 'State', ja: '国務省' },
    name: { en: 'Department of State', ja: '国務省' },
  },
  'us-commerce': {
    party: 'us',
    lead: true,
    short: { en: 'Commerce', ja: '商務省' },
    name: { en: 'Department of Commerce', ja: '商務省' },
  },
  'us-bis': {
    party: 'us',
    lead: false,
    short: { en: 'BIS', ja: '産業安全保障局' },
    name: { en: 'Bureau of Industry and Security', ja: '商務省産業安全保障局' },
  },
  'us-treasury': {
    party: 'us',
    lead: false,
    short: { en: 'Treasury', ja: '財務省（米）' },
    name: { en: 'Department of the Treasury (chair of CFIUS)', ja: '米財務省（CFIUS議長）' },
  },
  'us-energy': {
    party: 'us',
    lead: false,
    short: { en: 'Energy', ja: 'エネルギー省' },
    name: { en: 'Department of Energy', ja: 'エネルギー省' },
  },
  'us-defense': {
    party: 'us',
    lead: false,
    short: { en: 'Defense', ja: '国防省' },
    name: { en: 'Department of Defense', ja: '国防省' },
  },
  'jp-mofa': {
    party: 'jp',
    lead: true,
    short: { en: 'MOFA', ja: '外務省' },
    name: { en: 'Ministry of Foreign Affairs', ja: '外務省' },
  },
  'jp-meti': {
    party: 'jp',
    lead: true,
    short: { en: 'METI', ja: '経済産業省' },
    name: { en: 'Ministry of Economy, Trade and Industry', ja: '経済産業省' },
  },
  'jp-nss': {
    party: 'jp',
    lead: false,
    short: { en: 'NSS', ja: '国家安全保障局' },
    name: { en: 'National Security Secretariat (Economic Security Office)', ja: '国家安全保障局（経済班）' },
  },
  'jp-cabinet-office': {
    party: 'jp',
    lead: false,
    short: { en: 'Cabinet Office', ja: '内閣府' },
    name: { en: 'Cabinet Office', ja: '内閣府' },
  },
  'jp-mof': {
    party: 'jp',
    lead: false,
    short: { en: 'MOF', ja: '財務省' },
    name: { en: 'Ministry of Finance', ja: '財務省' },
  },
  'jp-mod': {
    party: 'jp',
    lead: false,
    short: { en: 'MOD', ja: '防衛省' },
    name: { en: 'Ministry of Defense', ja: '防衛省' },
  },
  'jp-npa': {
    party: 'jp',
    lead: false,
    short: { en: 'NPA', ja: '警察庁' },
    name: { en: 'National Police Agency', ja: '警察庁' },
  },
  'jp-jogmec': {
    party: 'jp',
    lead: false,
    short: { en: 'JOGMEC', ja: 'JOGMEC' },
    name: {
      en: 'Japan Organization for Metals and Energy Security',
      ja: '独立行政法人エネルギー・金属鉱物資源機構',
    },
  },
} as const satisfies Record<string, AgencyEntry>

export type Agency = keyof typeof agencies

export const agencyKeys = keysOf(agencies)

export const isAgency = (value: unknown): value is Agency => isKeyOf(agencies, value)
