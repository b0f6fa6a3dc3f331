/**
 * Raised and lowered signs as characters of their own: 10³, CO₂. As formatting they would be missing where only words go: in a
 * comparison, a quotation, a hash, plain text, where 10³ would read 103.
 */

const spell = (from: string, to: string) =>
  new Map(Array.from(from).map((sign, at) => [sign, Array.from(to)[at] ?? sign]))

const raisedSigns = spell('0123456789+-−=()abcdefghijklmnoprstuvwxyz', '⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ')
const loweredSigns = spell('0123456789+-−=()aehijklmnoprstuvx', '₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ')

/** The ending of 1st, 2nd says the same on the line, and so does a mark in brackets or an asterisk. */
const readsTheSame = /^(st|nd|rd|th|er|re|e|o|a|º|ª|[[(（［].*[\])）］]|[*†‡§¶®©™]+|\s*)$/u

/** `text` written in signs; where there are none for it, with `sign` before it, so that it is not taken for plain words. */
function write(text: string, signs: ReadonlyMap<string, string>, sign: string): string {
  if (readsTheSame.test(text)) return text
  if (text === 'TM') return '™'
  if (text === 'SM') return '℠'
  const written = Array.from(text).map((each) => signs.get(each) ?? null)
  if (written.every((each) => each !== null)) return written.join('')
  return Array.from(text).length === 1 ? `${sign}${text}` : `${sign}(${text})`
}

export const raised = (text: string): string => write(text, raisedSigns, '^')
export const lowered = (text: string): string => write(text, loweredSigns, '_')
