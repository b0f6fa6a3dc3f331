/**
 * A transaction as one value: everything that it is to do, handed over at once. The append lives on this, because each turn
 * between the event loop and the database would be paid for by everyone who waits for the commit.
 */
import { sql, type Compilable, type RawBuilder } from 'kysely'
import type { Sealing } from './sealing.ts'

export type SqlValue = string | number | null | Uint8Array
export type Row = Readonly<Record<string, unknown>>

/** One SQL text, run once for each set of values. */
export type Statement = {
  readonly sql: string
  readonly runs: readonly (readonly SqlValue[])[]
  /** Each run must return or change exactly one row: if one does not, its group is undone. */
  readonly single: boolean
  readonly sealing?: Sealing
}

/** Statements that stand or fall together, in their order. */
export type Group = readonly Statement[]

/** What each statement returned or changed, or the first of them that did not meet its `single`. */
export type GroupOutcome =
  | { readonly results: readonly { readonly rows: readonly Row[]; readonly changes: number }[] }
  | { readonly undoneAt: number }

/**
 * Runs groups in one transaction, durable when it resolves. A group that is undone leaves no trace and does not touch the
 * others. Rejects with a `StorageError`, and nothing was done, if a statement fails.
 */
export type RunBatch = (groups: readonly Group[]) => Promise<readonly GroupOutcome[]>

class Slot<Name extends string> {
  readonly name: Name
  constructor(name: Name) {
    this.name = name
  }
}

/**
 * Compiles a query once and gives back how to fill it in: compiling anew for every row would cost more than the row.
 * `build` gets a placeholder for each name in `Values`.
 */
export function template<Values extends { readonly [name: string]: SqlValue }>(
  build: (slot: <Name extends keyof Values & string>(name: Name) => RawBuilder<Values[Name]>) => Compilable,
  { single }: { single: boolean },
): (runs: readonly Values[]) => Statement {
  const compiled = build(
    <Name extends keyof Values & string>(name: Name) => sql<Values[Name]>`${new Slot(name)}`,
  ).compile()
  const fillers = compiled.parameters.map((parameter): ((values: Values) => SqlValue) => {
    if (parameter instanceof Slot) {
      const { name } = parameter
      return (values) => toSqlValue(values[name])
    }
    const constant = toSqlValue(parameter)
    return () => constant
  })
  return (runs) => ({ sql: compiled.sql, single, runs: runs.map((values) => fillers.map((fill) => fill(values))) })
}

/** A query that has nothing to be filled in. */
export const allOf = (query: Compilable): Statement => template(() => query, { single: false })([{}])

/**
 * Lets through what every database keeps as it is. Throws a `TypeError` for anything else: the native driver ends the process
 * over a value that it does not know, and cuts a text off at a NUL character.
 */
export function toSqlValue(value: unknown): SqlValue {
  if (value === null || value instanceof Uint8Array) return value
  if (typeof value === 'string') {
    if (value.includes('\0')) throw new TypeError('A text with a NUL character cannot be stored')
    return value
  }
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw new TypeError(`This ${typeof value} cannot be stored`)
}
