/**
 * How long the history takes to answer: `node bench/history-filter.ts [experiments]`.
 *
 * Writes a catalog of 100,000 experiments with scores, tags and notes, lists it in every way that the page offers, and
 * prints the median of nine turns each, wall time. The process exits with 1 when a median is above 100 ms.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCatalog } from '../src/main/catalog/catalog.ts';
import { largeCatalogQueries, writeLargeCatalog } from '../tests/support/large-catalog.ts';

/** Below this, typing does not feel slow. Milliseconds. */
const LONGEST = 100;
const TURNS = 9;

const [count = '100000'] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'cortext-history-filter-'));
try {
  const path = join(folder, 'catalog.sqlite');
  writeLargeCatalog(path, Number(count));
  const catalog = openCatalog(path);
  const medians = Object.entries(largeCatalogQueries).map(([title, query]) => {
    const times = Array.from({ length: TURNS }, () => {
      const started = performance.now();
      catalog.list(query);
      return performance.now() - started;
    }).sort((a, b) => a - b);
    return {
      query: title,
      matching: catalog.list(query).total,
      median_ms: Math.round(10 * times[(TURNS - 1) / 2]) / 10,
    };
  });
  catalog.close();
  console.table(medians);
  process.exitCode = medians.every(({ median_ms: median }) => median <= LONGEST) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
