/** What is open in texts, in figures and words: how many places, and for whom they wait. */
import type { OpenCounts as Counts } from '#shared/api/common.ts'
import { useMessages } from '#client/i18n/messages.ts'
import { uiMessages } from './messages.ts'
import classes from './open-counts.module.css'

/** `ofParty`: whether the reader has a party, or nothing can wait for them. `settled`: in the last seven days, where that is told. */
export function OpenCounts({
  open: { places, ours, theirs, settled = 0 },
  ofParty,
  stacked = false,
}: {
  readonly open: Counts & { readonly settled?: number }
  readonly ofParty: boolean
  /** One under the other. */
  readonly stacked?: boolean
}) {
  const t = useMessages(uiMessages)
  return (
    <span className={classes.counts} data-stacked={stacked}>
      <span className={classes.places} data-none={places === 0}>
        {places === 0 ? t('noPlaces') : t('places', { count: places })}
      </span>
      {ours > 0 ? <span className={classes.ours}>{t('waitsForUs', { count: ours })}</span> : null}
      {theirs > 0 ? <span>{t(ofParty ? 'waitsForOthers' : 'waitsForParties', { count: theirs })}</span> : null}
      {settled > 0 ? <span>{t('settledLately', { count: settled })}</span> : null}
    </span>
  )
}
