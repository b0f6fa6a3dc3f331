/** Brings a database to the shape that this version works with. */
import { Migrator, sql, type Kysely, type Migration } from 'kysely'
import { StorageError } from '../storage.ts'
import { StoreUnusable } from '../unusable.ts'
import * as initial from './001-initial.ts'
import * as segments from './002-segments.ts'
import * as checkpointCuts from './003-checkpoint-cuts.ts'
import * as journal from './004-journal.ts'
import * as checksums from './005-checksums.ts'
import * as archived from './006-archived.ts'
import * as threadsByCircle from './007-threads-by-circle.ts'
import * as panelSince from './008-panel-since.ts'
import * as agreed from './009-agreed.ts'
import * as restores from './010-restores.ts'
import * as handling from './011-handling.ts'
import * as initiative from './012-initiative.ts'
import * as phase from './013-phase.ts'
import * as stances from './014-stances.ts'
import * as people from './015-people.ts'
import * as accounts from './016-accounts.ts'
import * as parties from './017-parties.ts'
import * as recordChecksums from './018-record-checksums.ts'
import * as privateDrafts from './019-private-drafts.ts'
import * as chunkOffsets from './020-chunk-offsets.ts'

/** In the order of their names; one that has been released is never changed again. */
const migrations: Record<string, Migration> = {
  '001-initial': initial,
  '002-segments': segments,
  '003-checkpoint-cuts': checkpointCuts,
  '004-journal': journal,
  '005-checksums': checksums,
  '006-archived': archived,
  '007-threads-by-circle': threadsByCircle,
  '008-panel-since': panelSince,
  '009-agreed': agreed,
  '010-restores': restores,
  '011-handling': handling,
  '012-initiative': initiative,
  '013-phase': phase,
  '014-stances': stances,
  '015-people': people,
  '016-accounts': accounts,
  '017-parties': parties,
  '018-record-checksums': recordChecksums,
  '019-private-drafts': privateDrafts,
  '020-chunk-offsets': chunkOffsets,
}

const migrationTable = 'kysely_migration'

/**
 * Runs what is missing, all or none. `where` names the store in messages. Rejects with a `StoreUnusable` before anything is
 * touched if the database belongs to a newer version or to something else, with a `StorageError` if a migration fails.
 */
export async function migrate<Schema>(db: Kysely<Schema>, where: string): Promise<void> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  if (tables.some(({ name }) => name === migrationTable)) {
    const { rows } = await sql<{ name: string }>`select name from ${sql.table(migrationTable)} order by name`.execute(
      db,
    )
    const unknown = rows.find(({ name }) => !Object.hasOwn(migrations, name))
    if (unknown !== undefined) {
      throw new StoreUnusable(
        'tooNew',
        `The store ${where} was last used by a newer version of Alternat (${unknown.name}): start that version, or choose another DATA_DIR.`,
      )
    }
  } else if (tables.length > 0) {
    throw new StoreUnusable('notAStore', `${where} is a database of another program: choose another DATA_DIR.`)
  }
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) throw new StorageError(`The store ${where} could not be migrated`, { cause: error })
}
