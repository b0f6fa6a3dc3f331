/** The editor's small parts without a screen: how changes move positions, undo steps, find, headings, links, the margin. */
import * as Y from 'yjs'
import { describe, expect, test } from 'vitest'
import { changedRange, mappingOf } from '#client/editor/change.ts'
import { findMatches } from '#client/editor/find.ts'
import { currentLevel, setLevel } from '#client/editor/headings.ts'
import { linkAt, readHref, setLink } from '#client/editor/links.ts'
import { outlineOf, sameOutline } from '#client/editor/outline.ts'
import { nextRun } from '#client/editor/undo.ts'
import { placeCards } from '#client/threads/placing.ts'
import { touchedClauses } from '#client/editor/highlights.ts'
import { bindEditor, clauseOf, idOf, paragraph } from './editor-binding.ts'

const firstText = (body: Y.XmlFragment): Y.XmlText => {
  const found = body.createTreeWalker((node) => node instanceof Y.XmlText).next()
  if (!(found.value instanceof Y.XmlText)) throw new Error('No text')
  return found.value
}

const editorOf = () =>
  bindEditor([clauseOf(1, ['One line.', 'Another line.']), clauseOf(2, ['Second clause.']), clauseOf(3, ['Third.'])])

describe('a change from the shared text', () => {
  test('[T3] moves positions by its difference, although it replaces the whole document', () => {
    const editor = editorOf()
    const { from, to } = editor.find('Second clause')
    const tr = editor.remote((body) => firstText(body).insert(0, 'Long before: '))
    expect(tr.mapping.mapResult(from).deleted).toBe(true)
    const mapping = mappingOf(tr)
    expect(editor.state().doc.textBetween(mapping.map(from, 1), mapping.map(to, -1))).toBe('Second clause')
  })

  test('[U6] a caret stays between the same characters', () => {
    const editor = editorOf()
    const at = editor.find('line.').from
    const before = editor.remote((body) => firstText(body).insert(0, 'xx'))
    const after = editor.remote((body) => firstText(body).insert(firstText(body).length, 'yy'))
    const moved = mappingOf(after).map(mappingOf(before).map(at))
    expect(editor.state().doc.textBetween(moved, moved + 5)).toBe('line.')
  })

  test('[T3] names the clauses that it touched, and no others', () => {
    const editor = editorOf()
    const tr = editor.remote((body) => firstText(body).insert(0, 'x'))
    expect(new Set(touchedClauses(tr.before, tr.doc))).toEqual(new Set([idOf(1)]))
  })

  test('[T3] is none where nothing differs, and exact among repeated characters', () => {
    const editor = bindEditor([clauseOf(1, ['aaaa'])])
    expect(changedRange(editor.state().doc, editor.state().doc)).toBeNull()
    const tr = editor.remote((body) => firstText(body).insert(2, 'aa'))
    const range = changedRange(tr.before, tr.doc)!
    expect(range.newTo - range.from - (range.oldTo - range.from)).toBe(2)
    expect(range.oldTo).toBeGreaterThanOrEqual(range.from)
  })
})

describe('undo steps', () => {
  const idle = nextRun({ kind: 'other', at: -1, length: 0, breaks: false, count: 0 }, editorOf().state().tr)

  const type = (words: string, at: number) => {
    const editor = editorOf()
    let run = idle
    const breaks: boolean[] = []
    let pos = at
    for (const letter of words) {
      editor.run((state) => {
        const tr = state.tr.insertText(letter, pos)
        run = nextRun(run, tr)
        breaks.push(run.breaks)
        return tr
      })
      pos += 1
    }
    return { editor, run, breaks, pos }
  }

  test('[U13] typing on at one place is one step', () => {
    expect(type('together', 3).breaks).toEqual([true, ...Array.from({ length: 7 }, () => false)])
  })

  test('[U13] a long run ends between words, never within one', () => {
    const { breaks } = type(`${'a'.repeat(60)} b`, 3)
    expect(breaks.indexOf(true, 1)).toBe(60)
  })

  test('[U13] typing elsewhere, deleting and splitting begin new steps', () => {
    const { editor, run, pos } = type('ab', 3)
    expect(nextRun(run, editor.state().tr.insertText('x', pos + 3)).breaks).toBe(true)
    expect(nextRun(run, editor.state().tr.delete(pos - 1, pos)).breaks).toBe(true)
    expect(nextRun(run, editor.state().tr.split(pos)).breaks).toBe(true)
    expect(nextRun(run, editor.state().tr.insertText('x', pos)).breaks).toBe(false)
  })

  test('[U13] what others write in between does not end a step', () => {
    const { editor, run, pos } = type('ab', 3)
    const between = nextRun(
      run,
      editor.remote((body) => firstText(body).insert(0, 'far ')),
    )
    expect(between.breaks).toBe(false)
    expect(nextRun(between, editor.state().tr.insertText('c', pos + 4)).breaks).toBe(false)
  })
})

