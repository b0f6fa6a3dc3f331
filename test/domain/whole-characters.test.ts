/** Characters of two units in the editor: one's own edits never leave half of one. */
import { expect, test } from 'vitest'
import { wholeCharactersPlugin } from '#client/editor/whole-characters.ts'
import { isFieldValue, isSafeHref } from '#shared/editor/fields.ts'
import { bindEditor, clauseOf, linesOf } from './editor-binding.ts'

test.each([
  ['a half that was pasted', '吉\ud842', '吉\ufffd'],
  ['both halves in the wrong order', '\udfb7\ud842', '\ufffd\ufffd'],
  ['whole characters', '吉𠮷👨‍👩‍👧', '吉𠮷👨‍👩‍👧'],
])('[S14] %s, as others will see it', (_, pasted, expected) => {
  const editor = bindEditor([clauseOf(1, ['Text'])], [wholeCharactersPlugin()])
  const { to } = editor.find('Text')
  editor.run((state) => state.tr.insertText(pasted, to))
  expect(linesOf(editor, 1, 'en')).toEqual([`Text${expected}`])
})

test('[S14] half a character deleted, or set apart, leaves what others will see', () => {
  for (const [from, to, left] of [
    [0, 1, '\ufffd'],
    [1, 2, '\ufffd'],
  ] as const) {
    const editor = bindEditor([clauseOf(1, ['A𠮷B'])], [wholeCharactersPlugin()])
    const at = editor.find('𠮷').from
    editor.run((state) => state.tr.delete(at + from, at + to))
    expect(linesOf(editor, 1, 'en')).toEqual([`A${left}B`])
  }
  const editor = bindEditor([clauseOf(1, ['A𠮷B'])], [wholeCharactersPlugin()])
  editor.run((state) => state.tr.insertText('x', editor.find('𠮷').from + 1))
  expect(linesOf(editor, 1, 'en')).toEqual(['A\ufffdx\ufffdB'])
})

test('[S14] a field or a link that holds half a character does not fit', () => {
  expect([isFieldValue('measureJa', '吉𠮷'), isFieldValue('measureJa', '吉\ud842')]).toEqual([true, false])
  expect([isSafeHref('https://example.org/𠮷'), isSafeHref('https://example.org/\udfb7')]).toEqual([true, false])
})

test('[D6] a link or an address in a field that holds a control character, or leads elsewhere, does not fit', () => {
  const address = 'https://example.org/evidence'
  expect([isFieldValue('evidence', address), isSafeHref(address), isSafeHref('mailto:a@example.org')]).toEqual([
    true,
    true,
    true,
  ])
  for (const sign of ['\0', '\t', '\n', '\r', '\u001b', '\u007f', '\u0085', '\u009f']) {
    expect([isFieldValue('evidence', `${address}${sign}`), isSafeHref(`https://${sign}example.org/`)]).toEqual([
      false,
      false,
    ])
  }
  expect(isFieldValue('evidence', 'javascript:alert(1)')).toBe(false)
})
