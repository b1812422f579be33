/** What a user wrote about an experiment. */
import type { Database } from './database.ts';

export function noteRepository(database: Database) {
  const drop = database.prepare('DELETE FROM notes WHERE experiment_key = ?');
  const put = database.prepare('INSERT OR REPLACE INTO notes (experiment_key, text) VALUES (?, ?)');

  return {
    set(key: number, text: string): void {
      if (text === '') drop.run(key);
      else put.run(key, text);
    },
  };
}
