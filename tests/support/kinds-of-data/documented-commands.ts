/** The commands of docs/importing.md, by the kind of data that they are about. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kindsOfData, type KindOfData } from './write-kinds.ts';

const page = fileURLToPath(new URL('../../../docs/importing.md', import.meta.url));
const START = 'npm run cortext -- ';

export interface DocumentedCommand {
  readonly kind: KindOfData;
  /** What comes after `npm run cortext --`, as a shell reads it. */
  readonly command: string;
}

/** Of every section that shows the picture of a kind, in the order of the page. */
export function documentedCommands(): DocumentedCommand[] {
  return readFileSync(page, 'utf8')
    .split(/^## /m)
    .flatMap((section) => {
      const kind = kindsOfData.find((known) => section.includes(`images/importing-${known}.png`));
      if (kind === undefined) return [];
      const blocks = [...section.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => block);
      return blocks.flatMap((block) => commandsOf(block).map((command) => ({ kind, command })));
    });
}

function commandsOf(block: string): string[] {
  return block
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line.startsWith(START))
    .map((line) => line.slice(START.length).replace(/\s+#.*$/, '').replace(/\s+/g, ' '));
}

/** The files and folders that an import command names, absolute. */
export function dataOf(command: string, folder: string): string[] {
  const [, ...words] = command.split(' ');
  const options = words.findIndex((word) => word.startsWith('-'));
  return words
    .slice(0, options === -1 ? undefined : options)
    .flatMap((pattern) => globSync(pattern, { cwd: folder }).sort())
    .map((name) => join(folder, name));
}
