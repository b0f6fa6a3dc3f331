/** Quoted words are found again wherever they honestly can be, at a cost that nobody's text or quotation drives up. */
import * as Y from 'yjs'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { Anchor } from '#shared/api/threads.ts'
import { maxQuotation } from '#shared/domain/threads.ts'
import { AnchorFinder, createAnchor, passageText, resolveAnchor, type TextAnchor } from '#shared/editor/anchors.ts'
import { appendJson, clauseJson, findClause, findClauseText } from '#shared/editor/clauses.ts'
import { findQuotation } from '#shared/editor/quotations.ts'
import { findWords } from '#test/http/text.ts'
import { idOf } from './editor-binding.ts'

/** What the rough search was given: machine words worked through, by the rules of its algorithm. */
let work = 0
let searches = 0
vi.mock('approx-string-match', async (load) => {
  const { default: search } = await load<typeof import('approx-string-match')>()
  return {
    default: (text: string, pattern: string, maxErrors: number) => {
      const matches = search(text, pattern, maxErrors)
      const wordsOfPattern = Math.ceil(pattern.length / 32)
      searches += 1
      work += text.length * wordsOfPattern
      // For each match it goes back from the end, over as much text as the words can span.
      for (const { errors } of matches) work += (pattern.length + errors) * wordsOfPattern
      return matches
    },
  }
})
beforeEach(() => {
  work = 0
  searches = 0
})

const passageIn = (text: string, quote: { exact: string; prefix?: string; suffix?: string }) => {
  const found = findQuotation(text, { prefix: '', suffix: '', ...quote })
  return found && text.slice(found.start, found.end)
}

const article = Array.from(
  { length: 40 },
  (_, index) => `The Participants intend to consult each other on matter ${index} in good faith and without delay. `,
).join('')

describe('a passage that was written anew and changed', () => {
  const before = 'The Participants recognise that supply chains cross many borders. '
  const passage =
    'They intend to exchange forecasts every quarter, in confidence. Each will name one office as its point of contact. Public support is to be made known before it takes effect.'
  const after = ' Nothing here creates obligations under international law.'
  const quote = { exact: passage, prefix: before.slice(-32), suffix: after.slice(0, 32) }

  test('[T5] is found by its ends, however much longer than one of them it is', () => {
    const now = passage
      .replace('intend to', 'will')
      .replace('one office', 'an office or an agency')
      .replace('its', 'it')
    expect(passageIn(before + now + after, quote)).toBe(now)
  })

  test('[T5] is found among sentences that differ from it as little as it has changed', () => {
    const sentence =
      'matter 12 in good faith and without delay. The Participants intend to consult each other on matter 13'
    const now = sentence.replace('matter', 'mater')
    const surroundings = { prefix: 'intend to consult each other on ', suffix: ' in good faith and without delay' }
    expect(passageIn(article.replace(sentence, now), { exact: sentence, ...surroundings })).toBe(now)
  })

  test('[T7] is gone where less than most of its length is left between them', () => {
    const now = passage.slice(0, 40) + passage.slice(-40)
    expect(passageIn(before + now + after, quote)).toBeNull()
  })

  test('[T8] is not taken for alike words whose surroundings are others', () => {
    const exact = 'matter 99 in good faith and without delay'
    expect(passageIn(article, { exact, prefix: 'As to ', suffix: ', they will meet' })).toBeNull()
  })
})

describe('words in thousands of places', () => {
  test('[T8] are found at the one that their surroundings point to', () => {
    const text = `${'to agree, '.repeat(4000)}but to agree twice`
    const found = findQuotation(text, { exact: 'agree', prefix: 'but to ', suffix: ' twice' })
    expect(found?.start).toBe(text.lastIndexOf('agree'))
  })

  test('[T8] are nowhere rather than at the first of them, if they are too many to compare', () => {
    expect(passageIn('a'.repeat(6000), { exact: 'aaa', prefix: 'b' })).toBeNull()
  })
})

describe('what a search costs', () => {
  const sides = { prefix: 'p'.repeat(64), suffix: 's'.repeat(64) }
  test.each([
    ['one letter over and over', 'a'.repeat(4000), 'a'.repeat(1440) + 'b'.repeat(560)],
    ['one letter with one other amid', 'a'.repeat(60_000), 'a'.repeat(2000) + 'b' + 'a'.repeat(1999)],
    ['words as long as one machine word', 'a'.repeat(60_000), 'a'.repeat(23) + 'b'.repeat(9)],
    ['runs of letters', ('a'.repeat(220) + 'b'.repeat(60)).repeat(214), 'a'.repeat(60) + 'c' + 'b'.repeat(40)],
    ['prose', article.repeat(15), article.replaceAll('consult each other', 'confer with one another').slice(0, 4000)],
  ])('[T17] grows with the text alone: %s', (_, text, exact) => {
    expect(passageIn(text, { exact, ...sides })).toBeNull()
    // Both ends are looked for once, in stretches that overlap; then come the few places that fit.
    expect(work).toBeLessThan(3 * text.length + 20_000)
  })

  test.each(['a', 'a'.repeat(4000), 'b' + 'a'.repeat(3999), 'a'.repeat(2000) + 'b' + 'a'.repeat(1999)])(
    '[T17] the very words are looked for a bounded number of times, by no more than the native search is quick for (%#)',
    (exact) => {
      const text = 'a'.repeat(60_000)
      const indexOf = vi.spyOn(String.prototype, 'indexOf')
      passageIn(text, { exact, ...sides })
      const needles = indexOf.mock.calls.map(([needle]) => needle.length)
      indexOf.mockRestore()
      expect(needles.length).toBeLessThanOrEqual(5001)
      expect(Math.max(...needles)).toBeLessThanOrEqual(250)
    },
  )

  test('[T17] in a text longer than any article only the very words are looked for', () => {
    const text = article.repeat(30)
    expect(passageIn(text, { exact: 'words that nobody wrote', ...sides })).toBeNull()
    expect(searches).toBe(0)
  })
})

