/** The shape in which the demo initiative's texts are written: one file per working group beside this one. */
import type { Group } from '#shared/domain/groups.ts'
import type { LocalizedText } from '#shared/domain/languages.ts'
import type { Agency, Party } from '#shared/domain/parties.ts'
import type { Status } from '#shared/domain/documents.ts'

export type Owners = { readonly [P in Party]: Agency }

/** Dates are ISO 8601 days inside the initiative's window. */
export type TargetContent = {
  /** Names the target within its group, so that actions can say which one they serve. */
  key: string
  statement: LocalizedText
  measure: LocalizedText
  baseline: LocalizedText
  target: LocalizedText
  due: string
  owner: Owners
  status: Status
  statusReason: LocalizedText
}

export type ActionContent = {
  what: LocalizedText
  /** The `key` of a target of the same group. */
  serves: string
  owner: Owners
  start: string
  due: string
  milestone: LocalizedText
  status: Status
  statusReason: LocalizedText
}

/** A paragraph, or a list of points that follows one. */
export type Block = LocalizedText | { points: readonly LocalizedText[] }

export type MouContent = {
  title: LocalizedText
  preamble: readonly LocalizedText[]
  articles: readonly { title: LocalizedText; body: readonly Block[] }[]
  signature: readonly LocalizedText[]
}

export type GroupContent = {
  group: Group
  targets: readonly TargetContent[]
  actions: readonly ActionContent[]
  mou: MouContent
}
