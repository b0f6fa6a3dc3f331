/** The frame around every page: one slim bar, then the page. */
import { ActionIcon, Button, Menu, Tooltip, useMantineColorScheme } from '@mantine/core'
import { useHotkeys, useMediaQuery } from '@mantine/hooks'
import {
  IconCheck,
  IconChevronDown,
  IconDeviceDesktop,
  IconLanguage,
  IconLogout,
  IconMoon,
  IconSearch,
  IconSun,
  type Icon,
} from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { initiative } from '#shared/domain/initiative.ts'
import type { Person } from '#shared/api/common.ts'
import { switchLanguage, useLanguage, useLocalized, useMessages } from '#client/i18n/messages.ts'
import { later, useFetchedWhenIdle, type FailedProps } from './later.tsx'
import { uiMessages } from './messages.ts'
import { NotFetched } from './page-state.tsx'
import { PersonMark } from './party-mark.tsx'
import { SlotOutlet, SlotProvider } from './slots.tsx'
import { StatusSigns } from './status.tsx'
import classes from './frame.module.css'

const Search = later(async () => (await import('./search.tsx')).Search, {
  Failed: ({ again, given: { onClose } }: FailedProps<{ readonly requests: number; readonly onClose: () => void }>) => (
    <NotFetched again={again} onClose={onClose} />
  ),
})
const searchParts = [Search]

const appearances = [
  { value: 'light', label: 'themeLight', icon: IconSun },
  { value: 'dark', label: 'themeDark', icon: IconMoon },
  { value: 'auto', label: 'themeAuto', icon: IconDeviceDesktop },
] as const satisfies readonly { value: string; label: string; icon: Icon }[]

/** `me` is who is signed in; null on the way in, where there is nobody and nothing to search. */
export function Frame({
  me,
  duties = null,
  account = null,
  onSignOut,
  children,
}: {
  readonly me: Person | null
  /** What the menu holds for whoever has the initiative in their care. */
  readonly duties?: ReactNode
  /** What the menu holds for someone who has an account; null in the demonstration, where one takes seats. */
  readonly account?: ReactNode
  readonly onSignOut?: () => void
  readonly children: ReactNode
}) {
  const t = useMessages(uiMessages)
  return (
    <SlotProvider>
      <StatusSigns />
      <a href="#content" className={classes.skip}>
        {t('skipToContent')}
      </a>
      <header className={classes.bar}>
        <Link to={me === null ? '/sign-in' : '/'} className={classes.brand} aria-label="Alternat">
          <Logo />
          <span className={classes.brandName}>Alternat</span>
        </Link>
        <SlotOutlet name="trail" className={classes.trail} />
        <SlotOutlet name="saved" className={classes.saved} />
        <SlotOutlet name="presence" className={classes.presence} />
        <div className={classes.tools}>
          {me === null ? null : <SearchButton />}
          <LanguageButton wide={me === null} />
          <AppearanceMenu wide={me === null} />
          {me === null ? null : <SeatMenu me={me} duties={duties} account={account} onSignOut={onSignOut} />}
        </div>
      </header>
      <main id="content" tabIndex={-1} className={classes.content}>
        {children}
      </main>
    </SlotProvider>
  )
}

/** Two signs side by side, one solid, one outlined: the two copies of an alternat. */
function Logo() {
  return (
    <svg viewBox="0 0 28 18" width="28" height="18" aria-hidden focusable="false">
      <circle cx="9" cy="9" r="8" fill="currentColor" />
      <circle cx="19" cy="9" r="7.25" fill="var(--paper)" stroke="currentColor" strokeWidth="1.5" />
    </svg>
  )
}

