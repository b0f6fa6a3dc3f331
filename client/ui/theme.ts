/** Paper, ink and one accent: the only place with colour values. Parties and roles bring theirs from the registries. */
import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core'
import { partySigns } from '#shared/domain/party-signs.ts'
import { roleKeys, roles } from '#shared/domain/actors.ts'

const paper = '#fbfaf6'
const raised = '#fffefb'
const ink = '#1d1b18'

const warmGray: MantineColorsTuple = [
  '#f6f4ee',
  '#eeebe3',
  '#e3dfd6',
  '#d2ccc1',
  '#b7b0a4',
  '#8f887c',
  '#706a5f',
  '#5a554c',
  '#423e37',
  '#2c2924',
]

/** From text to background. */
const night: MantineColorsTuple = [
  '#e6e1d7',
  '#cbc5ba',
  '#aaa498',
  '#8c867b',
  '#45423b',
  '#35332d',
  '#24231f',
  '#191816',
  '#131211',
  '#0e0d0c',
]

const deepTeal: MantineColorsTuple = [
  '#e7f1f0',
  '#cfe3e1',
  '#a5cbc8',
  '#7ab4af',
  '#56a09a',
  '#2b807a',
  '#17706a',
  '#0f5c57',
  '#0b4a46',
  '#083936',
]

/** Red is only for what needs a hand now: one and the same for statuses, errors and what deletes. */
const statusRed = { light: '#ae241c', dark: '#f0948a' }
const red: MantineColorsTuple = [
  '#fdf1ef',
  '#f8dedb',
  '#f3c7c2',
  '#f2aea6',
  statusRed.dark,
  '#cf5a50',
  '#b5352c',
  statusRed.light,
  '#931d16',
  '#7a1812',
]

const sans =
  "'Public Sans Variable', 'Noto Sans JP Variable', 'Hiragino Sans', 'Yu Gothic UI', 'Noto Sans CJK JP', system-ui, sans-serif"
const serif =
  "'Source Serif 4 Variable', 'Noto Serif JP Variable', 'Hiragino Mincho ProN', 'Yu Mincho', 'Noto Serif CJK JP', Georgia, serif"

const quick = { duration: 100 }

export const theme = createTheme({
  white: raised,
  black: ink,
  colors: { gray: warmGray, dark: night, accent: deepTeal, red },
  primaryColor: 'accent',
  primaryShade: { light: 7, dark: 6 },
  fontFamily: sans,
  fontFamilyMonospace: "ui-monospace, 'SFMono-Regular', Menlo, Consolas, monospace",
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  lineHeights: { xs: '1.4', sm: '1.45', md: '1.5', lg: '1.5', xl: '1.4' },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
  defaultRadius: 'md',
  radius: { xs: '2px', sm: '4px', md: '6px', lg: '6px', xl: '6px' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  headings: {
    fontFamily: serif,
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '30px', lineHeight: '1.25', fontWeight: '500' },
      h2: { fontSize: '20px', lineHeight: '1.35' },
      h3: { fontSize: '16px', lineHeight: '1.4' },
      h4: { fontSize: '14px', lineHeight: '1.5' },
    },
  },
  components: {
    Button: { defaultProps: { size: 'sm' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 'lg' } },
    Tooltip: {
      defaultProps: { openDelay: 300, transitionProps: quick, events: { hover: true, focus: true, touch: false } },
    },
    Menu: { defaultProps: { transitionProps: quick, shadow: 'md' } },
    Popover: { defaultProps: { transitionProps: quick, shadow: 'md' } },
    Modal: {
      styles: { title: { fontFamily: serif, fontSize: '18px', fontWeight: 600 } },
      defaultProps: { transitionProps: { ...quick, transition: 'fade' }, overlayProps: { backgroundOpacity: 0.35 } },
    },
    // As high as a finger needs, whatever the size of its words.
    Switch: { styles: { root: { minHeight: 24 }, body: { minHeight: 24, alignItems: 'center' } } },
    Select: { defaultProps: { comboboxProps: { transitionProps: quick, shadow: 'md' } } },
  },
})

const lightParties = Object.fromEntries(partySigns.map(({ color }, at) => [`--party-${at + 1}`, color]))
const lightRoles = Object.fromEntries(roleKeys.map((role) => [`--role-${role}`, roles[role].color]))
/** The registries' colours are made for paper; on dark they are lightened until they can be read. */
const lightened = (variables: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(variables).map(([name, color]) => [name, `color-mix(in oklab, ${color} 55%, white)`]),
  )

export const variables: CSSVariablesResolver = () => ({
  variables: { '--font-serif': serif, '--font-sans': sans, '--top-bar': '52px' },
  light: {
    '--mantine-color-body': paper,
    '--mantine-color-dimmed': warmGray[7],
    '--mantine-color-placeholder': warmGray[6],
    '--mantine-color-default-border': warmGray[3],
    '--paper': paper,
    '--paper-raised': raised,
    '--paper-sunken': warmGray[0],
    '--ink': ink,
    '--ink-dim': warmGray[7],
    '--hairline': warmGray[2],
    '--accent-ink': deepTeal[7],
    '--accent-wash': deepTeal[0],
    '--status-onTrack': '#2b6b4a',
    '--status-atRisk': '#875700',
    '--status-blocked': statusRed.light,
    '--mantine-color-error': statusRed.light,
    '--status-done': '#4a5763',
    '--status-wash': '10%',
    ...lightParties,
    ...lightRoles,
  },
  dark: {
    '--mantine-color-body': night[7],
    '--mantine-color-dimmed': night[2],
    '--mantine-color-placeholder': night[3],
    '--mantine-color-anchor': deepTeal[3],
    '--paper': night[7],
    '--paper-raised': night[6],
    '--paper-sunken': night[8],
    '--ink': night[0],
    '--ink-dim': night[2],
    '--hairline': night[5],
    '--accent-ink': deepTeal[3],
    '--accent-wash': 'color-mix(in oklab, #2b807a 18%, transparent)',
    '--status-onTrack': '#82c4a0',
    '--status-atRisk': '#deb565',
    '--status-blocked': statusRed.dark,
    '--mantine-color-error': statusRed.dark,
    '--status-done': '#a7b4c0',
    '--status-wash': '16%',
    ...lightened(lightParties),
    ...lightened(lightRoles),
  },
})
