/** Says what keeps a step from being compiled, and where in its body that is. */
import { CortextError } from '../../../shared/errors.ts';
import { captureStack, placeInBody } from './user-code.ts';

export interface Refusal {
  readonly step: string;
  /** Completes a sentence whose subject is what the body called. */
  readonly problem: string;
  /** The native operation at fault, for where the stack does not tell what the body called. */
  readonly operation?: string;
  /** A stack through the line at fault; that of the caller by default. */
  readonly origin?: Error;
}

export function stepNotCompilable({ step, problem, operation, origin = captureStack() }: Refusal): CortextError {
  const { called, line } = placeInBody(origin.stack ?? '');
  const subject = called === null ? (operation ?? 'its body') : `tf.${called}`;
  const where = line === null ? '' : ` (${line})`;
  return new CortextError(
    'STEP_NOT_COMPILABLE',
    `The step ${step} cannot be compiled: ${subject}${where} ${problem}.`,
    {
      hint: 'Feed such values to the step, or compute them with operations on tensors.',
      details: { step, operation: operation ?? called, line },
    },
  );
}
