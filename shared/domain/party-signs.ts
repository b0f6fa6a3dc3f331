/** The colours and signs of parties, by their place in the initiative: a definition never says how a party is drawn. */

export type PartySign = {
  /** Six-digit hex: caret extensions reject other forms. At least 4.5:1 on the light paper, and on the dark one once lightened. */
  readonly color: `#${string}`
  /** The sign that goes with the colour, so that a colour never speaks alone. */
  readonly mark: PartyMark
}

/** Filled or not, and in which shape; without one, it is a circle. */
export type PartyMark = 'solid' | 'outlined' | `${'solid' | 'outlined'}-${'diamond' | 'triangle' | 'hexagon'}`

/** In the order in which parties take them: neighbours differ most, also to those who see few colours. */
export const partySigns: readonly [PartySign, ...PartySign[]] = [
  { color: '#1f4b8f', mark: 'solid' },
  { color: '#b5371f', mark: 'outlined' },
  { color: '#0b6b50', mark: 'solid-diamond' },
  { color: '#7b3a94', mark: 'outlined-diamond' },
  { color: '#825500', mark: 'solid-triangle' },
  { color: '#00657e', mark: 'outlined-triangle' },
  { color: '#9c2460', mark: 'solid-hexagon' },
  { color: '#4f5b16', mark: 'outlined-hexagon' },
]
