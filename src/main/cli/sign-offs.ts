/** Leakage guards signed off on a command line. */
import type { Command } from 'commander';
import { leakageKindSchema, type SignOff } from '../../shared/experiment.ts';
import { keyValue, usageError } from './command.ts';

export interface SignOffOptions {
  readonly signOff?: Readonly<Record<string, string>>;
}

export function withSignOffOption(command: Command): Command {
  return command.option(
    '--sign-off <guard=reason>',
    `let a leakage guard pass, with the reason that is kept (${leakageKindSchema.options.join(', ')}); repeatable`,
    keyValue,
  );
}

/** @throws CortextError `INVALID_ARGUMENT` */
export function signOffsOf({ signOff = {} }: SignOffOptions): SignOff[] {
  return Object.entries(signOff).map(([guard, reason]) => {
    const known = leakageKindSchema.safeParse(guard);
    if (!known.success) {
      throw usageError(`There is no leakage guard ${guard}.`, `Guards are ${leakageKindSchema.options.join(', ')}.`);
    }
    if (reason.length < 3) throw usageError(`The reason for signing off ${guard} is too short.`, 'Say why, in words.');
    return { guard: known.data, reason };
  });
}
