/** Texts that exist already: what clauses, changes and problems a plain, Markdown or HTML text is read into. */
import { describe, expect, test } from 'vitest'
import { listChanges } from '#shared/editor/changes/list.ts'
import { acceptAll, rejectAll, settled } from '#shared/editor/changes/settle.ts'
import type { ImportFormat, ImportTexts } from '#shared/domain/imports.ts'
import { importText, NotImported } from '#shared/editor/import/import.ts'
import { documentSchema } from '#shared/editor/schema.ts'
import { plainText, type JsonNode } from '#shared/editor/text.ts'
import { random, type Random } from '../support/random.ts'

const schema = documentSchema()
const by = { user: 'us-cochair-ai', at: 1_800_000_000_000 }

/** Ids that count up, as clauses have them. */
function counting() {
  let count = 0
  return () => {
    count += 1
    return `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`
  }
}

function read(format: ImportFormat, texts: ImportTexts) {
  const { clauses, report } = importText({ format, texts, kind: 'mou', by, newId: counting() })
  const doc: JsonNode = { type: 'doc', content: clauses }
  schema.nodeFromJSON(doc).check()
  return { clauses, report, doc, changes: listChanges(doc) }
}

const textOf = (clause: JsonNode | undefined, language: 'en' | 'ja') => {
  const text = clause?.content?.find(({ attrs }) => attrs?.['lang'] === language)
  return text === undefined ? null : plainText(text)
}
const said = ({ changes }: Pick<ReturnType<typeof read>, 'changes'>) =>
  changes.map(({ party, kind, deletes, inserts }) => [party, kind, deletes, inserts])
const placesOf = ({ changes }: Pick<ReturnType<typeof read>, 'changes'>) =>
  changes.map(({ place }) => changes.findIndex((other) => other.place === place))

const formats = {
  plain: (title: string, body: string) => `${title}\n\n${body}\n`,
  markdown: (title: string, body: string) => `## ${title}\n\n${body}\n`,
  html: (title: string, body: string) => `<h2>${title}</h2>\n\n<p>${body}</p>\n`,
} as const

