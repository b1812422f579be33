/** Which version of Cortext this is. */
import { readFileSync } from 'node:fs';

const packageFile = new URL('../../../package.json', import.meta.url);
// The file is ours and always has a version.
export const cortextVersion = (JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string }).version;
