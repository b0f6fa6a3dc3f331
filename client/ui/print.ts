/** What stands at the edges of each printed page, and light colours on it whatever the screen has. See `print.css`. */
import { useEffect, useRef } from 'react'
import { defineMessages, translate } from '#client/i18n/messages.ts'
import './print.css'

export type Paper = {
  /** What it is about; null where the version says so. */
  readonly title: string | null
  /** The handling mark of the document; empty if it bears none. */
  readonly handling: string
  /** Which state of it this is: a draft of that hour, or a version with its fingerprint. */
  readonly version: string
  /** Whose comments are printed with it; null without any. */
  readonly audience: string | null
}

const printMessages = defineMessages('print', {
  en: { page: 'Page {{page}} of {{pages}}' },
  ja: { page: '{{page}}／{{pages}}ページ' },
})

/** What can be printed now; the last one stands over the others. */
const papers: (() => Paper)[] = []

/** Has each page say `paper()`, asked for when something is printed; in place of whatever stands under it on the screen. */
export function usePaper(paper: () => Paper): void {
  const latest = useRef(paper)
  useEffect(() => {
    latest.current = paper
  })
  useEffect(() => {
    const entry = () => latest.current()
    papers.push(entry)
    return () => void papers.splice(papers.indexOf(entry), 1)
  }, [])
}

/** As a string of CSS. */
const quoted = (words: string) =>
  `"${words.replaceAll(/["\\\p{Cc}]/gu, (sign) => `\\${sign.charCodeAt(0).toString(16)} `)}"`

const scheme = 'data-mantine-color-scheme'
let undo: (() => void) | null = null

function prepare(): void {
  undo?.()
  const root = document.documentElement
  const shown = root.getAttribute(scheme)
  root.setAttribute(scheme, 'light')
  const [before = '', middle = '', after = ''] = translate(printMessages)('page', { page: '\n', pages: '\n' }).split(
    '\n',
  )
  const edges = { 'before-page': before, 'before-pages': middle, 'after-pages': after, ...papers.at(-1)?.() }
  for (const [edge, words] of Object.entries(edges)) {
    if (words !== null && words !== '') root.style.setProperty(`--print-${edge}`, quoted(words))
  }
  undo = () => {
    undo = null
    if (shown !== null) root.setAttribute(scheme, shown)
    for (const edge of Object.keys(edges)) root.style.removeProperty(`--print-${edge}`)
  }
}

window.addEventListener('beforeprint', prepare)
window.addEventListener('afterprint', () => undo?.())