describe('clauses of a text that exists already', () => {
  test.for(Object.entries(formats) as [ImportFormat, (title: string, body: string) => string][])(
    '[N10] articles of both languages are paired by their numbers, whatever order they stand in: %s',
    ([format, write]) => {
      const en = `The Participants,\n\n${write('Article 1', 'First.')}${write('ARTICLE II: Scope', 'Second.')}${write('Article 3 bis', 'Third.')}`
      const ja = `${write('第二条', '二。')}${write('第1条', '一。')}${write('第３条の２', '三。')}`
      const { clauses, report } = read(format, { en, ja })
      expect(clauses.map(({ attrs }) => attrs?.['kind'])).toEqual(['preamble', 'article', 'article', 'article'])
      expect(report.clauses.map(({ number }) => number)).toEqual([null, 1, 2, 3])
      expect(clauses.map((clause) => textOf(clause, 'en'))).toEqual([
        'The Participants,',
        'First.',
        'ARTICLE II: Scope\nSecond.',
        'Article 3 bis\nThird.',
      ])
      expect(clauses.map((clause) => textOf(clause, 'ja'))).toEqual(['', '一。', '二。', '第３条の２\n三。'])
      expect(report.problems.map(({ code, language }) => [code, language])).toEqual([['unpaired', 'en']])
    },
  )

  test('[N10] a sentence that begins with an article of another text begins no clause, and a Japanese caption belongs to what follows', () => {
    const { clauses } = read('plain', {
      en: 'Article 1\nArticle 3 of the Convention applies.\nArticle 2. Both intend to cooperate.',
      ja: '第一条\n第三条に定める。\n（目的）\n第二条　双方は、協力する。',
    })
    expect(clauses.map((clause) => textOf(clause, 'en'))).toEqual([
      'Article 3 of the Convention applies.',
      'Article 2. Both intend to cooperate.',
    ])
    expect(clauses.map((clause) => textOf(clause, 'ja'))).toEqual([
      '第三条に定める。',
      '（目的）\n第二条　双方は、協力する。',
    ])
  })

  test('[N10] numbered headings begin clauses where no article does, and numbered paragraphs do not', () => {
    const headed = read('markdown', { en: '# 1. Purpose\n\n1. One.\n2. Two.\n\n# 2. Scope\n\nAll.' })
    expect(headed.report.clauses.map(({ title, lines }) => [title.en, lines.en])).toEqual([
      ['1. Purpose', 1],
      ['2. Scope', 6],
    ])
    const paragraphs = read('plain', { en: '1. The Participants share data.\n2. They meet.\n3. They report.' })
    expect(paragraphs.clauses.map((clause) => textOf(clause, 'en'))).toEqual([
      '1. The Participants share data.\n2. They meet.\n3. They report.',
    ])
  })

  test('[N10] lines that were broken to a width become paragraphs again, in Japanese without a space', () => {
    const { clauses } = read('plain', {
      en: 'The Participants intend to share with each other what they know\nof the supply of batteries.\n\nThey meet.\n(a) twice',
      ja: '両国は、大容量電池の供給に関して知り得た情報を相互に共有する意図\nを有する。\n会合する。',
    })
    expect(textOf(clauses[0], 'en')).toBe(
      'The Participants intend to share with each other what they know of the supply of batteries.\nThey meet.\n(a) twice',
    )
    expect(textOf(clauses[0], 'ja')).toBe(
      '両国は、大容量電池の供給に関して知り得た情報を相互に共有する意図を有する。\n会合する。',
    )
  })

  test('[N10] lists, tables, links and emphasis are taken over from Markdown and HTML, and what is neither is kept as words', () => {
    const markdown = read('markdown', {
      en: '---\ntitle: A draft\n---\n\n## Article 1 *(scope)*\n\n3. **bold** [link](https://example.org) &amp; <u>u</u>\n    - [x] inner\n\n| A | B |\n|---|---|\n| c | d |\n\n    code here\n\n[ref]: https://example.org/ref\n',
    })
    expect(markdown.clauses.map((clause) => textOf(clause, 'en'))).toEqual([
      'title: A draft',
      'Article 1 (scope)\nbold link & u\nx inner\nA\nB\nc\nd\ncode here\n[ref]: https://example.org/ref',
    ])
    const html = read('html', {
      en: '<style>p{}</style><h1>Article 1</h1><ol start="3"><li><b>bold</b> <a href="javascript:x">link</a> &amp; <u>u</u><ul><li>inner</li></ul></ol><table><tr><th>A<td>B</table>loose<p>last<script>x</script>',
    })
    expect(html.clauses.map((clause) => textOf(clause, 'en'))).toEqual(['bold link & u\ninner\nA\nB\nloose\nlast'])
    const types = (node: JsonNode | undefined): string[] => [
      node?.type ?? '',
      ...(node?.content ?? []).flatMap((child) => types(child)),
    ]
    for (const { clauses } of [markdown, html]) {
      expect(types(clauses.at(-1))).toEqual(
        expect.arrayContaining(['orderedList', 'bulletList', 'table', 'tableHeader']),
      )
    }
  })
})

