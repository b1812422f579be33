/** `cortext`: the command line. Each group of commands lives in its own file under commands/. */
import { Command, CommanderError } from 'commander';
import { errorClasses } from '../../shared/errors.ts';
import { cortextVersion } from '../services/version.ts';
import { benchCommands } from './commands/bench.ts';
import { catalogCommands } from './commands/catalog.ts';
import { demoCommand } from './commands/demo.ts';
import { engineCommands } from './commands/engine.ts';
import { estimateCommand } from './commands/estimate.ts';
import { exportCommand } from './commands/export.ts';
import { historyCommands } from './commands/history.ts';
import { importCommands } from './commands/import.ts';
import { regionCommands } from './commands/regions.ts';
import { reportCommands } from './commands/report.ts';
import { serveCommand } from './commands/serve.ts';
import { simulateCommand } from './commands/simulate.ts';
import { splitCommands } from './commands/splits.ts';
import { trainCommands } from './commands/train.ts';

const program = new Command('cortext')
  .description('Reconstructs seen images from fMRI with brain-language GANs.')
  .version(cortextVersion)
  .helpOption('-h, --help', 'show help')
  .showHelpAfterError('(cortext COMMAND --help explains a command)')
  .exitOverride()
  .configureOutput({ writeErr: (text) => process.stderr.write(text) });

for (const register of [
  simulateCommand,
  importCommands,
  regionCommands,
  splitCommands,
  exportCommand,
  trainCommands,
  estimateCommand,
  reportCommands,
  historyCommands,
  catalogCommands,
  engineCommands,
  serveCommand,
  benchCommands,
  demoCommand,
]) {
  register(program);
}

program.addHelpText(
  'after',
  `
Exit codes:
  0    done
  ${errorClasses.usage}    the command was wrong: unknown option or value
  ${errorClasses.data}    the data was wrong: missing, damaged, of the wrong shape, or leaking from test to training
  ${errorClasses.workspace}    the workspace was not found, is damaged, read-only or full
  ${errorClasses.engine}    the training engine could not start or died
  ${errorClasses.state}    not possible in the present state, for example: already running
  ${errorClasses.internal}   a mistake in Cortext
  ${errorClasses.cancelled}  cancelled, or paused by Ctrl-C

Every command has --help and --json. A first look at the whole: cortext demo`,
);

// A reader that has seen enough (head, less) closes the pipe; that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

/** Sub-commands do not inherit these from their parent. */
function inheritSettings(command: Command): void {
  for (const child of command.commands) {
    child.exitOverride().helpOption('-h, --help', 'show help');
    inheritSettings(child);
  }
}
inheritSettings(program);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  if (error.code === 'INVALID_ARGUMENT') process.stderr.write(`${error.message}\n`);
  // Help and version were asked for and are no error.
  process.exitCode = error.exitCode === 0 ? 0 : errorClasses.usage;
}
// Native threads of a backend that a command looked at would keep the process alive.
process.exit(process.exitCode);
