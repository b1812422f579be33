/** `node install-fixture.ts`: what set-up runs before the tests. */
import { installElectronFixture } from './fixture.ts';

const say = (text: string): void => {
  process.stderr.write(`set-up: ${text}\n`);
};
const reason = await installElectronFixture(say);
if (reason !== null) say(`no Electron for the tests: ${reason}. The tests of the desktop window are skipped.`);
