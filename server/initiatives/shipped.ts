/** The initiative that a store is made for where no other definition is given. */
import definition from './economic-2-plus-2.json' with { type: 'json' }

/** As it stands in the file: read it with `readDefinition`. */
export const shippedInitiative: unknown = definition
