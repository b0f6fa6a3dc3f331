/**
 * The initiative that tests work for: the shipped one, installed before each test file is loaded. A file may install another one.
 */
import { readDefinition, type Definition } from '#shared/domain/definition.ts'
import { initiative, installInitiative, type Agency, type Group, type Party } from '#shared/domain/initiative.ts'
import { shippedInitiative } from '#server/initiatives/shipped.ts'

/** A definition that must be sound. */
export function soundDefinition(value: unknown): Definition {
  const read = readDefinition(value)
  if ('problems' in read) throw new Error(`The definition is wrong: ${JSON.stringify(read.problems)}`)
  return read.definition
}

export const shippedDefinition = soundDefinition(shippedInitiative)

installInitiative(shippedDefinition)

const known = <Id extends string>(is: (value: unknown) => value is Id, id: string): Id => {
  if (!is(id)) throw new Error(`The initiative has no ${id}`)
  return id
}

/** The id of a party of the initiative: `partyId('us')`. */
export const partyId = (id: string): Party => known(initiative().isParty, id)
export const groupId = (id: string): Group => known(initiative().isGroup, id)
export const agencyId = (id: string): Agency => known(initiative().isAgency, id)
