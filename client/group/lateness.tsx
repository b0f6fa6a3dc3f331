/** What is late, for whom, and by whose clock: the two owners' days end at different moments. */
import { initiative, type Party } from '#shared/domain/initiative.ts'
import type { Days } from '#shared/domain/days.ts'
import { lateFor, ownersOf, type ClauseRow } from '#shared/editor/clauses.ts'
import { useLanguage, useLocalized, useMessages } from '#client/i18n/messages.ts'
import { groupMessages } from './messages.ts'
import classes from './page.module.css'

export type Lateness = { readonly word: string; readonly because: string }

/** Says of a clause that it is late, and for whom where that is not all its owners; null if it is not. */
export function useLateness(): (row: ClauseRow, days: Days) => Lateness | null {
  const t = useMessages(groupMessages)
  const say = useLocalized()
  const language = useLanguage()
  const list = (words: readonly string[]) => words.join(language === 'ja' ? '、' : ', ')
  return (row, days) => {
    const late = lateFor(row, days)
    if (late.length === 0) return null
    const nameOf = (party: Party) =>
      language === 'ja' ? say(initiative().party(party).name) : initiative().party(party).prefix
    const everyone = late.length >= ownersOf(row).length
    return {
      word: everyone ? t('late') : t('lateFor', { parties: list(late.map(nameOf)) }),
      because: t('lateBecause', { zones: list(late.map((party) => initiative().party(party).timeZoneName)) }),
    }
  }
}

/** By whose clock a date is late. */
export function LatenessNote() {
  const t = useMessages(groupMessages)
  const say = useLocalized()
  const language = useLanguage()
  const zones = initiative().parties.map((party) => {
    const { prefix, name, timeZoneName: zone } = initiative().party(party)
    return t('zoneOf', { party: language === 'ja' ? say(name) : prefix, zone })
  })
  return <p className={classes.zones}>{t('lateNote', { zones: zones.join(language === 'ja' ? '、' : ', ') })}</p>
}
