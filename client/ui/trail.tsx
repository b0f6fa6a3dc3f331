/** Where I am: initiative(), group, document. Each page says its own place. */
import { IconChevronRight } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useEffect } from 'react'
import { initiative, type Group } from '#shared/domain/initiative.ts'
import { useLocalized, useMessages } from '#client/i18n/messages.ts'
import { uiMessages } from './messages.ts'
import { TopBarSlot } from './slots.tsx'
import classes from './trail.module.css'

/**
 * `here` is the name of this page; it also becomes the window's title. Where there is a group above it, `group` leads there.
 * `top`: nothing is above it.
 */
export function Trail({
  here,
  group,
  top = false,
}: {
  readonly here: string
  readonly group?: Group
  readonly top?: boolean
}) {
  const say = useLocalized()
  const t = useMessages(uiMessages)
  useEffect(() => {
    document.title = `${here} · Alternat`
  }, [here])
  return (
    <TopBarSlot name="trail">
      <nav aria-label={t('youAreHere')}>
        <ol className={classes.trail}>
          {top ? null : (
            <li className={classes.above}>
              <Link to="/" className={classes.link}>
                {say(initiative().name)}
              </Link>
              <IconChevronRight size={14} stroke={1.5} aria-hidden className={classes.arrow} />
            </li>
          )}
          {group === undefined ? null : (
            <li className={classes.above}>
              <Link to="/groups/$group" params={{ group }} className={classes.link}>
                {say(initiative().group(group).short)}
              </Link>
              <IconChevronRight size={14} stroke={1.5} aria-hidden className={classes.arrow} />
            </li>
          )}
          <li className={classes.here} aria-current="page">
            {here}
          </li>
        </ol>
      </nav>
    </TopBarSlot>
  )
}
