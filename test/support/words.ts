/**
 * The interface's own words, so that tests find things by the names that people see. To be imported before the message files:
 * they ask for the reader's language as soon as they are loaded.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { vi } from 'vitest'
import { roles } from '#shared/domain/actors.ts'
import { clauseKinds, documentKinds, statuses } from '#shared/domain/documents.ts'
import { initiative } from '#shared/domain/initiative.ts'
import type { Language, LocalizedText } from '#shared/domain/languages.ts'
import { audiences } from '#shared/domain/permissions.ts'

vi.stubGlobal('localStorage', { getItem: () => 'en', setItem: () => undefined })
const { switchLanguage, translate } = await import('#client/i18n/messages.ts')

/** The words of features in that language: `wordsIn('ja')(uiMessages)('save')`. */
export function wordsIn(language: Language): typeof translate {
  return (messages) => {
    const t = translate(messages)
    return (key, ...parameters) => {
      switchLanguage(language)
      return t(key, ...parameters)
    }
  }
}

const client = fileURLToPath(new URL('../../client/', import.meta.url))

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {}

/** Every message of the client: its key and the English of it. */
export async function englishMessages(): Promise<{ key: string; english: string }[]> {
  const files = readdirSync(client, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('messages.ts'),
  )
  const modules: unknown[] = await Promise.all(files.map((file) => import(pathToFileURL(join(client, file)).href)))
  return modules
    .flatMap((module) => Object.values(record(module)))
    .flatMap((exported) => Object.entries(record(record(exported)['source'])))
    .flatMap(([key, english]) => (typeof english === 'string' ? [{ key, english }] : []))
}

/** Names of the domain that differ between the languages, in English. */
export const englishNames: readonly string[] = [roles, statuses, audiences, documentKinds, clauseKinds]
  .flatMap((registry): { name: LocalizedText }[] => Object.values(registry))
  .concat(initiative().definition.groups, initiative().definition.parties)
  .filter(({ name }) => name.en !== name.ja)
  .map(({ name }) => name.en)
