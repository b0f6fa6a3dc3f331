/** SQLite in its own thread, as Kysely sees it: one connection, taken in turns. */
import { CompiledQuery, SqliteIntrospector, SqliteQueryCompiler, type DatabaseConnection, type Dialect } from 'kysely'
import type { SqliteConnection } from './sqlite-connection.ts'

/** A Kysely dialect over a connection that is open; destroying it does not close the connection. */
export function sqliteDialect(sqlite: SqliteConnection): Dialect {
  const connection: DatabaseConnection = {
    // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- Kysely's interface is written so
    async executeQuery<R>({ sql, parameters }: CompiledQuery) {
      const { rows, changes } = await sqlite.query(sql, parameters)
      // Kysely derives R from the query; what the store really held is checked where rows become records.
      return { rows: [...rows] as R[], numAffectedRows: BigInt(changes) }
    },
    streamQuery() {
      throw new Error('Results are not streamed: ask for pages')
    },
  }
  let release = () => {}
  const run = async (statement: string) => {
    await connection.executeQuery(CompiledQuery.raw(statement))
  }
  return {
    createAdapter: () => ({
      supportsCreateIfNotExists: true,
      // A migration is done as a whole or not at all.
      supportsTransactionalDdl: true,
      supportsReturning: true,
      // The file is ours alone while it is open.
      acquireMigrationLock: async () => {},
      releaseMigrationLock: async () => {},
    }),
    createDriver: () => ({
      init: async () => {},
      async acquireConnection() {
        release = await sqlite.lock()
        return connection
      },
      releaseConnection: async () => {
        release()
      },
      async beginTransaction(_, { accessMode }) {
        try {
          // Reading must go on where nothing can be written.
          await run(accessMode === 'read only' ? 'begin' : 'begin immediate')
        } catch (error) {
          // A transaction that is left over would stand in the way of every later one.
          await sqlite.rollback()
          throw error
        }
      },
      commitTransaction: () => run('commit'),
      rollbackTransaction: () => sqlite.rollback(),
      destroy: async () => {},
    }),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}
