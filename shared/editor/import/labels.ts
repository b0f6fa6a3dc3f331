/**
 * What stands at the beginning of a bracket and says whose it is: `[A: may share]`, with the letters or the name of a party. Files that we
 * write say more where the brackets alone would not tell it: `[A delete: shall share]`, `[A #2a: …]`.
 */
import { initiative, type Party } from '#shared/domain/initiative.ts'

/**
 * `parties`: whose it is. `deletes`: they take these words out. `place`, `change`: which place of the file it is of and which change
 * of that place, where it says so. `inLine`: it is of words, although these are all of their line.
 */
export type BracketLabel = {
  readonly parties: readonly Party[]
  readonly deletes: boolean
  readonly place: string | null
  readonly change: string | null
  readonly inLine: boolean
}

const deleting = { en: 'delete', ja: '削除' }

const mostLetters = 120
const form =
  /^\s*(?<who>[^#:：[\]\n]*?)\s*(?<deletes>\b(?:deletes?|strikes?)|削除)?\s*(?:#(?<place>\d{1,6})(?<change>[a-z]{1,4}))?(?<inLine>\s+in line)?\s*[:：]\s?/iu

const folded = (name: string) =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[.\s]|^the\s/g, '')

/**
 * The label with which the words of a bracket begin, and how many letters it takes; null if they begin with none. Who is named must
 * be a party of the initiative, by its letters or its name in either language.
 */
export function readLabel(text: string): { readonly label: BracketLabel; readonly length: number } | null {
  const found = form.exec(text.slice(0, mostLetters))
  const { who = '', deletes, place, change, inLine } = found?.groups ?? {}
  if (found === null) return null
  const names = who === '' ? [] : who.split(/[,、，/／]|\band\b|及び/u)
  const parties = names.map(partyNamed)
  if (parties.includes(null) || (parties.length === 0 && place === undefined)) return null
  // What several put in together is nobody's alone: whose it is stays to be read.
  if (parties.length > 1 && deletes === undefined) return null
  return {
    label: {
      parties: parties.filter((party) => party !== null),
      deletes: deletes !== undefined,
      place: place ?? null,
      change: change ?? null,
      inLine: inLine !== undefined,
    },
    length: found[0].length,
  }
}

/** The same as it is written: `A delete #2a: `. Empty where nothing has to be said. */
export function writeLabel({ parties, deletes, place, change, inLine }: BracketLabel, language: 'en' | 'ja'): string {
  const said = [
    parties.map((party) => initiative().party(party).prefix).join(', '),
    deletes ? deleting[language] : '',
    place === null ? '' : `#${place}${change ?? ''}`,
    inLine ? 'in line' : '',
  ].filter((part) => part !== '')
  return said.length === 0 ? '' : `${said.join(' ')}: `
}

function partyNamed(name: string): Party | null {
  const wanted = folded(name)
  const { parties, party } = initiative()
  return (
    parties.find((id) => {
      const { prefix, name: names } = party(id)
      return [id, prefix, names.en, names.ja].some((known) => folded(known) === wanted)
    }) ?? null
  )
}

const option =
  /^\s*(?:option|alternative|選択肢|案)\s*(?<number>\d{1,2}|[ivx]{1,4}|[a-z]\b|[一二三四五六七八九])\s*[:：.．)、　]?/iu

/** The number of the option that words begin with ("Option 2:"), or null. */
export function readOption(text: string): string | null {
  const found = option.exec(text.slice(0, mostLetters))
  return found?.groups?.['number'] ?? null
}

/** The words of a line without the brackets that open with it, and whose they are. */
export function withoutOpening(text: string): string {
  for (let left = text; ;) {
    const opening = /^\s*[[［]\s*/.exec(left)?.[0].length ?? 0
    if (opening === 0) return left
    left = left.slice(opening)
    left = left.slice(readLabel(left)?.length ?? 0)
  }
}
