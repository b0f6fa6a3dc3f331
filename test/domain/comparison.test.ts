/** What a comparison names, judged against the hashes of what is compared. */
import { describe, expect, test } from 'vitest'
import type { ClauseDiff } from '#shared/api/snapshots.ts'
import { canonical, contentHash, type JsonMark, type JsonNode } from '#shared/editor/text.ts'
import { diffContents } from '#server/snapshots/diff.ts'
import { random, type Random } from '#test/support/random.ts'

const ids = [1, 2, 3, 4].map((n) => `0000000${n}-0000-4000-8000-000000000000`)
const [one = '', two = ''] = ids

const words = (text: string, ...marks: JsonMark[]): JsonNode => ({ type: 'text', text, marks })
const line = (text: string | JsonNode[], level?: number): JsonNode => ({
  type: 'paragraph',
  ...(level === undefined ? {} : { attrs: { level } }),
  content: typeof text === 'string' ? [words(text)] : text,
})
const list = (type: string, ...items: JsonNode[][]): JsonNode => ({
  type,
  content: items.map((content) => ({ type: 'listItem', content })),
})
const textOf = (lang: string, ...content: JsonNode[]): JsonNode => ({ type: 'clauseText', attrs: { lang }, content })
const clause = (id: string, content: JsonNode[], attrs: JsonNode['attrs'] = {}): JsonNode => ({
  type: 'clause',
  attrs: { id, kind: 'article', ...attrs },
  content,
})
const article = (...content: JsonNode[]) => clause(one, [textOf('en', ...content), textOf('ja', line('第一条'))])
const text = (...content: JsonNode[]): JsonNode => ({ type: 'doc', content })

const different = (before: JsonNode, after: JsonNode) =>
  diffContents(before, after).filter(({ change }) => change !== 'same')
const names = ({ text: { en, ja }, fields, form }: ClauseDiff) =>
  [...en, ...ja].some(({ type }) => type !== 'same') || fields.length > 0 || form.length > 0
const named = (diff: ClauseDiff | undefined) =>
  diff?.form.map(({ words: where, before, after }) => {
    const say = (parts: typeof before) => parts.map(({ name, value }) => (value === null ? name : `${name} ${value}`))
    return `${where}: ${say(before).join(', ')} -> ${say(after).join(', ')}`
  })

describe('[V5] a comparison says why two hashes differ', () => {
  test('[V5] text outside clauses', () => {
    const [found, ...others] = different(
      text(article(line('One')), line('Beside, before')),
      text(article(line('One')), line('Beside, after')),
    )
    expect(others).toEqual([])
    expect(found).toMatchObject({ clause: null, kind: null, change: 'changed' })
    expect(found?.text.en.filter(({ type }) => type !== 'same').map((part) => part.text)).toEqual(['before', 'after'])
  })

  test('[V5] the second clause of a doubled id', () => {
    const second = (say: string) => clause(one, [textOf('en', line(say)), textOf('ja', line('同'))])
    const [found, ...others] = different(
      text(article(line('One')), second('may')),
      text(article(line('One')), second('shall')),
    )
    expect(others).toEqual([])
    expect(found).toMatchObject({ clause: one, copy: 2, change: 'changed', number: { before: '2', after: '2' } })
  })

  test('[V5] bold, where a link leads, and how far', () => {
    const link = (href: string): JsonMark => ({ type: 'link', attrs: { href } })
    const before = text(
      article(line([words('We '), words('shall not'), words(' see '), words('this', link('https://a.example'))])),
    )
    const after = text(
      article(
        line([
          words('We '),
          words('shall not', { type: 'bold' }),
          words(' see '),
          words('this', link('https://b.example')),
        ]),
      ),
    )
    const [found] = different(before, after)
    expect(found?.text.en).toEqual([])
    expect(named(found)).toEqual([
      'shall not:  -> bold',
      'this: link.href https://a.example -> link.href https://b.example',
    ])
    const half = text(article(line([words('sh', { type: 'bold' }), words('all')])))
    const whole = text(article(line([words('shall', { type: 'bold' })])))
    expect(named(different(half, whole)[0])).toEqual(['shall: bold -> bold'])
  })

  test('[V5] a heading level, a bullet, an item joined to the one before it', () => {
    expect(named(different(text(article(line('One', 1))), text(article(line('One', 2))))[0])).toEqual([
      'One: paragraph.level 1 -> paragraph.level 2',
    ])
    const [bullets, numbers] = (['bulletList', 'orderedList'] as const).map((type) =>
      text(article(list(type, [line('a')], [line('b')]))),
    )
    const joined = text(article(list('bulletList', [line('a'), line('b')])))
    expect(named(different(bullets ?? joined, numbers ?? joined)[0])).toEqual([
      'a: bulletList -> orderedList',
      'b: bulletList continued -> orderedList continued',
    ])
    expect(named(different(bullets ?? joined, joined)[0])).toEqual(['b: listItem -> listItem continued'])
  })

  test('[V5] an empty line, and a line that is only broken', () => {
    const [emptied] = different(text(article(line('One'))), text(article(line('One'), { type: 'paragraph' })))
    expect(emptied?.text.en.at(-1)).toEqual({ type: 'added', text: '\n' })
    const broken = text(article(line([words('One'), { type: 'hardBreak' }, words('two')])))
    const [split] = different(broken, text(article(line('One'), line('two'))))
    expect(named(split)).toEqual(['two: hardBreak -> clauseText continued, paragraph'])
  })

  test('[V5] a field that is not of the kind of the clause, and its kind', () => {
    const of = (attrs: JsonNode['attrs']) => text(clause(one, [textOf('en'), textOf('ja')], attrs))
    expect(different(of({ targetEn: 'Ten' }), of({ targetEn: 'None' }))[0]?.fields).toEqual([
      { attribute: 'targetEn', before: 'Ten', after: 'None' },
    ])
    expect(different(of({ kind: 'article' }), of({ kind: 'preamble' }))[0]?.fields).toEqual([
      { attribute: 'kind', before: 'article', after: 'preamble' },
    ])
  })

  test('[V5] a second text in one language, and the order of the languages', () => {
    const [en, ja] = [textOf('en', line('One')), textOf('ja', line('一'))]
    const [twice] = different(text(clause(one, [en, ja])), text(clause(one, [en, ja, textOf('en', line('Two'))])))
    expect(twice?.text.en.at(-1)).toEqual({ type: 'added', text: '\nTwo' })
    expect(names(different(text(clause(two, [en, ja])), text(clause(two, [ja, en])))[0] ?? never)).toBe(true)
  })
})

