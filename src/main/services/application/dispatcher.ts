/**
 * The one place through which every call of every shell goes: it validates, calls the handler, and turns whatever goes
 * wrong into a coded error.
 */
import { calls, isCallName, type CallName, type CallOutput, type CallRequest } from '../../../shared/contract.ts';
import type { CallAnswer } from '../../../shared/contract-client.ts';
import { CortextError, toCortextError, type ErrorEnvelope } from '../../../shared/errors.ts';

/** One function per call. Its input is validated; what it returns is checked too. */
export type Handlers = {
  readonly [N in CallName]: (input: CallRequest<N>, signal: AbortSignal) => Promise<CallOutput<N>> | CallOutput<N>;
};

export interface Dispatcher {
  /**
   * Never throws: what goes wrong is the answer.
   *
   * @param name - from outside, so any text
   * @param signal - aborted when nobody waits for the answer any more
   */
  call(name: string, input: unknown, signal: AbortSignal): Promise<CallAnswer>;
}

export function createDispatcher(handlers: Handlers): Dispatcher {
  return {
    call: (name, input, signal) =>
      answerOf(() => {
        if (!isCallName(name)) {
          throw new CortextError('INVALID_ARGUMENT', `There is no call ${JSON.stringify(name.slice(0, 80))}.`, {
            hint: 'The window and the program behind it are of different versions. Reload the window.',
          });
        }
        return dispatch(handlers, name, input, signal);
      }),
  };
}

/** What came of some work, or what went wrong with it, as it is told outside. */
export async function answerOf(work: () => Promise<unknown>): Promise<CallAnswer> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, error: forTheOutside(toCortextError(error)) };
  }
}

async function dispatch<N extends CallName>(
  handlers: Handlers,
  name: N,
  input: unknown,
  signal: AbortSignal,
): Promise<unknown> {
  const parsed = calls[name].input.safeParse(input ?? {});
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue.path.length === 0 ? 'its input' : issue.path.join('.');
    throw new CortextError('INVALID_ARGUMENT', `${name}: ${where}: ${issue.message}.`);
  }
  // The schema has just made it a request of this call.
  const value = await handlers[name](parsed.data as CallRequest<N>, signal);
  const checked = calls[name].output.safeParse(value);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    throw new CortextError('INTERNAL', `${name} answered what its contract does not allow: ${issue.path.join('.')}: ${issue.message}.`);
  }
  return checked.data;
}

/** Stacks stay on this side: they name files of the computer that computes, and help nobody in a window. */
function forTheOutside(error: CortextError): ErrorEnvelope {
  const { details, ...envelope } = error.toEnvelope();
  if (details === undefined || error.code === 'INTERNAL') return envelope;
  return { ...envelope, details };
}