describe('find', () => {
  test('[U9] finds words whatever their case and width, in both languages', () => {
    const { doc } = bindEditor([clauseOf(1, ['AI and ai.'], ['ＡＩの利用。'])]).state()
    expect(findMatches(doc, 'ai').map(({ from, to }) => doc.textBetween(from, to))).toEqual(['AI', 'ai', 'ＡＩ'])
    expect(findMatches(doc, '')).toEqual([])
  })

  test.for([
    ['Semiconductor… Supply', 'semiconductor', ['Semiconductor']],
    ['Semiconductor… Supply', 'supply', ['Supply']],
    ['The ALLIANCE… of ＡＬＬＩＡＮＣＥ', 'alliance', ['ALLIANCE', 'ＡＬＬＩＡＮＣＥ']],
    ['ｻﾌﾟﾗｲﾁｪｰﾝとﾊﾞｯﾃﾘｰ', 'サプライ', ['ｻﾌﾟﾗｲ']],
    ['ｻﾌﾟﾗｲﾁｪｰﾝとﾊﾞｯﾃﾘｰ', 'ﾊﾞｯﾃﾘｰ', ['ﾊﾞｯﾃﾘｰ']],
    ['ﾊﾞｯﾃﾘｰの協定', '協定', ['協定']],
    ['wait… here', '..', ['…']],
    ['½ and ㈱協定', '協定', ['協定']],
    ['semi\u00adcon\u200bductor', 'SEMICONDUCTOR', ['semi\u00adcon\u200bductor']],
    ['か\u3099く', 'がく', ['か\u3099く']],
    ['İstanbul supply', 'supply', ['supply']],
  ] as const)('[U9] in “%s” the words “%s” are found, whatever signs stand beside them', ([text, query, found]) => {
    const { doc } = bindEditor([clauseOf(1, [text], [''])]).state()
    expect(findMatches(doc, query).map(({ from, to }) => doc.textBetween(from, to))).toEqual(found)
  })
})

describe('headings and links', () => {
  test('[U9] a level is set on and taken from the selected paragraphs', () => {
    const editor = editorOf()
    editor.caret('One line', 'start')
    editor.run((state) => setLevel(state, 2))
    expect(currentLevel(editor.state())).toBe(2)
    expect(setLevel(editor.state(), 2)).toBeNull()
  })

  test('[U9] only addresses that are safe to follow are linked', () => {
    expect(readHref('example.org/a')).toBe('https://example.org/a')
    expect(readHref('javascript:alert(1)')).toBeNull()
    expect(readHref('data:text/html,x')).toBeNull()
    const editor = editorOf()
    editor.select('line')
    expect(setLink(editor.state(), 'javascript:alert(1)')).toBeNull()
    editor.run((state) => setLink(state, 'https://example.org'))
    editor.caret('line', 'end')
    expect(linkAt(editor.state())?.href).toBe('https://example.org')
  })
})

describe('the outline', () => {
  test('[U9] numbers clauses by their place and takes the first line as the title', () => {
    const editor = editorOf()
    const rows = outlineOf(editor.state().doc)
    expect(rows.map(({ label }) => label.ja)).toEqual(['第1条', '第2条', '第3条'])
    expect(rows[0]?.title.en).toBe('One line.')
    editor.run((state) => state.tr.insertText('First ', editor.find('One line').from))
    expect(sameOutline(rows, outlineOf(editor.state().doc))).toBe(false)
  })

  test('[V6] tells of lines that look like the heading of a clause and are none', () => {
    const { doc } = bindEditor([
      paragraph('Article 7 Before all'),
      clauseOf(
        1,
        ['Payment', 'ARTICLE ９', 'Article 1', 'Article 3 applies to this as well.'],
        ['支払', '第十二条（雑則）'],
      ),
      clauseOf(2, ['Article IV: Costs', 'Article II'], ['第二条']),
      paragraph('Art. 8'),
      clauseOf(3, ['Articles of clothing', 'Target 2', 'Particle 3'], ['条約', '第３条　期間']),
    ]).state()
    expect(outlineOf(doc).map(({ posing }) => posing)).toEqual([
      ['Article 7 Before all', 'ARTICLE ９', '第十二条（雑則）'],
      ['Article IV: Costs', 'Art. 8'],
      ['Target 2'],
    ])
  })
})

describe('cards in the margin', () => {
  const card = (wanted: number, fixed = false) => ({ wanted, height: 100, fixed })

  test('[T9] stand beside their passages where there is room, and below each other where there is none', () => {
    expect(placeCards([card(0), card(300), card(320)], 10, 0)).toEqual([0, 300, 410])
  })

  test('[T9] the one in use stands exactly beside its passage; those before it give way', () => {
    expect(placeCards([card(200), card(210, true), card(220)], 10, 0)).toEqual([100, 210, 320])
  })

  test('[T9] none is pushed out of reach above', () => {
    expect(placeCards([card(0), card(20, true)], 10, 0)).toEqual([0, 110])
  })
})
