/** How pending changes stand in the schema: two marks on text, and an attribute for each party on blocks. */
import { Extension, Mark, type Extensions } from '@tiptap/core'
import {
  isBlockChange,
  isOver,
  pendingFields,
  suggestedBlocks,
  suggestionAttribute,
  type PendingMark,
} from './pending.ts'

/** Fails with a `RangeError`, as ProseMirror's own checks do. */
const mustFit = (name: string, test: (value: unknown) => boolean) => (value: unknown) => {
  if (!test(value)) throw new RangeError(`${name} cannot be ${JSON.stringify(value)}`)
}

const fields = Object.fromEntries(
  Object.entries(pendingFields).map(([name, test]) => [name, { validate: mustFit(name, test) }]),
)

type Validated = { readonly [name: string]: { readonly default?: null; readonly validate: (value: unknown) => void } }

/** Nothing that is pasted brings a change of somebody with it: there is no way in from HTML. */
const pendingMark = (name: PendingMark, tag: 'ins' | 'del', attributes: Validated) =>
  Mark.create({
    name,
    excludes: '',
    inclusive: false,
    addAttributes: () => ({ ...attributes }),
    renderHTML: ({ mark }) => [tag, { 'data-party': mark.attrs['party'], 'data-place': mark.attrs['place'] }, 0],
  })

/** The marks and attributes of pending changes of these parties. */
export const pendingExtensions = (parties: readonly string[]): Extensions => [
  pendingMark('insertion', 'ins', fields),
  pendingMark('deletion', 'del', { ...fields, over: { default: null, validate: mustFit('over', isOver) } }),
  Extension.create({
    name: 'suggestedBlocks',
    addGlobalAttributes: () => [
      {
        types: [...suggestedBlocks],
        attributes: Object.fromEntries(
          [...parties, null].map((party) => [suggestionAttribute(party), blockAttribute(party)]),
        ),
      },
    ],
  }),
]

const blockAttribute = (party: string | null) => ({
  default: null,
  validate: mustFit('A suggestion', (value) => value === null || (isBlockChange(value) && value.party === party)),
  parseHTML: () => null,
  renderHTML: (attributes: Record<string, unknown>) => {
    const value = attributes[suggestionAttribute(party)]
    return isBlockChange(value) ? { [`data-suggested-${party ?? 'none'}`]: value.op } : {}
  },
})
