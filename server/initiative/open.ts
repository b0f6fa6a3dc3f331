/** Which initiative a server works for: the one in its store, or at the first start the one in a file. */
import { readFile } from 'node:fs/promises'
import { readDefinition, type Definition } from '#shared/domain/definition.ts'
import { installInitiative } from '#shared/domain/initiative.ts'
import { shippedInitiative } from '../initiatives/shipped.ts'
import { commit } from '../storage/commit.ts'
import type { Storage } from '../storage/storage.ts'

/** A definition that cannot be used. `message` says all that is wrong with it, by its place in the file. */
export class DefinitionUnusable extends Error {
  override readonly name = 'DefinitionUnusable'
}

/**
 * Installs the initiative of the store. A store that has none is given that of `file`, or the shipped one; what an existing store is
 * for no file changes. Rejects with a `DefinitionUnusable`, and nothing was stored, if the file cannot be read or is wrong.
 */
export async function openInitiative(storage: Storage, file: string | null, at: number): Promise<void> {
  const stored = await storage.initiative.get()
  if (stored !== null) return installInitiative(stored.definition)
  const definition = await definitionFrom(file)
  await commit(storage, {
    writes: [{ type: 'putInitiative', initiative: { revision: 1, definition } }],
    audit: [
      {
        at,
        actor: null,
        action: 'initiative.define',
        subject: 'initiative',
        detail: { parties: definition.parties.length, groups: definition.groups.length },
      },
    ],
  })
  installInitiative(definition)
}

async function definitionFrom(file: string | null): Promise<Definition> {
  const where = file ?? 'The shipped definition'
  const value = file === null ? shippedInitiative : await jsonIn(file)
  const read = readDefinition(value)
  if ('definition' in read) return read.definition
  const lines = read.problems.map(({ path, message }) => `  ${path === '' ? '(the whole)' : path}: ${message}`)
  throw new DefinitionUnusable(`${where} does not define an initiative:\n${lines.join('\n')}`)
}

async function jsonIn(file: string): Promise<unknown> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    throw new DefinitionUnusable(`INITIATIVE=${file} cannot be read: name a file that is there.`, { cause: error })
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : ''
    throw new DefinitionUnusable(`INITIATIVE=${file} is not JSON: ${reason}.`, { cause: error })
  }
}
