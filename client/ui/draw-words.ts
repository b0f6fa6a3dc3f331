/** Words of people as DOM nodes, with a sign for every character that cannot be seen or passes for another. */
import { piecesOf, signKinds, type Sign } from '#shared/editor/signs.ts'
import { currentLanguage } from '#client/i18n/messages.ts'
import './words.css'

/** What an element has that draws one sign: `data-sign` is what is seen, the title says what it is. */
export function signAttributes({ kind, label, code }: Sign): { class: string; 'data-sign': string; title: string } {
  const names = label === code ? code : `${code} ${label}`
  return {
    class: kind === 'letter' ? 'sign-letter' : 'sign',
    'data-sign': label,
    title: `${names}: ${signKinds[kind][currentLanguage()]}`,
  }
}

/** The nodes of a text, to be put where they are shown. */
export const drawWords = (text: string): Node[] =>
  piecesOf(text).map(({ text: words, sign }) => {
    if (sign === null) return document.createTextNode(words)
    const element = document.createElement('span')
    for (const [name, value] of Object.entries(signAttributes(sign))) element.setAttribute(name, value)
    element.textContent = words
    return element
  })
