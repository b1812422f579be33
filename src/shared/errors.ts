/**
 * Coded errors.
 *
 * Every failure a user can meet has a stable code, one sentence that names the thing, and a remedy. Shells turn the
 * class of a code into an exit code or a dialog; nothing but the code is ever matched on.
 */

/** What went wrong, in broad strokes. The number is the exit code of the command line. */
export const errorClasses = {
  /** The command or call itself was wrong: unknown option, value out of range. */
  usage: 2,
  /** A file or an array is missing, damaged, of the wrong shape, or leaks test data into training. */
  data: 3,
  /** The workspace cannot be read or written, or lacks what was asked for. */
  workspace: 4,
  /** The training engine could not start, ran out of memory, or died. */
  engine: 5,
  /** The thing asked for contradicts the present state: already running, already finished. */
  state: 6,
  /** A mistake of ours. */
  internal: 70,
  /** The user cancelled. */
  cancelled: 130,
} as const;

export type ErrorClass = keyof typeof errorClasses;

/** Every code and its class. A code never changes its meaning; new ones are added. */
export const errorCodes = {
  INVALID_ARGUMENT: 'usage',
  INVALID_CONFIGURATION: 'usage',
  INVALID_RECIPE: 'usage',

  FILE_NOT_FOUND: 'data',
  FILE_UNREADABLE: 'data',
  FILE_TRUNCATED: 'data',
  FILE_DAMAGED: 'data',
  FILE_TOO_LARGE: 'data',
  FORMAT_UNKNOWN: 'data',
  FORMAT_UNSUPPORTED: 'data',
  ARRAY_MISSING: 'data',
  ARRAY_SHAPE: 'data',
  ARRAY_TYPE: 'data',
  VALUES_NOT_FINITE: 'data',
  IMAGE_COUNT: 'data',
  IMAGE_UNREADABLE: 'data',
  STIMULUS_MISSING: 'data',
  REGION_EMPTY: 'data',
  REGION_UNKNOWN: 'data',
  REGION_OVERLAP: 'data',
  SPLIT_INVALID: 'data',
  LEAKAGE: 'data',

  WORKSPACE_NOT_FOUND: 'workspace',
  WORKSPACE_READ_ONLY: 'workspace',
  WORKSPACE_TOO_NEW: 'workspace',
  NO_SPACE_LEFT: 'workspace',
  RECORDING_NOT_FOUND: 'workspace',
  RECORDING_DAMAGED: 'workspace',
  EXPERIMENT_NOT_FOUND: 'workspace',
  EXPERIMENT_DAMAGED: 'workspace',
  CHECKPOINT_DAMAGED: 'workspace',
  CATALOG_DAMAGED: 'workspace',
  CATALOG_BUSY: 'workspace',
  PRESET_NOT_FOUND: 'workspace',

  ENGINE_BACKEND_UNAVAILABLE: 'engine',
  ENGINE_INSTALL_FAILED: 'engine',
  ENGINE_CRASHED: 'engine',
  ENGINE_PROTOCOL: 'engine',
  ENGINE_HUNG: 'engine',
  ENGINE_KILLED: 'engine',
  ENGINE_OUT_OF_MEMORY: 'engine',
  ENGINE_MEMORY_INSUFFICIENT: 'engine',
  STEP_NOT_COMPILABLE: 'engine',
  TRAINING_DIVERGED: 'engine',

  EXPERIMENT_RUNNING: 'state',
  EXPERIMENT_NOT_RUNNING: 'state',
  EXPERIMENT_FINISHED: 'state',
  EXPERIMENT_NOT_EVALUATED: 'state',
  ALREADY_EXISTS: 'state',

  RUNTIME_UNSUITABLE: 'internal',
  INTERNAL: 'internal',
  CONNECTION_LOST: 'engine',
  CANCELLED: 'cancelled',
} as const satisfies Record<string, ErrorClass>;

export type ErrorCode = keyof typeof errorCodes;

/** An error as it crosses a process boundary or is stored in `status.json`. */
export interface ErrorEnvelope {
  readonly code: ErrorCode;
  /** One sentence: which file or thing, and what is wrong with it. */
  readonly message: string;
  /** What to do next. */
  readonly hint?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** A failure with a stable code, a sentence that names the thing, and a remedy. */
export class CortextError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { hint?: string; details?: Readonly<Record<string, unknown>>; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'CortextError';
    this.code = code;
    this.hint = options.hint;
    this.details = options.details;
  }

  get class(): ErrorClass {
    return errorCodes[this.code];
  }

  get exitCode(): number {
    return errorClasses[this.class];
  }

  toEnvelope(): ErrorEnvelope {
    return {
      code: this.code,
      message: this.message,
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      ...(this.details === undefined ? {} : { details: this.details }),
    };
  }

  static fromEnvelope(envelope: ErrorEnvelope): CortextError {
    return new CortextError(envelope.code, envelope.message, {
      ...(envelope.hint === undefined ? {} : { hint: envelope.hint }),
      ...(envelope.details === undefined ? {} : { details: envelope.details }),
    });
  }
}

/** The Node error codes that mean the disk or the permissions, as our own; anything else unexpected is `INTERNAL`. */
export function toCortextError(error: unknown, about?: string): CortextError {
  if (error instanceof CortextError) return error;
  // As Node's own errors of files and folders are; for any other they are undefined.
  const system = error as { readonly code?: string; readonly path?: string; readonly syscall?: string };
  const path = system.path ?? about ?? 'a file';
  const cause = { cause: error };
  switch (system.code) {
    case 'EEXIST':
    case 'ENOTDIR':
      return new CortextError('WORKSPACE_NOT_FOUND', `${path} is a file where a folder is needed, or the other way round.`, {
        hint: 'Move it out of the way.',
        ...cause,
      });
    case 'ENOENT':
      // Making a folder with its parents says so on a read-only disk.
      if (system.syscall === 'mkdir') {
        return new CortextError('WORKSPACE_READ_ONLY', `The folder ${path} cannot be made.`, {
          hint: 'Choose a workspace folder on a disk that you may write to.',
          ...cause,
        });
      }
      return new CortextError('FILE_NOT_FOUND', `${path} does not exist.`, { hint: 'Check the path.', ...cause });
    case 'ENOSPC':
    case 'EDQUOT':
      return new CortextError('NO_SPACE_LEFT', `The disk is full; ${path} could not be written.`, {
        hint: 'Free some space, or use a workspace on another disk. Nothing was changed.',
        ...cause,
      });
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return system.syscall === 'open' && about === undefined
        ? new CortextError('FILE_UNREADABLE', `${path} cannot be opened: permission denied.`, {
            hint: 'Check who owns the file and its permissions.',
            ...cause,
          })
        : new CortextError('WORKSPACE_READ_ONLY', `${path} cannot be written: permission denied or read-only disk.`, {
            hint: 'Choose a workspace folder that you may write to.',
            ...cause,
          });
    case 'ABORT_ERR':
      return new CortextError('CANCELLED', 'Cancelled.', cause);
    default:
      break;
  }
  if (error instanceof Error && error.name === 'AbortError') return new CortextError('CANCELLED', 'Cancelled.', cause);
  const message = error instanceof Error ? error.message : String(error);
  return new CortextError('INTERNAL', message, {
    hint: 'This is a mistake in Cortext. Please report it with the text above.',
    details: { stack: error instanceof Error ? error.stack : undefined },
    ...cause,
  });
}

/** Makes the compiler refuse a union whose members are not all handled. */
export function assertNever(value: never): never {
  throw new CortextError('INTERNAL', `Unexpected value ${JSON.stringify(value)}.`);
}
