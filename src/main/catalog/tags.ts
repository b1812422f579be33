/** The words that a user sorts experiments by. */
import type { Database } from './database.ts';

export function tagRepository(database: Database) {
  const drop = database.prepare('DELETE FROM tags WHERE experiment_key = ?');
  const put = database.prepare('INSERT OR IGNORE INTO tags (experiment_key, tag) VALUES (?, ?)');
  const ofMany = database.prepare<[string], { key: number; tag: string }>(`
    SELECT experiment_key AS key, tag FROM tags
    WHERE experiment_key IN (SELECT value FROM json_each(?)) ORDER BY tag`);
  const counts = database.prepare<[], { tag: string; experiments: number }>(
    'SELECT tag, count(*) AS experiments FROM tags GROUP BY tag ORDER BY tag',
  );

  return {
    set(key: number, tags: readonly string[]): void {
      drop.run(key);
      for (const tag of tags) put.run(key, tag);
    },
    ofMany(keys: readonly number[]): Map<number, string[]> {
      const byKey = new Map<number, string[]>();
      for (const { key, tag } of ofMany.all(JSON.stringify(keys))) byKey.set(key, [...(byKey.get(key) ?? []), tag]);
      return byKey;
    },
    /** Every tag in use, with how many experiments carry it. */
    counts(): { tag: string; experiments: number }[] {
      return counts.all();
    },
  };
}

/** Without surrounding space, empty ones and repeats that differ only in case; in the given order. */
export function normaliseTags(tags: readonly string[]): string[] {
  const kept = new Map<string, string>();
  for (const tag of tags.map((given) => given.trim().replace(/\s+/g, ' '))) {
    if (tag !== '' && !kept.has(tag.toLowerCase())) kept.set(tag.toLowerCase(), tag);
  }
  return [...kept.values()];
}
