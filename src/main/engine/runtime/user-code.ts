/** Finds the line of a step's body in a stack trace that begins deep inside TensorFlow.js. */
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const runtimeFolder = dirname(fileURLToPath(import.meta.url));

export interface CodePlace {
  /** The function that the body called, for example `randomNormal`; null when the stack does not tell. */
  readonly called: string | null;
  /** File, line and column, relative to the working directory; null when the stack does not tell. */
  readonly line: string | null;
}

/** A stack deep enough to leave TensorFlow.js; formatting it is put off until somebody looks. */
export function captureStack(): Error {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 60;
  const error = new Error();
  Error.stackTraceLimit = limit;
  return error;
}

export function placeInBody(stack: string): CodePlace {
  let called: string | null = null;
  for (const frame of stack.split('\n').slice(1)) {
    const matched = /^\s*at (?:(.*?) \()?(.*?):(\d+):(\d+)\)?$/.exec(frame);
    if (matched === null) continue;
    const [, name, location, line, column] = matched;
    const file = location.startsWith('file:') ? fileURLToPath(location) : location;
    if (file.startsWith('node:') || file.startsWith(runtimeFolder)) continue;
    if (/[/\\]node_modules[/\\]/.test(file)) {
      // TensorFlow.js names its operations `randomNormal_` and what it exports `randomNormal__op`.
      const operation = /(\w+?)_*(?:__op)?$/.exec(name?.replace(/ \[as .*\]$/, '') ?? '');
      if (operation !== null) called = operation[1];
      continue;
    }
    return { called, line: `${relative(process.cwd(), file)}:${line}:${column}` };
  }
  return { called, line: null };
}