const bodyOf = (...texts: string[]) => {
  const body = new Y.Doc().getXmlFragment('body')
  const paragraphs = (words: string) => ({ en: [{ type: 'paragraph', content: [{ type: 'text', text: words }] }] })
  appendJson(
    body,
    texts.map((words, index) => clauseJson({ id: idOf(index + 1), kind: 'article' }, paragraphs(words))),
    null,
  )
  return body
}

const lost = (clause: number, exact: string): TextAnchor => ({
  clause: idOf(clause),
  language: 'en',
  start: '',
  end: '',
  quote: { exact, prefix: '', suffix: '' },
})

describe('words looked for in vain', () => {
  const early = 'share everything at once'

  test('[T17] are looked for again only when the words of their own clause have changed', () => {
    const body = bodyOf('The Participants intend to share information early.', 'They will report.')
    const finder = new AnchorFinder()
    const anchors = [lost(1, early), lost(2, 'meet every single quarter')]
    const searchesOf = () => {
      searches = 0
      const resolve = finder.resolverIn(body)
      const found = anchors.map(resolve)
      return { found, searches }
    }
    expect(searchesOf()).toEqual({ found: [null, null], searches: 2 })
    expect(searchesOf()).toEqual({ found: [null, null], searches: 0 })
    const { text, index } = findWords(body, 'report')
    text.insert(index, 'also ')
    expect(searchesOf()).toEqual({ found: [null, null], searches: 1 })
    text.insert(0, 'meet every single quarter. ')
    expect(searchesOf().found).toEqual([null, expect.objectContaining({ anchor: expect.anything() })])
  })

  test('[T17] are forgotten once they are too many to keep', () => {
    const body = bodyOf('The Participants intend to share information early.')
    const resolve = new AnchorFinder().resolverIn(body)
    const searchesFor = (words: string) => {
      searches = 0
      expect(resolve(lost(1, words))).toBeNull()
      return searches
    }
    expect([searchesFor(early), searchesFor(early)]).toEqual([1, 0])
    for (let index = 0; index < 1000; index += 1) searchesFor(`quarter ${index} ${early}`)
    expect(searchesFor(early)).toBe(1)
  })

  test('[T17] are not mistaken for others of the same clause', () => {
    const finder = new AnchorFinder()
    const body = bodyOf('The Participants intend to share information early.')
    expect(finder.resolverIn(body)(lost(1, early))).toBeNull()
    expect(finder.resolverIn(body)(lost(1, 'share information'))?.anchor.quote.exact).toBe('share information')
  })

  test('[T4] are found in the same words once others stand there whose places are dead', () => {
    const body = bodyOf('The Participants intend to share information early.')
    const finder = new AnchorFinder()
    expect(finder.resolverIn(body)(lost(1, early))).toBeNull()
    const anchor = finder.resolverIn(body)(lost(1, 'information early'))?.anchor
    if (anchor === undefined) throw new Error('No anchor')
    const again = bodyOf('The Participants intend to share information early.')
    expect(finder.resolverIn(again)(anchor)?.anchor.quote.exact).toBe('information early')
  })
})

describe('a passage longer than can be quoted', () => {
  const long = `${'𠮷'.repeat(1999)}x${'𠮷'.repeat(3000)}`

  function anchorOnAll(body: Y.XmlFragment): TextAnchor {
    const clause = findClause(body, idOf(1))
    const root = clause && findClauseText(clause, 'en')
    if (root === undefined) throw new Error('No text')
    const { text } = findWords(root, long)
    const anchor = createAnchor(body, idOf(1), 'en', {
      start: { text, index: 0 },
      end: { text, index: long.length },
    })
    if (anchor === null) throw new Error('No anchor')
    return anchor
  }

  test('[T3] is quoted by whole characters of its beginning, which the server takes, and kept in full', () => {
    const body = bodyOf(long)
    const anchor = anchorOnAll(body)
    expect(anchor.quote.exact).toBe(long.slice(0, maxQuotation - 1))
    expect(Anchor.parse(anchor)).toEqual(anchor)
    const found = resolveAnchor(body, anchor)
    expect(found?.anchor).toBe(anchor)
    expect(found && passageText(body, found.anchor, found.passage)).toBe(long)
  })

  test('[T5] is its beginning, when it was written anew', () => {
    const anchor = anchorOnAll(bodyOf(long))
    const again = bodyOf(long)
    const found = resolveAnchor(again, anchor)
    expect(found && passageText(again, found.anchor, found.passage)).toBe(anchor.quote.exact)
  })
})
