/** A screen in memory for windows of tests, where the computer has none to lend. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { Readable } from 'node:stream';

export const hasScreen = existsSync('/usr/bin/Xvfb');

export interface TestScreen {
  /** Such as `:3`. */
  readonly display: string;
  close(): Promise<void>;
}

export async function openScreen(): Promise<TestScreen> {
  // It takes a free number, and tells it on the third channel once windows can come.
  const args = ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp'];
  const server = spawn('/usr/bin/Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const [told] = (await once(server.stdio[3] as Readable, 'data')) as [Buffer];
  return {
    display: `:${told.toString().trim()}`,
    close: async () => {
      const gone = once(server, 'exit');
      server.kill();
      await gone;
    },
  };
}
