/** Private drafts: what one begins with, and what of it goes into the joint text as pending changes of its party. */
import { proposeDifference, type Proposer } from '#shared/editor/changes/propose.ts'
import { acceptAll, rejectAll, settled } from '#shared/editor/changes/settle.ts'
import { canonical, type JsonNode } from '#shared/editor/text.ts'

const none: readonly JsonNode[] = []
const clausesOf = (text: JsonNode | null) => text?.content ?? none
const idOf = ({ attrs }: JsonNode): string => (typeof attrs?.['id'] === 'string' ? attrs['id'] : '')
const byId = (clauses: readonly JsonNode[]) => new Map(clauses.map((clause) => [idOf(clause), clause]))
const doc = (content: readonly JsonNode[]): JsonNode => ({ type: 'doc', content })
const sayTheSame = (a: JsonNode, b: JsonNode) => JSON.stringify(canonical(a)) === JSON.stringify(canonical(b))

/** What a fork of a joint text begins with: the text as agreed so far, without anything that is pending. */
export const forkOf = (joint: JsonNode): readonly JsonNode[] => clausesOf(settled(joint, rejectAll))

/**
 * The joint text with the difference to a draft as pending changes of `by`. `start`: the draft as it began. Only what was changed in
 * the draft is proposed: where the joint text alone has moved on since, it stays. `chosen`: of which clauses; null is all. What is
 * pending in the draft counts as done. Clauses keep their order in the joint text.
 */
export function tabled(
  { joint, draft, start }: { readonly joint: JsonNode; readonly draft: JsonNode; readonly start: JsonNode },
  chosen: ReadonlySet<string> | null,
  by: Proposer,
): JsonNode {
  const wanted = clausesOf(settled(draft, acceptAll))
  const [there, began, present] = [byId(wanted), byId(clausesOf(start)), byId(clausesOf(joint))]
  const isMeant = (id: string) => chosen === null || chosen.has(id)
  const out = clausesOf(joint).map((clause): JsonNode => {
    const id = idOf(clause)
    const [version, before] = [there.get(id), began.get(id)]
    // Not of the draft's beginning: it came into the joint text since, or was tabled from this draft already.
    if (!isMeant(id) || before === undefined) return clause
    if (version === undefined) return clausesOf(proposeDifference(doc([clause]), doc(none), by))[0] ?? clause
    return sayTheSame(version, before) ? clause : proposeDifference(clause, version, by)
  })
  let after = 0
  for (const clause of wanted) {
    const id = idOf(clause)
    const at = out.findIndex((each) => idOf(each) === id)
    if (at >= 0) after = at + 1
    else if (isMeant(id) && !present.has(id) && !isAsBefore(clause, began.get(id))) {
      const inserted = clausesOf(proposeDifference(doc(none), doc([clause]), by))
      out.splice(after, 0, ...inserted)
      after += inserted.length
    }
  }
  return doc(out)
}

const isAsBefore = (clause: JsonNode, before: JsonNode | undefined) =>
  before !== undefined && sayTheSame(clause, before)
