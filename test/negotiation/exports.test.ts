/** Files of a text with pending changes: what each view shows, and that brackets are read back as the changes they were. */
import { describe, expect, test } from 'vitest'
import { listChanges } from '#shared/editor/changes/list.ts'
import { acceptAll, rejectAll, settled } from '#shared/editor/changes/settle.ts'
import { views } from '#shared/editor/changes/views.ts'
import { importText } from '#shared/editor/import/import.ts'
import { plainText, type JsonNode } from '#shared/editor/text.ts'
import { toHtml, toMarkdown } from '#server/snapshots/export.ts'
import { blockChange, change, deletion, line, people, run } from '../support/changes.ts'
import { clauseIds } from '../support/engine.ts'

const [us, , jp] = people
const version = {
  title: { en: 'A text', ja: '文案' },
  label: 'v1',
  hash: '0'.repeat(64),
  at: '2026-11-30T00:00:00Z',
  by: { en: 'Someone', ja: '誰か' },
}
const clauseWith = (en: readonly JsonNode[], ja: readonly JsonNode[] = [line([run('本文')])]): JsonNode => ({
  type: 'doc',
  content: [
    {
      type: 'clause',
      attrs: { id: clauseIds[0], kind: 'article' },
      content: [
        { type: 'clauseText', attrs: { lang: 'en' }, content: en },
        { type: 'clauseText', attrs: { lang: 'ja' }, content: ja },
      ],
    },
  ],
})
const formats = { markdown: toMarkdown, html: toHtml } as const

/** A file of each language in brackets, read again. */
function again(content: JsonNode, format: keyof typeof formats): JsonNode {
  const write = (language: 'en' | 'ja') =>
    formats[format]({ ...version, content, view: 'brackets', party: null }, [language])
  let made = 0
  const newId = () => {
    made += 1
    return `00000000-0000-4000-8000-${String(made).padStart(12, '0')}`
  }
  const texts = { en: write('en'), ja: write('ja') }
  const { clauses } = importText({ format, texts, kind: 'mou', by: { user: 'us-cochair-ai', at: 0 }, newId })
  return { type: 'doc', content: clauses }
}

/** Without spaces, which no file keeps at the ends of its lines, and without the joiners of signs that were cut, which files spell out. */
const folded = (text: string) => text.replaceAll(/\s|\u200d|‹U\+200D›/g, '')

/** What there is to be said of changes of words, without the ids that they bear: the places by which of them share one. */
function told(content: JsonNode) {
  // A block without words leaves nothing in a file.
  const changes = listChanges(content).filter(({ deletes, inserts }) => folded(deletes + inserts) !== '')
  return changes.map(({ party, kind, language, deletes, inserts, place }) => [
    party,
    kind === 'move' ? 'block' : kind,
    language,
    folded(deletes),
    folded(inserts),
    changes.flatMap((other, at) => (other.place === place ? [at] : [])).join(),
  ])
}

describe('views of an exported text', () => {
  const text = clauseWith([
    line([
      run('The Participants '),
      run('shall', deletion(jp, { id: 'd1', place: 'p1' })),
      run('may', change(jp, { id: 'i1', place: 'p1' })),
      run(' share '),
      run('all', change(us, { id: 'i2', place: 'p2' })),
      run(' [data].'),
    ]),
  ])

  test('[N4] each says who proposes what, in words and with the sign of the party, and leaves the text as it is', () => {
    const before = JSON.stringify(text)
    const body = (view: (typeof views)[number], party: string | null) =>
      toMarkdown({ ...version, content: text, view, party }, ['en'])
        .split('## Article 1\n\n')[1]
        ?.trim()
    expect(body('brackets', null)).toBe('The Participants [JP delete: shall][JP: may] share [US: all] \\[data\\].')
    expect(body('redline', null)).toBe('The Participants {−JP: shall−}{+JP: may+} share {+US: all+} \\[data\\].')
    expect(body('ours', 'us')).toBe('The Participants shall share all \\[data\\].')
    expect(body('theirs', 'us')).toBe('The Participants may share  \\[data\\].')
    expect(body('base', 'us')).toBe('The Participants shall share  \\[data\\].')
    const page = toHtml({ ...version, content: text, view: 'brackets', party: null }, ['en'])
    expect(page).toContain('[JP delete: ')
    expect(page).toMatch(/<ins[^>]* data-party="us"[^>]*>\[US: /)
    expect(page).toContain('ins[data-party="us"]')
    expect(JSON.stringify(text)).toBe(before)
  })
})

describe('importing an export', () => {
  const cases: Record<string, JsonNode> = {
    'words of both sides at one place': clauseWith([
      line([
        run('a '),
        run('b', deletion(jp, { id: 'd', place: 'p' })),
        run('c', change(jp, { id: 'i', place: 'p' })),
        run(' d'),
      ]),
    ]),
    'words side by side at places of their own': clauseWith([
      line([run('a '), run('b', change(us)), run('c', change(jp)), run(' d '), run('e', change(us)), run(' f')]),
    ]),
    'one change in two parts': (() => {
      const own = change(us)
      return clauseWith([line([run('a', own), run(' base '), run('b', own), run(' end')])])
    })(),
    'all words of a line, of which the line is none': clauseWith([line([run('a', change(us))]), line([run('b')])]),
    'a line and a list as blocks': (() => {
      const block = blockChange(us, 'insert')
      const { op: _, ...own } = block
      return clauseWith([
        line([run('base')]),
        line([run('new', own)], { 'suggested--us': block }),
        line([run('gone')], { 'suggested--jp': blockChange(jp, 'delete') }),
      ])
    })(),
    'a deletion over an insertion': (() => {
      const own = change(us)
      return clauseWith([line([run('a '), run('b ', own), run('c', own, deletion(jp, { over: own.id })), run(' d')])])
    })(),
    'words that look like a label or a bracket': clauseWith([
      line([
        run('[US: a] '),
        run('US: b [c]', change(jp)),
        run(' \\[d\\] *e* '),
        run('f', change({ party: 'jp', user: 'x' })),
      ]),
    ]),
  }

  test.for(Object.entries(cases))('[N4] gives the same changes: %s', ([, content]) => {
    for (const format of ['markdown', 'html'] as const) {
      const read = again(content, format)
      expect(told(read), `in ${format}`).toEqual(told(content))
      expect(folded(plainText(settled(read, rejectAll) ?? read)), `in ${format}`).toBe(
        folded(plainText(settled(content, rejectAll) ?? content)),
      )
      expect(folded(plainText(settled(read, acceptAll) ?? read)), `in ${format}`).toBe(
        folded(plainText(settled(content, acceptAll) ?? content)),
      )
    }
  })
})
