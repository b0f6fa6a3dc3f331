/** The Japanese of the interface and of the demo: one word for one thing. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** What the vocabulary has another word for, and that word. */
const replaced: readonly (readonly [RegExp, string])[] = [
  [/席/, '立場'],
  [/確定版/, '記録版'],
  [/節目/, 'マイルストーン'],
  [/取り消し/, 'キャンセル'],
  [/行動(?!計画|する)/, '取組'],
  [/未受理|受け付けられませんでした/, '反映されませんでした'],
  [/ことを意図する/, '意図を有する'],
  [/パラメータ(?!ー)/, 'パラメーター'],
]

test('[U8] the Japanese of the interface and of the demo has one word for one thing', () => {
  const files = ['client', 'server', 'shared'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file))
      .map((file) => join(folder, file)),
  )
  const found = files.flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .flatMap((line, at) =>
        replaced.flatMap(([pattern, word]) =>
          pattern.test(line) ? [`${file}:${at + 1}: ${word}, not ${line.trim()}`] : [],
        ),
      ),
  )
  expect(found).toEqual([])
})
