/**
 * What all commands share: `--json`, `--workspace`, coded errors and exit codes, and cancelling by Ctrl-C.
 *
 * A command returns its result as plain data and says separately how a person reads it, so that `--json` can never tell
 * less than the text.
 *
 * Services are imported by the commands that use them, when they run: all of them together take a second and 100 MB.
 */
import type { Command} from 'commander';
import { CommanderError } from 'commander';
import { CortextError, errorClasses, toCortextError } from '../../shared/errors.ts';
import type { Workspace } from '../services/workspace.ts';
import { createOutput, printError, printResult, type Output } from './output.ts';

export interface CommandContext {
  readonly output: Output;
  /** Aborted by the first Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
  /** Opens the workspace that the command means. It is closed when the command ends. */
  workspace(options?: { create?: boolean }): Workspace;
  readonly workspaceFolder: string;
}

export interface CommandResult {
  /** Plain data for `--json`. */
  readonly data: unknown;
  /** The same for a person. */
  readonly text: string;
  /** Only where a command that worked must still tell a script something. */
  readonly exitCode?: number;
}

interface SharedOptions {
  readonly json?: boolean;
  readonly workspace?: string;
}

/**
 * Defines the action of a command and gives it the shared options.
 *
 * @param run - gets the context, the options and the positional arguments as text
 */
export function defineAction<Options>(
  command: Command,
  run: (context: CommandContext, options: Options, args: readonly string[]) => Promise<CommandResult> | CommandResult,
): Command {
  return command
    .option('--json', 'print the result as JSON')
    .option('-w, --workspace <folder>', 'the workspace (default: CORTEXT_WORKSPACE, the present folder, or ~/Cortext)')
    .action(async (...all: unknown[]) => {
      // Commander hands over the arguments, then the options, then the command itself.
      const options = all[all.length - 2] as Options & SharedOptions;
      const args = all.slice(0, -2).flat().filter((arg) => arg !== undefined) as string[];
      process.exitCode = await runCommand((context) => run(context, options, args), options);
    });
}

async function runCommand(
  work: (context: CommandContext) => Promise<CommandResult> | CommandResult,
  options: SharedOptions,
): Promise<number> {
  const output = createOutput(options.json === true);
  const abort = new AbortController();
  const opened: Workspace[] = [];
  const cancel = (): void => {
    abort.abort();
  };
  process.on('SIGINT', cancel);
  process.on('SIGTERM', cancel);
  try {
    const { openWorkspace, resolveWorkspaceFolder } = await import('../services/workspace.ts');
    const workspaceFolder = resolveWorkspaceFolder(options.workspace, process.cwd());
    const result = await work({
      output,
      signal: abort.signal,
      workspaceFolder,
      workspace: (open) => {
        const workspace = openWorkspace(workspaceFolder, open);
        opened.push(workspace);
        return workspace;
      },
    });
    output.endProgress();
    printResult(output.json ? JSON.stringify(result.data, null, 1) : result.text);
    return result.exitCode ?? 0;
  } catch (error) {
    output.endProgress();
    const coded = toCortextError(error);
    printError(coded, output.json);
    return coded.exitCode;
  } finally {
    for (const workspace of opened) workspace.close();
    process.off('SIGINT', cancel);
    process.off('SIGTERM', cancel);
  }
}

/** Reads a whole number from an option. @throws CortextError `INVALID_ARGUMENT` */
export function wholeNumber(name: string, minimum = 0): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < minimum) {
      throw new CommanderError(
        errorClasses.usage,
        'INVALID_ARGUMENT',
        `error INVALID_ARGUMENT: ${name} must be a whole number of at least ${minimum}, not '${text}'.`,
      );
    }
    return value;
  };
}

/** Collects a repeatable `key=value` option. */
export function keyValue(text: string, collected: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) {
    throw new CommanderError(
      errorClasses.usage,
      'INVALID_ARGUMENT',
      `error INVALID_ARGUMENT: '${text}' is not of the form key=value.`,
    );
  }
  return { ...collected, [text.slice(0, at)]: text.slice(at + 1) };
}

/** A repeatable option whose values may also be given at once, separated by commas. */
export function list(text: string, collected: readonly string[] = []): string[] {
  return [
    ...collected,
    ...text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  ];
}

export function usageError(message: string, hint?: string): CortextError {
  return new CortextError('INVALID_ARGUMENT', message, hint === undefined ? {} : { hint });
}
