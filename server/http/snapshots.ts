/** Snapshots over HTTP: taking, reading, restoring, exporting, comparing. */
import { randomUUID } from 'node:crypto'
import {
  diffSnapshots,
  exportSnapshot,
  getSnapshot,
  listSnapshots,
  restoreSnapshot,
  takeSnapshot,
  type SnapshotSummary,
} from '#shared/api/snapshots.ts'
import type { Actor } from '#shared/domain/actors.ts'
import { can } from '#shared/domain/permissions.ts'
import { bodyToJson, canonical, contentHash } from '#shared/editor/text.ts'
import { bodyName } from '#shared/protocol/messages.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { diffContents } from '../snapshots/diff.ts'
import { exportLanguages, toHtml, toMarkdown } from '../snapshots/export.ts'
import { restoreBody } from '../snapshots/restore.ts'
import type { DocumentRecord, SnapshotRecord, Storage } from '../storage/storage.ts'
import type { Clock, Rooms } from '../sync/types.ts'
import type { App } from './context.ts'
import { existing } from './documents.ts'
import { serveEndpoint } from './endpoints.ts'
import type { People } from './people.ts'
import { forbidden, notFound, unusable } from './problems.ts'

type Options = { storage: Storage; rooms: Rooms; cluster: Cluster; clock: Clock; people: People }

export function serveSnapshots(app: App, { storage, rooms, cluster, clock, people }: Options): void {
  const summary = ({ id, document, label, note, by, at, hash }: Omit<SnapshotRecord, 'content'>): SnapshotSummary => ({
    id,
    document,
    label,
    note,
    by: people.person(by),
    at: new Date(at).toISOString(),
    hash,
  })

  const mustRead = (actor: Actor, document: DocumentRecord) => {
    if (!can(actor, 'snapshot.read', document)) throw forbidden('Your role may not open the versions of this document.')
  }

  /** The snapshot of that id and its document; problems 404 and 403. */
  async function readable(actor: Actor, id: string): Promise<{ snapshot: SnapshotRecord; document: DocumentRecord }> {
    const snapshot = await storage.snapshots.get(id)
    if (snapshot === null) throw notFound('There is no such snapshot.')
    const document = await existing(storage, snapshot.document)
    mustRead(actor, document)
    return { snapshot, document }
  }

  serveEndpoint(app, listSnapshots, async ({ signedIn: { actor }, params }) => {
    const document = await existing(storage, params.id)
    mustRead(actor, document)
    return { snapshots: (await storage.snapshots.list(document.id)).map(summary) }
  })

  serveEndpoint(app, takeSnapshot, async ({ signedIn: { actor }, params, body: { label, note } }) => {
    const document = await existing(storage, params.id)
    if (!can(actor, 'snapshot.take', document)) throw forbidden('Only the secretariat takes snapshots.')
    const text = await rooms.read(document.id, (doc, seq) => ({
      seq,
      content: canonical(bodyToJson(doc.getXmlFragment(bodyName))),
    }))
    if (text === null) throw notFound(`There is no document “${params.id}”.`)
    const at = clock.now()
    const snapshot: SnapshotRecord = {
      id: randomUUID(),
      document: document.id,
      label,
      note,
      by: actor.id,
      at,
      ...text,
      hash: contentHash(text.content),
    }
    await storage.snapshots.take(snapshot)
    await storage.audit.append({
      at,
      actor: actor.id,
      action: 'snapshot.take',
      subject: `snapshot:${snapshot.id}`,
      detail: { document: document.id, seq: snapshot.seq, hash: snapshot.hash },
    })
    cluster.publish({ type: 'snapshot', document: document.id, snapshot: snapshot.id, label, by: actor.id })
    return summary(snapshot)
  })

  serveEndpoint(app, getSnapshot, async ({ signedIn: { actor }, params }) => {
    const { snapshot } = await readable(actor, params.id)
    return { ...summary(snapshot), content: { ...snapshot.content } }
  })

  serveEndpoint(app, restoreSnapshot, async ({ signedIn: { actor }, params }) => {
    const { snapshot, document } = await readable(actor, params.id)
    if (!can(actor, 'snapshot.restore', document)) {
      throw forbidden('Only a co-chair of the working group brings a version back, and not into a frozen document.')
    }
    const changed = await rooms.edit(document.id, actor.id, (body, doc) => restoreBody(body, doc, snapshot.content))
    if (changed === null) throw notFound(`There is no document “${document.id}”.`)
    await storage.audit.append({
      at: clock.now(),
      actor: actor.id,
      action: 'snapshot.restore',
      subject: `snapshot:${snapshot.id}`,
      detail: { document: document.id, changed },
    })
    return { changed }
  })

  serveEndpoint(app, exportSnapshot, async ({ signedIn: { actor }, params, query: { format, language }, c }) => {
    const { snapshot, document } = await readable(actor, params.id)
    const { label, hash, at, by } = summary(snapshot)
    const version = { title: document.title, label, hash, at, by: by.name, content: snapshot.content }
    const shown = exportLanguages(language)
    const file = format === 'html' ? toHtml(version, shown) : toMarkdown(version, shown)
    const name = [document.id, at.slice(0, 10), hash.slice(0, 8), ...(language === undefined ? [] : [language])].join(
      '-',
    )
    return c.body(file, 200, {
      'Content-Type': format === 'html' ? 'text/html; charset=utf-8' : 'text/markdown; charset=utf-8',
      'Content-Disposition': `attachment; filename="${name}.${format === 'html' ? 'html' : 'md'}"`,
      'Cache-Control': 'no-store',
    })
  })

  serveEndpoint(app, diffSnapshots, async ({ signedIn: { actor }, params }) => {
    const [before, after] = [await readable(actor, params.a), await readable(actor, params.b)]
    if (before.document.id !== after.document.id) throw unusable('b', 'Compare two snapshots of the same document.')
    return {
      before: summary(before.snapshot),
      after: summary(after.snapshot),
      clauses: diffContents(before.snapshot.content, after.snapshot.content),
    }
  })
}
