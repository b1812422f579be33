import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    // One process per file: a process can load the TensorFlow addon only once, and only on its main thread.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 240_000,
    hookTimeout: 120_000,
    reporters: ['default'],
    // What a test waits for may take its time on a busy computer; waiting long costs nothing where it comes soon.
    expect: { poll: { timeout: 30_000 } },
  },
});
