/** Says in the place of the saved state that the server is not heard, on pages where there are no words of mine to speak of. */
import { IconRefresh } from '@tabler/icons-react'
import { useHeard } from '#client/api/events.ts'
import { useMessages } from '#client/i18n/messages.ts'
import { uiMessages } from './messages.ts'
import classes from './indicator.module.css'

/** Shows nothing while the server is heard. */
export function Reconnecting() {
  const t = useMessages(uiMessages)
  const heard = useHeard()
  return (
    <span role="status" className={classes.indicator} data-tone="care" hidden={heard}>
      {heard ? null : (
        <>
          <IconRefresh size={16} stroke={1.5} aria-hidden />
          {t('reconnecting')}
        </>
      )}
    </span>
  )
}
