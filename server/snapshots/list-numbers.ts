/** How items of numbered lists are numbered by how deep they stand: 1, (a), (i), (A), in Japanese 1, (1), ア, (ア). */
import type { Language } from '#shared/domain/languages.ts'

const katakana =
  'アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヰヱヲン'.split('')
const latin = 'abcdefghijklmnopqrstuvwxyz'.split('')
const romans: readonly (readonly [number, string])[] = [
  [1000, 'm'],
  [900, 'cm'],
  [500, 'd'],
  [400, 'cd'],
  [100, 'c'],
  [90, 'xc'],
  [50, 'l'],
  [40, 'xl'],
  [10, 'x'],
  [9, 'ix'],
  [5, 'v'],
  [4, 'iv'],
  [1, 'i'],
]

/** Like the columns of a spreadsheet: behind the last sign come pairs of them. */
function alphabetic(signs: readonly string[], number: number): string {
  let text = ''
  for (let rest = number; rest > 0; rest = Math.floor((rest - 1) / signs.length)) {
    text = `${signs[(rest - 1) % signs.length] ?? ''}${text}`
  }
  return text
}

function roman(number: number): string {
  let [rest, text] = [number, '']
  for (const [value, sign] of romans) {
    while (rest >= value) [rest, text] = [rest - value, text + sign]
  }
  return text
}

const styles = {
  en: [
    String,
    (n) => `(${alphabetic(latin, n)})`,
    (n) => `(${roman(n)})`,
    (n) => `(${alphabetic(latin, n).toUpperCase()})`,
  ],
  ja: [String, (n) => `(${n})`, (n) => alphabetic(katakana, n), (n) => `(${alphabetic(katakana, n)})`],
} as const satisfies Record<Language, readonly ((number: number) => string)[]>

/** Numbers that those styles have no sign for are written in digits. */
const hasSign = (number: number) => number >= 1 && number < 4000

/**
 * The sign of item `number` of a list that stands in `level` other numbered ones: `numberAt(1, 2, 'en')` is `(b)`. What is deeper than
 * all styles has the last of them.
 */
export function numberAt(level: number, number: number, language: Language): string {
  const ways: readonly ((number: number) => string)[] = styles[language]
  const write = ways[Math.min(level, ways.length - 1)] ?? String
  return hasSign(number) ? write(number) : String(number)
}

/** The same as style sheet for `ol` in `root`, which browsers number by; the page has its own copy in text.css. */
export const listStyle = (root: string): string =>
  [
    `@counter-style in-latin{system:extends lower-alpha;prefix:"(";suffix:") "}`,
    `@counter-style in-roman{system:extends lower-roman;prefix:"(";suffix:") "}`,
    `@counter-style in-capitals{system:extends upper-alpha;prefix:"(";suffix:") "}`,
    `@counter-style in-digits{system:extends decimal;prefix:"(";suffix:") "}`,
    `@counter-style plain-digits{system:extends decimal;suffix:"　"}`,
    `@counter-style plain-katakana{system:extends katakana;suffix:"　"}`,
    `@counter-style in-katakana{system:extends katakana;prefix:"(";suffix:") "}`,
    ...[
      ['', 'decimal', 'plain-digits'],
      ['ol ', 'in-latin', 'in-digits'],
      ['ol ol ', 'in-roman', 'plain-katakana'],
      ['ol ol ol ', 'in-capitals', 'in-katakana'],
    ].map(
      ([around, en, ja]) =>
        `${root} ${around}ol{list-style-type:${en}}${root} ${around}ol:lang(ja){list-style-type:${ja}}`,
    ),
  ].join('\n')
