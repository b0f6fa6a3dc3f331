/** Turns a group's content into its three documents: the demo's texts as clauses. */
import { createHash } from 'node:crypto'
import { ownerAttribute, type DocumentKind } from '#shared/domain/documents.ts'
import { initiative, type Group } from '#shared/domain/initiative.ts'
import { languageKeys, type Language, type LocalizedText } from '#shared/domain/languages.ts'
import { clauseJson, type ClauseFields } from '#shared/editor/clauses.ts'
import type { JsonNode } from '#shared/editor/text.ts'
import type { ActionContent, Block, GroupContent, Owners, TargetContent } from './content.ts'

type SeededDocument = {
  readonly id: string
  readonly group: Group
  readonly kind: DocumentKind
  readonly title: LocalizedText
  readonly panelOpen: boolean
  readonly nodes: readonly JsonNode[]
}

/** The id of a seeded clause or record: the same each time, so that links into the demo outlive a reset. */
export function seedId(...names: readonly (string | number)[]): string {
  const hex = createHash('sha256').update(names.join('/')).digest('hex')
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16)
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join('-')
}

/** The three documents of a group, none where the initiative has no such group. */
export function documentsOf(content: GroupContent): SeededDocument[] {
  const { group, targets, actions, mou } = content
  if (!initiative().isGroup(group)) return []
  const targetId = (key: string) =>
    seedId(
      group,
      'outcome-targets',
      targets.findIndex((target) => target.key === key),
    )
  const ids = (kind: DocumentKind) => (index: number) => seedId(group, kind, index)
  return [
    {
      id: `${group}-outcome-targets`,
      group,
      kind: 'outcome-targets',
      title: { en: 'Outcome targets', ja: '成果目標' },
      panelOpen: true,
      nodes: targets.map((target, index) => targetClause(ids('outcome-targets')(index), target)),
    },
    {
      id: `${group}-action-plan`,
      group,
      kind: 'action-plan',
      title: { en: 'Action plan', ja: '行動計画' },
      panelOpen: false,
      nodes: actions.map((action, index) => actionClause(ids('action-plan')(index), action, targetId(action.serves))),
    },
    {
      id: `${group}-mou`,
      group,
      kind: 'mou',
      title: mou.title,
      panelOpen: true,
      nodes: mouClauses(content, ids('mou')),
    },
  ]
}

function mouClauses({ mou }: GroupContent, id: (index: number) => string): JsonNode[] {
  const { title, preamble, articles, signature } = mou
  return [
    clauseJson({ id: id(0), kind: 'preamble' }, blocks(preamble, { text: title, level: 1 })),
    ...articles.map((article, index) =>
      clauseJson({ id: id(index + 1), kind: 'article' }, blocks(article.body, { text: article.title, level: 2 })),
    ),
    clauseJson({ id: id(articles.length + 1), kind: 'signature' }, blocks(signature)),
  ]
}

function targetClause(id: string, content: TargetContent): JsonNode {
  const { statement, measure, baseline, target, due, owner, status, statusReason } = content
  return clauseJson(
    {
      id,
      kind: 'outcomeTarget',
      fields: {
        measureEn: measure.en,
        measureJa: measure.ja,
        baselineEn: baseline.en,
        baselineJa: baseline.ja,
        targetEn: target.en,
        targetJa: target.ja,
        due,
        ...ownersOf(owner),
        status,
        statusReasonEn: statusReason.en,
        statusReasonJa: statusReason.ja,
      },
    },
    blocks([statement]),
  )
}

function actionClause(id: string, content: ActionContent, serves: string): JsonNode {
  const { what, owner, start, due, milestone, status, statusReason } = content
  return clauseJson(
    {
      id,
      kind: 'action',
      fields: {
        serves,
        start,
        due,
        ...ownersOf(owner),
        milestoneEn: milestone.en,
        milestoneJa: milestone.ja,
        status,
        statusReasonEn: statusReason.en,
        statusReasonJa: statusReason.ja,
      },
    },
    blocks([what]),
  )
}

/** The owners by the attributes that the initiative has for them. */
const ownersOf = (owners: Owners): ClauseFields => {
  const agencies = new Map<string, string>(Object.entries(owners))
  return Object.fromEntries(
    initiative().parties.flatMap((party) => {
      const agency = agencies.get(party)
      return agency === undefined ? [] : [[ownerAttribute(party), agency]]
    }),
  )
}

function blocks(
  content: readonly Block[],
  heading?: { text: LocalizedText; level: number },
): { [L in Language]?: readonly JsonNode[] } {
  const write = (language: Language): JsonNode[] => [
    ...(heading === undefined ? [] : [{ ...paragraph(heading.text[language]), attrs: { level: heading.level } }]),
    ...content.map((block): JsonNode =>
      'points' in block
        ? {
            type: 'bulletList',
            content: block.points.map((point) => ({ type: 'listItem', content: [paragraph(point[language])] })),
          }
        : paragraph(block[language]),
    ),
  ]
  return Object.fromEntries(languageKeys.map((language) => [language, write(language)]))
}

const paragraph = (text: string): JsonNode => ({ type: 'paragraph', content: [{ type: 'text', text }] })
