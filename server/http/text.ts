/** The text of a document as it stands, without a live connection. */
import { compress } from 'hono/compress'
import { getText } from '#shared/api/text.ts'
import { pack } from '../snapshots/texts.ts'
import type { Storage } from '../storage/storage.ts'
import type { Pool } from '../work/pool.ts'
import type { App } from './context.ts'
import type { Costs } from './costs.ts'
import { noSuchDocument, readable } from './documents.ts'
import { serveEndpoint, withContent } from './endpoints.ts'

export function serveText(app: App, { storage, pool, costs }: { storage: Storage; pool: Pool; costs: Costs }): void {
  // It is asked for over lines so slow that the editor is long in coming.
  app.use('/api/documents/:id/text', compress())
  serveEndpoint(app, getText, async ({ signedIn, params, c }) => {
    const { document, actor } = await readable(storage, signedIn, params.id)
    const stored = await storage.log.load(document.id)
    if (stored === null) throw noSuchDocument()
    const content = await costs.within(actor.id, (spent) => pool.run('read', pack(document.id, stored), spent))
    return withContent(c, { id: document.id }, content)
  })
}
