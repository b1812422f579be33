/** The content of a MATLAB 5 variable as something to go through: looked at here, passed over there. */
import { variablePieces, type Variable } from './matlab5-variable.ts';

export interface Content {
  /** How many bytes were passed over. */
  readonly at: number;
  /** Up to `length` of the next bytes, fewer only where the content ends. */
  peek(length: number): Promise<Uint8Array>;
  /** @returns whether there was so much */
  skip(length: number): Promise<boolean>;
  close(): Promise<void>;
}

/** From the start of what `variablePieces` gives. */
export function openContent(variable: Variable, signal: AbortSignal | undefined): Content {
  return variable.compressed ? inflatedContent(variablePieces(variable, signal)) : plainContent(variable);
}

function plainContent({ file, offset, length }: Variable): Content {
  let at = 0;
  return {
    get at() {
      return at;
    },
    peek: (wanted) => Promise.resolve(file.read(offset + 8 + at, Math.min(wanted, length - at), 'a variable')),
    skip: (wanted) => {
      const there = wanted <= length - at;
      at = Math.min(length, at + wanted);
      return Promise.resolve(there);
    },
    close: () => Promise.resolve(),
  };
}

function inflatedContent(pieces: AsyncGenerator<Uint8Array>): Content {
  let at = 0;
  let ready = new Uint8Array(0);
  /** A copy: the memory of a piece is used again. */
  const more = async (): Promise<boolean> => {
    const next = await pieces.next();
    if (next.done === true) return false;
    const joined = new Uint8Array(ready.length + next.value.length);
    joined.set(ready);
    joined.set(next.value, ready.length);
    ready = joined;
    return true;
  };
  return {
    get at() {
      return at;
    },
    peek: async (wanted) => {
      while (ready.length < wanted && (await more()));
      return ready.subarray(0, wanted);
    },
    skip: async (wanted) => {
      let left = wanted - Math.min(wanted, ready.length);
      at += wanted - left;
      ready = ready.subarray(wanted - left);
      while (left > 0) {
        const next = await pieces.next();
        if (next.done === true) return false;
        // Only what is still wanted of a piece is copied; a Buffer's own slice would not copy.
        const passed = Math.min(left, next.value.length);
        if (passed < next.value.length) ready = new Uint8Array(next.value.subarray(passed));
        at += passed;
        left -= passed;
      }
      return true;
    },
    close: async () => {
      await pieces.return(undefined);
    },
  };
}
