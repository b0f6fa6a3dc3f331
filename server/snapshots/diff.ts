/** What changed between two versions of a text, clause by clause and word by word. */
import { diffArrays } from 'diff'
import * as Y from 'yjs'
import type { ClauseDiff } from '#shared/api/snapshots.ts'
import { allClauseAttributes } from '#shared/domain/documents.ts'
import { languageKeys, languages, type Language } from '#shared/domain/languages.ts'
import { readClauses, type ClauseRow } from '#shared/editor/clauses.ts'
import { fromJson, type JsonNode } from '#shared/editor/text.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import { commonSubsequence } from './restore.ts'

type Part = ClauseDiff['text'][Language][number]

/** Two texts that have little in common are shown one after the other rather than searched for hours. */
const maxDifferences = 5000

const segmenters = new Map(
  languageKeys.map((language) => [language, new Intl.Segmenter(languages[language].tag, { granularity: 'word' })]),
)

/** The clauses of both versions in the order of the later one, each removed clause where it used to stand. */
export function diffContents(before: JsonNode, after: JsonNode): ClauseDiff[] {
  const [old, now] = [clausesOf(before), clausesOf(after)]
  const oldIds = [...old.keys()]
  const nowIds = [...now.keys()]
  const common = oldIds.filter((id) => now.has(id))
  const inPlace = commonSubsequence(
    common,
    nowIds.filter((id) => old.has(id)),
  )
  const stayed = new Set(inPlace.map(([at]) => common[at]))
  const order = [...nowIds]
  oldIds.forEach((id, place) => {
    if (now.has(id)) return
    const previous = oldIds[place - 1]
    order.splice(previous === undefined ? 0 : order.indexOf(previous) + 1, 0, id)
  })
  return order.flatMap((id) => {
    const diff = diffClause(old.get(id), now.get(id), !stayed.has(id))
    return diff === null ? [] : [diff]
  })
}

/** The clauses of a text by id; of two with the same id the first counts, as it does for threads. */
function clausesOf(content: JsonNode): Map<string, ClauseRow> {
  const body = new Y.Doc().getXmlFragment(bodyName)
  body.insert(0, fromJson(content.content ?? []))
  const byId = new Map<string, ClauseRow>()
  for (const row of readClauses(body)) if (!byId.has(row.id)) byId.set(row.id, row)
  return byId
}

function diffClause(before: ClauseRow | undefined, after: ClauseRow | undefined, moved: boolean): ClauseDiff | null {
  const shown = after ?? before
  if (shown === undefined) return null
  const text = {
    en: diffTexts(before?.text.en ?? '', after?.text.en ?? '', 'en'),
    ja: diffTexts(before?.text.ja ?? '', after?.text.ja ?? '', 'ja'),
  }
  const fields = allClauseAttributes.flatMap((attribute) => {
    const [was, is] = [before?.fields[attribute] ?? null, after?.fields[attribute] ?? null]
    return was === is ? [] : [{ attribute, before: was, after: is }]
  })
  const differs = text.en.length > 0 || text.ja.length > 0 || fields.length > 0 || before?.kind !== after?.kind
  return {
    clause: shown.id,
    kind: shown.kind,
    number: { before: numberOf(before), after: numberOf(after) },
    title: shown.title,
    change:
      before === undefined ? 'added' : after === undefined ? 'removed' : differs ? 'changed' : moved ? 'moved' : 'same',
    text,
    fields,
  }
}

const numberOf = (row: ClauseRow | undefined) => (row?.number == null ? null : String(row.number))

/** Japanese has no spaces between words: the language's own rules find them. */
const words = (text: string, language: Language) =>
  [...(segmenters.get(language)?.segment(text) ?? [])].map(({ segment }) => segment)

function diffTexts(before: string, after: string, language: Language): Part[] {
  if (before === after) return []
  const changes = diffArrays(words(before, language), words(after, language), { maxEditLength: maxDifferences })
  const parts: Part[] =
    changes === undefined
      ? [
          { type: 'removed', text: before },
          { type: 'added', text: after },
        ]
      : changes.map(({ added, removed, value }) => ({
          type: added ? 'added' : removed ? 'removed' : 'same',
          text: value.join(''),
        }))
  return parts.filter((part) => part.text !== '')
}
