/** Numbered SQL files, applied in order, each exactly once. */
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CortextError } from '../../shared/errors.ts';
import { rebuildHint } from './catalog-errors.ts';
import type { Database } from './database.ts';

/** Marks a SQLite file as a Cortext catalog ("CTXT"). */
const applicationId = 0x43545854;

interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}

/** Every migration, `migrations/0001-*.sql` first. */
function readMigrations(): Migration[] {
  const folder = new URL('./migrations/', import.meta.url);
  return readdirSync(fileURLToPath(folder))
    .filter((name) => /^\d{4}-.*\.sql$/.test(name))
    .sort()
    .map((name) => ({ number: Number(name.slice(0, 4)), name, sql: readFileSync(new URL(name, folder), 'utf8') }));
}

/**
 * Brings a database up to the newest migration, in one transaction: it is at the old version or at the new one.
 *
 * @throws CortextError `WORKSPACE_TOO_NEW` for a database of a later Cortext, `CATALOG_DAMAGED` for another program's
 */
export function migrate(database: Database, path: string): void {
  const migrations = readMigrations();
  const newest = migrations.at(-1)?.number ?? 0;
  if (schemaVersion(database) === newest && isOurs(database)) return;

  database
    .transaction(() => {
      // Read again inside: another process may have migrated while this one waited for the lock.
      const present = schemaVersion(database);
      if (present > newest) {
        throw new CortextError(
          'WORKSPACE_TOO_NEW',
          `${path} was written by a newer Cortext (catalog version ${present}; this one knows ${newest}).`,
          { hint: 'Update Cortext on this computer.', details: { present, newest } },
        );
      }
      if (!isOurs(database) && (present > 0 || hasTables(database))) {
        throw new CortextError('CATALOG_DAMAGED', `${path} is a database, but not a Cortext catalog.`, {
          hint: rebuildHint,
        });
      }
      for (const migration of migrations) {
        if (migration.number > present) database.exec(migration.sql);
      }
      database.pragma(`application_id = ${applicationId}`);
      database.pragma(`user_version = ${newest}`);
    })
    .immediate();
}

function schemaVersion(database: Database): number {
  return Number(database.pragma('user_version', { simple: true }));
}

function isOurs(database: Database): boolean {
  return Number(database.pragma('application_id', { simple: true })) === applicationId;
}

function hasTables(database: Database): boolean {
  return database.prepare('SELECT 1 FROM sqlite_master LIMIT 1').get() !== undefined;
}