function SearchButton() {
  const t = useMessages(uiMessages)
  const [requests, setRequests] = useState(0)
  const open = () => setRequests((count) => count + 1)
  // Also with the caret in the text: what is meant for the search must not land there.
  useHotkeys([['mod+K', open]], [], true)
  // There before it is asked for: words typed right after the key would still go to the text.
  const fetched = useFetchedWhenIdle(searchParts)
  return (
    <>
      <Tooltip label={`${t('search')} (Ctrl K)`}>
        <ActionIcon aria-label={t('search')} onClick={open}>
          <IconSearch size={18} stroke={1.5} />
        </ActionIcon>
      </Tooltip>
      {fetched || requests > 0 ? <Search requests={requests} onClose={() => setRequests(0)} /> : null}
    </>
  )
}

function LanguageButton({ wide }: { readonly wide: boolean }) {
  const t = useMessages(uiMessages)
  const language = useLanguage()
  const other = language === 'en' ? 'ja' : 'en'
  return (
    <Button
      variant="subtle"
      color="gray"
      size="compact-md"
      className={wide ? classes.tool : `${classes.tool} ${classes.wideOnly}`}
      lang={other}
      aria-label={t('switchLanguage')}
      onClick={() => switchLanguage(other)}
    >
      {t('otherLanguage')}
    </Button>
  )
}

function AppearanceMenu({ wide }: { readonly wide: boolean }) {
  const t = useMessages(uiMessages)
  const { colorScheme } = useMantineColorScheme()
  const Current = appearances.find(({ value }) => value === colorScheme)?.icon ?? IconDeviceDesktop
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon aria-label={t('theme')} title={t('theme')} className={wide ? undefined : classes.wideOnly}>
          <Current size={18} stroke={1.5} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <AppearanceItems />
      </Menu.Dropdown>
    </Menu>
  )
}

function AppearanceItems() {
  const t = useMessages(uiMessages)
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return appearances.map(({ value, label, icon: Sign }) => (
    <Menu.Item
      key={value}
      leftSection={<Sign size={16} stroke={1.5} />}
      rightSection={value === colorScheme ? <IconCheck size={14} stroke={1.5} /> : null}
      aria-current={value === colorScheme}
      onClick={() => setColorScheme(value)}
    >
      {t(label)}
    </Menu.Item>
  ))
}

function SeatMenu({
  me,
  duties,
  account,
  onSignOut,
}: {
  readonly me: Person
  readonly duties: ReactNode
  readonly account: ReactNode
  readonly onSignOut: (() => void) | undefined
}) {
  const t = useMessages(uiMessages)
  const say = useLocalized()
  const language = useLanguage()
  const other = language === 'en' ? 'ja' : 'en'
  // Hidden items would hold the arrow keys up: they are there only where they are shown.
  const narrow = useMediaQuery('(max-width: 48em)', undefined, { getInitialValueInEffect: false })
  const seat = say(me.name)
  return (
    <Menu position="bottom-end" width={280}>
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          size="compact-md"
          className={classes.tool}
          aria-label={t('you', { seat })}
          leftSection={<PersonMark person={me} bare={!narrow} />}
          rightSection={<IconChevronDown size={14} stroke={1.5} />}
        >
          <span className={classes.seat}>{seat}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {seat}
          {me.group === null ? null : <div>{say(initiative().group(me.group).name)}</div>}
        </Menu.Label>
        {narrow ? (
          <>
            <Menu.Divider />
            <Menu.Item
              leftSection={<IconLanguage size={16} stroke={1.5} />}
              lang={other}
              aria-label={t('switchLanguage')}
              onClick={() => switchLanguage(other)}
            >
              {t('otherLanguage')}
            </Menu.Item>
            <Menu.Divider />
            <AppearanceItems />
          </>
        ) : null}
        <Menu.Divider />
        {duties}
        {account}
        <Menu.Item leftSection={<IconLogout size={16} stroke={1.5} />} onClick={onSignOut}>
          {t(account === null ? 'switchSeat' : 'signOut')}
          {account === null ? <div className={classes.hint}>{t('switchSeatHint')}</div> : null}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
