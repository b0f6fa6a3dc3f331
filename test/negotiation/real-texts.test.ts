/**
 * Real negotiating texts, which the project holds none of: named by the environment, a folder of Markdown files. Without one a text of
 * our own of the same shape is read.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listChanges } from '#shared/editor/changes/list.ts'
import { importText } from '#shared/editor/import/import.ts'
import { documentSchema } from '#shared/editor/schema.ts'
import { plainText } from '#shared/editor/text.ts'

const folder = process.env['NEGOTIATING_TEXTS']

const own = `---
title: A draft
---

*This is the [draft][source] of a text.*

[source]: https://example.org/draft.pdf

## Preamble

*In [furtherance][pursuit]* of the aim, [as set out in Articles 2 and 3],]

*[Noting* that trade[, in part,] r*eaffirms* [[shared] values[^1]],]

## Article 1 *(definitions)*

1. **Option 1:** [Each Participant [shall][should]:

    (a) [Report [yearly]];

    (b) [Other.]]

    **Option 2:** No text

2. [Data [[is][are] to be] shared, inter alia:

    - Within [three][two] years;
    - In [[any] form].]

## [Article 2bis] *(review)*

[Both [meet].

They [report].]

[^1]: [One side wishes its reservation] to be noted.
`

const texts: readonly (readonly [string, string])[] =
  folder === undefined
    ? [['a text of our own', own]]
    : readdirSync(folder)
        .filter((name) => name.endsWith('.md'))
        .map((name) => [name, readFileSync(join(folder, name), 'utf8')])

test.for(texts)('[N10] a real negotiating text is taken over whole: %s', ([, en]) => {
  const by = { user: 'us-cochair-ai', at: 1_800_000_000_000 }
  const began = performance.now()
  const { clauses, report } = importText({ format: 'markdown', texts: { en }, kind: 'mou', by, newId: randomUUID })
  const ms = performance.now() - began
  const doc = { type: 'doc', content: clauses }
  documentSchema().nodeFromJSON(doc).check()
  const count = report.brackets.en
  expect(count?.opening).toBe(en.split('[').length - 1)
  expect(count?.closing).toBe(en.split(']').length - 1)
  expect(listChanges(doc).length).toBe(count?.pairs)
  const open = report.problems.filter(({ code }) => code === 'unclosed').length
  const close = report.problems.filter(({ code }) => code === 'unopened').length
  expect(close - open).toBe((count?.closing ?? 0) - (count?.opening ?? 0))
  // Without what is no word in Markdown: emphasis, tags, the numbers of lists, what a link leads to.
  const source = en
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/(\]\[)\w+\](?=\s(?!\S*\[))/g, (found) => (/\]\[(?:source)\]/.test(found) ? ']' : found))
    .replaceAll(/^\s*(?:\d+\.|[*-]|#+)\s/gm, '')
  const left = bag(plainText(doc))
  const lost = [...bag(source)].filter(([word, times]) => !/^\d+$/.test(word) && (left.get(word) ?? 0) < times)
  expect(lost).toEqual([])
  process.stdout.write(
    `${JSON.stringify({ ...count, clauses: clauses.length, problems: report.problems.length, ms: Math.round(ms) })}\n`,
  )
})

function bag(text: string): Map<string, number> {
  const found = new Map<string, number>()
  const words = text.replaceAll(/[[\]*_\\]/g, '').match(/[\p{L}\p{N}]+/gu) ?? []
  for (const word of words) found.set(word, (found.get(word) ?? 0) + 1)
  return found
}