describe('brackets of a text that exists already', () => {
  test('[N10] brackets are changes of nobody, or of the party that they name by its letters or its name in either language', () => {
    const { changes } = read('plain', {
      en: 'a [b] c [US: d] e [Japan: f] g [The United States: h] i [Brazil: j]',
      ja: '甲［米国：乙］丙［日本：丁］',
    })
    expect(said({ changes })).toEqual([
      [null, 'inline', '', 'b'],
      ['us', 'inline', '', 'd'],
      ['jp', 'inline', '', 'f'],
      ['us', 'inline', '', 'h'],
      [null, 'inline', '', 'Brazil: j'],
      ['us', 'inline', '', '乙'],
      ['jp', 'inline', '', '丁'],
    ])
    expect(new Set(changes.map(({ user, at }) => `${user} ${at}`))).toEqual(new Set([`${by.user} ${by.at}`]))
  })

  test('[N10] brackets side by side are one place, and so are options in lines of their own; others are places of their own', () => {
    const { changes } = read('markdown', {
      en: '[US: shall] [JP: may] share [shall][should]/[will] x [one] and [two]\n\n[Option 1: a]\n\n**Option 2:** [b]\n\n[c]\n\n[d]',
    })
    expect(placesOf({ changes })).toEqual([0, 0, 2, 2, 2, 5, 6, 7, 7, 9, 10])
  })

  test('[N10] nested brackets are changes within changes, and brackets around whole lines, items and clauses are those of blocks', () => {
    const nested = read('plain', { en: 'a [b [c [US: d]] e] f' })
    expect(said(nested)).toEqual([
      [null, 'inline', '', 'b c d e'],
      [null, 'inline', '', 'c d'],
      ['us', 'inline', '', 'd'],
    ])
    const blocks = read('markdown', { en: 'base\n\n[one [two]\n\nthree]\n\n- [US: item]\n- base\n' })
    expect(said(blocks)).toEqual([
      [null, 'block', '', 'one two\nthree'],
      [null, 'inline', '', 'two'],
      ['us', 'block', '', 'item'],
    ])
    expect(plainText(settled(blocks.doc, rejectAll) ?? blocks.doc)).toBe('base\nbase')
    const clauses = read('plain', {
      en: 'Article 1\nBase.\n\n[JP: Article 2 - New\nIn it.\n]\n\n[\nArticle 3: More\nIn it.\n\nArticle 4: Most\nIn it.]',
      ja: '第1条\n元。\n\n［JP：第2条　新\n中。］\n\n［第3条　更\n中。\n\n第4条　最\n中。］',
    })
    expect(said(clauses)).toEqual([
      ['jp', 'block', '', 'Article 2 - NewIn it.第2条　新中。'],
      [null, 'block', '', 'Article 3: MoreIn it.第3条　更中。\nArticle 4: MostIn it.第4条　最中。'],
    ])
    const left = settled(clauses.doc, rejectAll)
    expect(left?.content?.length).toBe(1)
    expect(settled(clauses.doc, acceptAll)?.content?.length).toBe(4)
  })

  test('[N10] brackets without another are listed by their line and stay signs of the text; no other bracket is lost by them', () => {
    const en = 'Article 1\n\nmay [share [all] data\nwith others] and [none].\n\nArticle 2\n\n[] and\n] more ['
    const { report, clauses, changes } = read('plain', { en })
    expect(report.problems.map(({ code, line }) => [code, line])).toEqual([
      ['unclosed', 3],
      ['unopened', 4],
      ['empty', 8],
      ['unopened', 9],
      ['unclosed', 9],
    ])
    expect(said({ changes })).toEqual([
      [null, 'inline', '', 'all'],
      [null, 'inline', '', 'none'],
    ])
    expect(textOf(clauses[0], 'en')).toBe('may [share all data\nwith others] and none.')
    expect(report.brackets.en).toEqual({ opening: 5, closing: 5, pairs: 2, kept: 6 })
  })

  test('[N10] a bracket that nobody closed does not swallow the text up to the next one too many', () => {
    const lines = Array.from({ length: 30 }, (_, at) => `Sentence ${at} of [some] length goes on here.`)
    const { changes, report } = read('plain', {
      en: ['It is [not closed in this line.', ...lines, 'and one too many] in this'].join('\n\n'),
    })
    expect(report.problems.map(({ code, line }) => [code, line])).toEqual([
      ['unclosed', 1],
      ['unopened', 63],
    ])
    expect(changes.length).toBe(30)
  })

  test('[N10] links and footnotes of Markdown are no brackets; what is escaped is a sign', () => {
    const { changes, clauses, report } = read('markdown', {
      en: '[text](https://example.org) note[^1] \\[sign\\] [see](the annex) [r][x]\n\n[^1]: A [note].\n\n[x]: https://example.org/x',
    })
    expect(said({ changes })).toEqual([
      [null, 'inline', '', 'see'],
      [null, 'inline', '', 'note'],
    ])
    expect(textOf(clauses[0], 'en')).toContain('text note[^1] [sign] see(the annex) r')
    expect(report.problems).toEqual([])
  })

  test('[N10] every word is kept, and accepting all leaves the text without its brackets; 60 seeds in three formats', () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const chance = random(seed)
      const paragraphs = bracketed(chance)
      const expected = paragraphs.map((text) => text.replaceAll(/[[\]]/g, '')).join('\n')
      const sources = {
        plain: paragraphs.join('\n\n'),
        markdown: paragraphs.join('\n\n'),
        html: paragraphs.map((text) => `<p>${text}</p>`).join(''),
      } as const
      const opening = paragraphs.join('').split('[').length - 1
      for (const [format, en] of Object.entries(sources) as [ImportFormat, string][]) {
        const { doc, report, changes } = read(format, { en })
        expect(words(plainText(doc).replaceAll(/[[\]]/g, '')), `${format}, seed ${seed}: ${en}`).toEqual(
          words(expected),
        )
        expect(words(plainText(settled(doc, acceptAll) ?? doc).replaceAll(/[[\]]/g, ''))).toEqual(words(expected))
        const count = report.brackets.en
        expect(count?.opening, `${format}, seed ${seed}`).toBe(opening)
        expect(count?.kept).toBe((count?.opening ?? 0) + (count?.closing ?? 0) - 2 * changes.length)
      }
    }
  })
})

