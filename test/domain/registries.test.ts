/** The registries of the vocabulary, and what derives from them. */
import { describe, expect, test } from 'vitest'
import { actorColor, actorName, personas, roles } from '#shared/domain/actors.ts'
import { clauseAttributes, clauseKinds, clauseLabel, documentKinds, statuses } from '#shared/domain/documents.ts'
import { initiative } from '#shared/domain/initiative.ts'
import { groupId } from '#test/support/initiative.ts'

const japanese = /[\u3040-\u30ff\u4e00-\u9fff]/

describe('registries', () => {
  test('[D3] every entry has a name in both languages', () => {
    const registries = [roles, documentKinds, clauseKinds, statuses]
    const names = registries.flatMap((registry) => Object.values(registry).map(({ name }) => name))
    for (const name of names) {
      expect(name.en).toMatch(/\S/)
      expect(name.ja).toMatch(japanese)
    }
  })

  test('[D3] keys that are only inherited name nothing', () => {
    expect(initiative().isGroup('constructor')).toBe(false)
    expect(initiative().isGroup('ai')).toBe(true)
  })

  test('[D3] the seats are the 12 co-chairs and drafters, six panels and the bodies above, each once', () => {
    const ids = personas().map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toHaveLength(24 + 6 + 1 + 2 + 2)
    for (const id of ids)
      expect(id).toMatch(
        /^((us|jp)-(cochair|drafter)-[a-z-]+|panelist-[a-z-]+|secretariat|(us|jp)-(committee|principal))$/,
      )
    for (const persona of personas()) {
      expect(actorName(persona).ja).toMatch(japanese)
      expect(actorColor(persona)).toMatch(/^#[0-9a-f]{6}$/)
    }
  })

  test('[D3] semiconductors depend on three groups, and these on semiconductors', () => {
    expect(initiative().linkedGroups(groupId('semiconductors'))).toEqual([
      groupId('investment'),
      groupId('export-controls'),
      groupId('supply-chain'),
    ])
    expect(initiative().linkedGroups(groupId('investment'))).toEqual([groupId('semiconductors')])
    expect(initiative().linkedGroups(groupId('ai'))).toEqual([])
    expect(initiative().groups).toHaveLength(6)
  })

  test('[D3] a text field has an attribute per language and an owner one per party', () => {
    expect(clauseAttributes('outcomeTarget').map(({ attribute }) => attribute)).toEqual([
      'measureEn',
      'measureJa',
      'baselineEn',
      'baselineJa',
      'targetEn',
      'targetJa',
      'due',
      'ownerUs',
      'ownerJp',
      'status',
      'statusReasonEn',
      'statusReasonJa',
    ])
  })

  test('[D3] clauses are cited as each language cites them', () => {
    expect(clauseLabel('article', 3, 'en')).toBe('Article 3')
    expect(clauseLabel('article', 3, 'ja')).toBe('第3条')
    expect(clauseLabel('preamble', null, 'ja')).toBe('前文')
  })

  test('[D3] the initiative lasts two years with four cabinet and eight committee meetings inside', () => {
    const { starts, ends, meetings } = initiative()
    expect(Date.parse(ends) - Date.parse(starts)).toBe((2 * 365 - 1) * 24 * 3600 * 1000)
    expect(meetings.filter(({ body }) => body === 'cabinet')).toHaveLength(4)
    expect(meetings.filter(({ body }) => body === 'committee')).toHaveLength(8)
    for (const { date } of meetings) expect(date >= starts && date <= ends).toBe(true)
  })
})
