/** The shape in which the demo initiative's texts are written: one file per working group beside this one. */
import type { LocalizedText } from '#shared/domain/languages.ts'
import type { Status } from '#shared/domain/documents.ts'

/** One agency of each of the two parties that the demo is about. */
export type Owners = { readonly us: string; readonly jp: string }

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

type MouContent = {
  title: LocalizedText
  preamble: readonly LocalizedText[]
  articles: readonly { title: LocalizedText; body: readonly Block[] }[]
  signature: readonly LocalizedText[]
}

export type GroupContent = {
  group: string
  targets: readonly TargetContent[]
  actions: readonly ActionContent[]
  mou: MouContent
}