describe('a text that cannot be taken over', () => {
  const refused = (format: ImportFormat, texts: ImportTexts) => {
    try {
      read(format, texts)
    } catch (error) {
      if (error instanceof NotImported) return [error.code, error.language]
      throw error
    }
    return null
  }

  test('[N11] no words, too many, a million brackets, half a character, nesting beyond measure: each is refused with its reason', () => {
    expect(refused('plain', { en: ' \n', ja: '' })).toEqual(['empty', null])
    expect(refused('plain', { en: 'a', ja: 'あ'.repeat(700_000) })).toEqual(['tooLarge', 'ja'])
    expect(refused('markdown', { en: '['.repeat(1_000_000) })).toEqual(['tooManyBrackets', 'en'])
    expect(refused('markdown', { en: '[]'.repeat(500_000) })).toEqual(['tooManyBrackets', 'en'])
    expect(refused('plain', { en: 'a\n\n'.repeat(30_000) })).toEqual(['tooManyLines', 'en'])
    expect(refused('plain', { en: 'half \ud83d' })).toEqual(['damaged', 'en'])
    expect(refused('plain', { en: 'nul \0' })).toEqual(['damaged', 'en'])
    expect(refused('markdown', { en: '> '.repeat(5000) + 'a' })).toEqual(['tooDeep', 'en'])
    expect(refused('html', { en: '<div>'.repeat(5000) + 'a' })).toEqual(['tooDeep', 'en'])
  })

  test('[N10] brackets within brackets beyond what anyone reads are signs of the text, each listed', () => {
    const { report, changes, doc } = read('plain', { en: `a ${'['.repeat(300)}b${']'.repeat(300)}` })
    expect(changes.length).toBe(24)
    expect(report.problems.length).toBe(276)
    expect(plainText(doc)).toBe(`a ${'['.repeat(276)}b${']'.repeat(276)}`)
  })
})

const words = (text: string) => text.split(/\s+/).filter((word) => word !== '')

/** Paragraphs with brackets of the shapes that real texts have: nested, over paragraphs, beside one another, some without another. */
function bracketed(chance: Random): string[] {
  const word = () =>
    chance.pick(['share', 'data', 'may', 'shall', 'with', 'each', 'other', 'if', 'they', 'so', 'agree'])
  const phrase = (depth: number): string => {
    let text = ''
    for (let count = chance.int(1, 4); count > 0; count -= 1) {
      const kind = chance.int(0, depth > 3 ? 3 : 9)
      const inner =
        kind < 6 ? word() : kind === 6 ? `[${phrase(depth + 1)}][${phrase(depth + 1)}]` : `[${phrase(depth + 1)}]`
      text += `${text === '' ? '' : ' '}${inner}`
    }
    return text
  }
  const paragraphs = Array.from({ length: chance.int(1, 6) }, () => phrase(0))
  for (let count = chance.int(0, 2); count > 0; count -= 1) {
    const [from, to] = [chance.int(0, paragraphs.length - 1), chance.int(0, paragraphs.length - 1)]
    const [first, last] = [Math.min(from, to), Math.max(from, to)]
    paragraphs[first] = `[${paragraphs[first]}`
    paragraphs[last] = `${paragraphs[last]}]`
  }
  if (chance.int(0, 2) === 0) {
    const at = chance.int(0, paragraphs.length - 1)
    paragraphs[at] = `${paragraphs[at]} ${word()}${chance.pick(['[', ']', ' [ ', ' ] '])}${word()}`
  }
  return paragraphs
}
