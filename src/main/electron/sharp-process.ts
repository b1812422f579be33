/** The other end of `sharp-elsewhere.ts`: replays chains of calls on the real library, in a real Node. */
import sharp from 'sharp';
import type { ChainAnswer, ChainRequest } from './sharp-elsewhere.ts';

type Chain = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;

process.on('message', (request: ChainRequest) => {
  void replay(request).then((answer) => process.send?.(answer));
});
process.on('disconnect', () => process.exit(0));

async function replay({ number, input, steps }: ChainRequest): Promise<ChainAnswer> {
  try {
    // Recorded from code that was compiled against the library's own types.
    let chain: unknown = sharp(...(input as Parameters<typeof sharp>));
    for (const [method, args] of steps) chain = (chain as Chain)[method](...args);
    return { number, value: await chain };
  } catch (error) {
    return { number, error: error instanceof Error ? error.message : String(error) };
  }
}
