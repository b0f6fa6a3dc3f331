/** Another initiative than the shipped one: three parties, four groups, other agencies and other bodies. */
import { fileURLToPath } from 'node:url'
import value from './three-parties.json' with { type: 'json' }
import { soundDefinition } from './initiative.ts'

/** Where its file is, for `INITIATIVE`. */
export const threePartiesFile = fileURLToPath(new URL('three-parties.json', import.meta.url))

export const threeParties = soundDefinition(value)