const never: ClauseDiff = {
  clause: null,
  copy: 1,
  kind: null,
  number: { before: null, after: null },
  title: { en: '', ja: '' },
  change: 'same',
  text: { en: [], ja: [] },
  fields: [],
  form: [],
}

/** A text as hostile as a store of before may hold it, small enough that two of them are often nearly the same. */
function anyText(chance: Random): JsonNode {
  const some = <T>(most: number, make: () => T): T[] => Array.from({ length: chance.int(0, most) }, make)
  const marks: JsonMark[] = [
    { type: 'bold' },
    { type: 'italic' },
    { type: 'link', attrs: { href: 'https://a.example' } },
    { type: 'link', attrs: { href: 'https://b.example' } },
  ]
  const inline = (): JsonNode =>
    chance.int(0, 5) === 0
      ? { type: 'hardBreak' }
      : words(chance.pick(['shall ', 'not', 'n', 'ot', '協定', '', '\n']), ...some(1, () => chance.pick(marks)))
  const block = (depth: number): JsonNode => {
    const kind = depth > 2 ? 0 : chance.int(0, 5)
    const blocks = () => some(2, () => block(depth + 1))
    if (kind === 1) return { type: 'bulletList', content: some(2, () => ({ type: 'listItem', content: blocks() })) }
    if (kind === 2) {
      const attrs = { start: chance.int(1, 2) }
      return { type: 'orderedList', attrs, content: some(2, () => ({ type: 'listItem', content: blocks() })) }
    }
    if (kind === 3) {
      const cell = (): JsonNode => ({
        type: chance.pick(['tableCell', 'tableHeader']),
        attrs: { colspan: chance.int(1, 2) },
        content: blocks(),
      })
      return { type: 'table', content: some(2, () => ({ type: 'tableRow', content: some(2, cell) })) }
    }
    return { type: 'paragraph', attrs: { level: chance.pick([null, 1, 2]) }, content: some(3, inline) }
  }
  const anyClause = (): JsonNode => ({
    type: 'clause',
    attrs: {
      id: chance.pick(ids),
      kind: chance.pick(['article', 'preamble', 'outcomeTarget']),
      due: chance.pick([null, null, '2027-01-01']),
      targetEn: chance.pick([null, null, 'Ten']),
    },
    content: some(3, () =>
      chance.int(0, 8) === 0 ? block(1) : textOf(chance.pick(['en', 'ja', 'fr']), ...some(2, () => block(0))),
    ),
  })
  const top = () => (chance.int(0, 3) === 0 ? (chance.int(0, 3) === 0 ? inline() : block(0)) : anyClause())
  return text(...some(4, top))
}

/** The same text with one thing in it changed, if the place that was hit can be. */
function withOneChange(node: JsonNode, chance: Random): JsonNode {
  const content = [...(node.content ?? [])]
  const at = chance.int(0, Math.max(0, content.length - 1))
  const child = content[at]
  if (child !== undefined && chance.int(0, 3) > 0) {
    content[at] = withOneChange(child, chance)
    return { ...node, content }
  }
  if (node.type === 'text') {
    return chance.int(0, 1) === 0 ? { ...node, text: `${node.text}!` } : { ...node, marks: [{ type: 'underline' }] }
  }
  const other = child ?? words('new')
  switch (chance.int(node.type === 'doc' ? 1 : 0, 3)) {
    case 0:
      return { ...node, attrs: { ...node.attrs, level: 3 } }
    case 1:
      return { ...node, content: content.toSpliced(at, 1) }
    case 2:
      return { ...node, content: content.toSpliced(at, 1).toSpliced(chance.int(0, content.length), 0, other) }
    default:
      return { ...node, content: [...content, other] }
  }
}

test('[V5] of 1,500 random pairs of texts a comparison names something exactly if their hashes differ', () => {
  const chance = random(20_260_117)
  let [same, other] = [0, 0]
  for (let run = 0; run < 1_500; run += 1) {
    const before = anyText(chance)
    const after = chance.int(0, 4) === 0 ? anyText(chance) : withOneChange(before, chance)
    const found = different(before, after)
    const differ = contentHash(before) !== contentHash(after)
    if (found.length > 0 !== differ) expect({ before, after }, `run ${run}`).toEqual({ found, differ })
    // What is named as changed is named with a reason.
    const silent = found.filter((each) => each.change === 'changed' && !names(each))
    if (silent.length > 0) expect({ before: canonical(before), after: canonical(after) }, `run ${run}`).toEqual(silent)
    if (differ) other += 1
    else same += 1
  }
  // The generator reaches both.
  expect([same > 100, other > 900]).toEqual([true, true])
})
