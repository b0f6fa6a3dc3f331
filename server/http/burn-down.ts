/** How many places were open in a group's texts, day by day. */
import { getBurnDown } from '#shared/api/initiative.ts'
import { initiative } from '#shared/domain/initiative.ts'
import { actorIn, actorInGroup, can } from '#shared/domain/permissions.ts'
import { createBurnDowns, dayOf, sumOfDays } from '../history/burn-down.ts'
import type { OpenIn } from '../negotiation/open.ts'
import type { DocumentRecord, Storage } from '../storage/storage.ts'
import type { Clock } from '../sync/types.ts'
import type { Pool, Spent } from '../work/pool.ts'
import type { App } from './context.ts'
import type { Costs } from './costs.ts'
import { serveEndpoint } from './endpoints.ts'

/** Three years: an initiative's own time and what may go before it. */
const mostDays = 1100

type Options = { storage: Storage; clock: Clock; pool: Pool; costs: Costs; openIn: OpenIn }

export function serveBurnDown(app: App, { storage, clock, pool, costs, openIn }: Options): void {
  const burnDowns = createBurnDowns(storage.log, pool.replay)

  /** The days of a text with today as it stands now. */
  async function daysOf(document: DocumentRecord, today: string, spent: Spent) {
    const past = await burnDowns(document, today, spent)
    const { places } = await openIn(document, null)
    return [...past, { day: today, places }]
  }

  serveEndpoint(app, getBurnDown, async ({ signedIn: { seats }, params: { group } }) => {
    const read = (await storage.documents.list()).filter(
      (document) =>
        document.group === group &&
        // What one delegation has for itself is no part of what lies between the parties.
        document.delegation === null &&
        !document.archived &&
        can(actorIn(seats, document), 'history.read', document),
    )
    const today = dayOf(clock.now())
    // One text at a time: each is cached once it is walked, and a group with many texts does not fill the worker with all at once.
    const texts = await costs.within(actorInGroup(seats, group).id, async (spent) => {
      const found = []
      for (const document of read) found.push(await daysOf(document, today, spent))
      return found
    })
    const days = sumOfDays(texts, today, mostDays)
    const first = days.at(0)?.day ?? today
    const meetings = initiative()
      .definition.meetings.filter(({ date }) => date >= first)
      .toSorted((a, b) => (a.date < b.date ? -1 : 1))
    const past = meetings.filter(({ date }) => date <= today)
    return { days, meetings: meetings.slice(0, past.length + 1) }
  })
}
