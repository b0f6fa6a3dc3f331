/** A definition of an initiative: what is sound, what is wrong and where, and how its parties are drawn. */
import { describe, expect, test } from 'vitest'
import { mostParties, readDefinition } from '#shared/domain/definition.ts'
import { createInitiative, derived, initiative, installInitiative } from '#shared/domain/initiative.ts'
import { partySigns } from '#shared/domain/party-signs.ts'
import { shippedDefinition } from '#test/support/initiative.ts'
import { threeParties } from '#test/support/three-parties.ts'

/** The places of all that is wrong with the shipped definition once it is changed. */
function placesWrong(change: (definition: Record<string, unknown>) => void): string[] {
  const changed: Record<string, unknown> = structuredClone(shippedDefinition)
  change(changed)
  const read = readDefinition(changed)
  return 'problems' in read ? read.problems.map(({ path }) => path) : []
}

describe('a definition', () => {
  test('[D5] the shipped definition and one of three parties are sound', () => {
    for (const definition of [shippedDefinition, threeParties])
      expect(readDefinition(definition)).toEqual({ definition })
  })

  test('[D5] everything that is wrong with a definition is named by its place, at once', () => {
    const [first, second] = shippedDefinition.parties
    expect(
      placesWrong((definition) => {
        definition['parties'] = [first, { ...second, id: 'us', timeZone: 'Mars/Olympus' }]
        definition['groups'] = [
          { ...shippedDefinition.groups[0], links: ['investment', 'nowhere'], purpose: { en: 'Only one' } },
        ]
        definition['agencies'] = [{ ...shippedDefinition.agencies[0], party: 'fr' }]
        definition['meetings'] = [
          { body: 'cabinet', date: '2031-01-01' },
          { body: 'senate', date: '2026-02-31' },
        ]
        definition['starts'] = '2029-01-01'
        definition['colour'] = 'red'
      }).toSorted(),
    ).toEqual(
      [
        '',
        'agencies.0.party',
        'ends',
        'groups.0.links.0',
        'groups.0.links.1',
        'groups.0.purpose.ja',
        'meetings.0.date',
        'meetings.1.body',
        'meetings.1.date',
        'meetings.1.date',
        'parties.1.id',
        'parties.1.timeZone',
      ].toSorted(),
    )
  })

  test('[D5] an initiative has two to eight parties, and none whose name would be taken for another kind of seat', () => {
    const [first] = shippedDefinition.parties
    expect(placesWrong((definition) => (definition['parties'] = [first]))).toContain('parties')
    const nine = Array.from({ length: mostParties + 1 }, (_, at) => ({ ...first, id: `p${at}`, prefix: `P${at}` }))
    expect(placesWrong((definition) => (definition['parties'] = nine))).toContain('parties')
    expect(
      placesWrong(
        (definition) =>
          (definition['parties'] = [{ ...first, id: 'secretariat' }, ...shippedDefinition.parties.slice(1)]),
      ),
    ).toContain('parties.0.id')
  })

  test('[D5] what is no object at all is refused, not thrown over', () => {
    for (const value of [null, 7, [], 'text']) expect(readDefinition(value)).toHaveProperty('problems')
  })
})

describe('the initiative of a process', () => {
  test('[D5] what follows from an initiative follows from the one that is installed', () => {
    const prefixes = derived(({ parties, party }) => parties.map((id) => party(id).prefix).join(' '))
    expect(prefixes()).toBe('US JP')
    installInitiative(threeParties)
    expect(prefixes()).toBe('AU JP KR')
    expect(initiative().groups).toHaveLength(4)
    installInitiative(shippedDefinition)
    expect(prefixes()).toBe('US JP')
  })

  test('[D5] links that are said at one group hold for both', () => {
    const { groups, linkedGroups } = createInitiative(threeParties)
    expect(groups.map((group) => linkedGroups(group))).toEqual([
      ['standards'],
      [],
      ['standards'],
      ['quantum', 'biotechnology'],
    ])
  })
})

describe('how parties are drawn', () => {
  test('[D5] there is a colour and a sign for each of eight parties, and no two are alike', () => {
    expect(partySigns.length).toBeGreaterThanOrEqual(mostParties)
    expect(new Set(partySigns.map(({ color }) => color)).size).toBe(partySigns.length)
    expect(new Set(partySigns.map(({ mark }) => mark)).size).toBe(partySigns.length)
  })

  test('[D5] a party’s colour can be read on light paper, and lightened as the theme does it on dark paper', () => {
    for (const { color } of partySigns) {
      for (const paper of ['#fbfaf6', '#f6f4ee']) expect(contrast(rgb(color), rgb(paper))).toBeGreaterThanOrEqual(4.5)
      for (const paper of ['#191816', '#24231f']) {
        expect(contrast(lightened(rgb(color)), rgb(paper))).toBeGreaterThanOrEqual(4.5)
      }
    }
  })
})

type Rgb = readonly [number, number, number]

/** In linear light, 0 to 1. */
const rgb = (hex: string): Rgb => {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }
  return [channel(1), channel(3), channel(5)]
}

/** WCAG 2. */
function contrast(a: Rgb, b: Rgb): number {
  const [light, dark] = [a, b]
    .map(([red, green, blue]) => 0.2126 * red + 0.7152 * green + 0.0722 * blue)
    .toSorted((x, y) => y - x)
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05)
}

/** `color-mix(in oklab, color 55%, white)`: https://bottosson.github.io/posts/oklab */
function lightened([red, green, blue]: Rgb): Rgb {
  const [l, m, s] = [
    Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue),
    Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue),
    Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue),
  ].map((cone) => cone * 0.55 + 0.45)
  const [x, y, z] = [(l ?? 0) ** 3, (m ?? 0) ** 3, (s ?? 0) ** 3]
  return [
    4.0767416621 * x - 3.3077115913 * y + 0.2309699292 * z,
    -1.2684380046 * x + 2.6097574011 * y - 0.3413193965 * z,
    -0.0041960863 * x - 0.7034186147 * y + 1.707614701 * z,
  ]
}
