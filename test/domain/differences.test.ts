/** What is marked between two moments of a text. */
import { expect, test } from 'vitest'
import { documentSchema } from '#shared/editor/schema.ts'
import type { JsonNode } from '#shared/editor/text.ts'
import { differencesOf } from '#client/history/differences.ts'
import { clauseOf } from './editor-binding.ts'

const schema = documentSchema()

const docOf = (en: readonly string[], ja: readonly string[]) => {
  const content: JsonNode[] = [clauseOf(1, en, ja)]
  return schema.nodeFromJSON({ type: 'doc', content })
}

/** The later text of each language with what is marked in it: `[-went-]` and `[+came+]`. */
function marked(before: { en?: string[]; ja?: string[] }, after: { en?: string[]; ja?: string[] }): string {
  const doc = docOf(after.en ?? [''], after.ja ?? [''])
  let text = ''
  let at = 0
  const upTo = (pos: number) => {
    text += doc.textBetween(at, pos, '|')
    at = pos
  }
  for (const each of differencesOf(docOf(before.en ?? [''], before.ja ?? ['']), doc)) {
    upTo(each.type === 'removed' ? each.at : each.from)
    if (each.type === 'removed') text += `[-${each.words}-]`
    else {
      text += `[+${doc.textBetween(each.from, each.to, '|')}+]`
      at = each.to
    }
  }
  upTo(doc.content.size)
  return text.replace(/^\|+|\|+$/g, '')
}

test('[S15] of a word that is being typed, only the new characters are marked', () => {
  expect(marked({ en: ['They decide otherw now.'] }, { en: ['They decide otherwi now.'] })).toBe(
    'They decide otherw[+i+] now.',
  )
  expect(marked({ en: ['They decide otherwise.'] }, { en: ['They decide otherwairs.'] })).toBe(
    'They decide otherw[-ise-][+airs+].',
  )
  expect(marked({ en: ['in the end'] }, { en: ['in the e'] })).toBe('in the e[-nd-]')
  expect(marked({ ja: ['双方は記録する。'] }, { ja: ['双方は記述する。'] })).toBe('双方は記[-録-][+述+]する。')
})

test('[S15] a character that is written in several units is marked whole', () => {
  expect(marked({ ja: ['𠮷野'] }, { ja: ['𠮾野'] })).toBe('[-𠮷-][+𠮾+]野')
  expect(marked({ en: ['x👨‍👩‍👧y'] }, { en: ['x👨‍👩‍👦y'] })).toBe('x[-👨‍👩‍👧-][+👨‍👩‍👦+]y')
  expect(marked({ ja: ['か゛'] }, { ja: ['か\u3099'] })).toContain('[-か゛-]')
})

test('[S15] words of other places stay apart, and a new line takes no character of the next', () => {
  expect(marked({ en: ['one two three'] }, { en: ['one 2 three four'] })).toBe('one [-two-][+2+] three[+ four+]')
  expect(marked({ en: ['first', 'last'] }, { en: ['first', 'more', 'last'] })).toBe('first|[+more+]|last')
})
