/** The SQLite file under the catalog: opening it and bringing it up to date. */
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type BetterSqlite3 from 'better-sqlite3';
import { CortextError } from '../../shared/errors.ts';
import { toCatalogError } from './catalog-errors.ts';
import { migrate } from './migrate.ts';

export type Database = BetterSqlite3.Database;

/** How long a writer waits for another process's transaction, in milliseconds. */
const busyTimeout = 10_000;

/** Node-API version that the driver's binary was built for; older Nodes crash in it instead of refusing it. */
const neededNodeApi = 10;

/**
 * Opens or creates the catalog's database and applies missing migrations.
 *
 * @throws CortextError `RUNTIME_UNSUITABLE`, `CATALOG_DAMAGED`, `WORKSPACE_TOO_NEW`, `WORKSPACE_READ_ONLY`
 */
export function openDatabase(path: string): Database {
  const Sqlite = loadDriver();
  let database: Database | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true });
    database = new Sqlite(path, { timeout: busyTimeout });
    database.pragma('journal_mode = WAL');
    // In WAL mode this loses at most the last transactions in a power cut, and the folders still have them.
    database.pragma('synchronous = NORMAL');
    database.pragma('foreign_keys = ON');
    database.pragma('cache_size = -65536');
    migrate(database, path);
    return database;
  } catch (error) {
    database?.close();
    throw toCatalogError(error, path);
  }
}

function loadDriver(): typeof BetterSqlite3 {
  requireNodeApi(process.versions.napi);
  // Loaded only after the check: the import itself would take an older Node down.
  return createRequire(import.meta.url)('better-sqlite3') as typeof BetterSqlite3;
}

/** @throws CortextError `RUNTIME_UNSUITABLE` on a Node whose Node-API is too old for the database driver */
export function requireNodeApi(version: string | undefined): void {
  if (Number(version ?? 0) >= neededNodeApi) return;
  throw new CortextError(
    'RUNTIME_UNSUITABLE',
    `The catalog needs Node 24 (Node-API ${neededNodeApi}), but this is Node ${process.versions.node} (Node-API ${version ?? 'none'}).`,
    { hint: 'Start Cortext through its own command or `npm run`, which bring Node 24 with them.' },
  );
}
