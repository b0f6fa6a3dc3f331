/** Which characters are drawn as signs, and which are left to do what they are for. */
import { describe, expect, test } from 'vitest'
import { countSigns, hasControls, piecesOf, signsIn } from '#shared/editor/signs.ts'

const drawn = (text: string) =>
  piecesOf(text)
    .map(({ text: words, sign }) =>
      sign === null ? words : sign.kind === 'letter' ? `${words}<${sign.label}>` : `<${sign.label}>`,
    )
    .join('')

describe('[V6] what cannot be seen is drawn as a sign', () => {
  test.for([
    ['paid by \u202eSU\u202c only', 'paid by <RLO>SU<PDF> only'],
    [
      'due \u2067\u2066 in 30 days\u2069 \u2066not later\u2069\u2069',
      'due <RLI><LRI> in 30 days<PDI> <LRI>not later<PDI><PDI>',
    ],
    ['semi\u00adcon\u200bduc\u2060tor', 'semi<SHY>con<ZWSP>duc<WJ>tor'],
    ['a\u{e0041}\u{e007f}', 'a<TAG A><U+E007F>'],
    ['a\u0000b\u0085c\td', 'a<U+0000>b<U+0085>c\td'],
    ['shall\ufe0f', 'shall<U+FE0F>'],
    ['no\u200dt', 'no<ZWJ>t'],
    ['協\u200b定', '協<ZWSP>定'],
  ])('[V6] %j is drawn as %s', ([text = '', shown]) => {
    expect(drawn(text)).toBe(shown)
  })

  test.for(['👨‍👩‍👧', '🏳️‍🌈', '👩🏽‍💻', '❤️', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', 'क्‍ष', 'می‌خواهم', '辻󠄀', '葛󠄁飾', 'first\tsecond\nthird'])(
    '[V6] %s needs what it holds, and nothing of it is drawn',
    (text) => {
      expect(signsIn(text)).toEqual([])
    },
  )
})

describe('[V6] letters of another script inside a word are drawn as signs', () => {
  test.for([
    ['p\u0430id', 'p\u0430<U+0430>id'],
    ['\u0441\u043e\u0440\u0443', '\u0441<U+0441>\u043e<U+043E>\u0440<U+0440>\u0443<U+0443>'],
    ['\u03a1arties', '\u03a1<U+03A1>arties'],
    ['p\u{1d5ba}id', 'p\u{1d5ba}<U+1D5BA>id'],
    ['Поcтавка', 'Поc<U+0063>тавка'],
    ['サプラ工ヤー', 'サプラ工<U+5DE5>ヤー'],
    ['デ一タ', 'デ一<U+4E00>タ'],
    ['力メラ', '力<U+529B>メラ'],
  ])('[V6] %s is drawn as %s', ([text = '', shown]) => {
    expect(drawn(text)).toBe(shown)
  })

  test.for([
    'AIの活用',
    '5 μm and 10 kΩ',
    'β版',
    'Россия',
    'naïve São café Đặng',
    'IT企業',
    '工業団地',
    '窓口サービス',
    '口コミサイト',
    'グループ二つ',
    'メンバー一覧',
    '三カ国',
    '日ロ関係',
    '能力カード',
  ])('[V6] %s is written so by honest people, and nothing of it is drawn', (text) => {
    expect(signsIn(text)).toEqual([])
  })
})

test('[V6] the pieces of a text are the text, and signs are counted by what they are', () => {
  const text = 'p\u0430id b\u0430ck\u200b\u202e'
  expect(
    piecesOf(text)
      .map((piece) => piece.text)
      .join(''),
  ).toBe(text)
  expect(countSigns(signsIn(text)).map(({ sign, count }) => `${sign.label} ${count}`)).toEqual([
    'U+0430 2',
    'ZWSP 1',
    'RLO 1',
  ])
})

test('[S18] control characters other than tab and line feed are known as such', () => {
  expect(['\0', '\u0007', '\r', '\u001b', '\u007f', '\u0085'].every(hasControls)).toBe(true)
  expect(hasControls('one\ttwo\nthree\u00a0協定')).toBe(false)
})
