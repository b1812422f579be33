/** A process that does one piece of work and says how it ended. */
import { toCortextError } from '../../../shared/errors.ts';
import { works, type WorkName } from './works.ts';

/** From whoever started this process: `run-work.ts`. */
interface Order {
  readonly root: string;
  readonly name: WorkName;
  readonly input: unknown;
}

process.once('message', (order: Order) => {
  void works[order.name](order.root, order.input).then(
    (output) => {
      end({ output });
    },
    (error: unknown) => {
      end({ error: toCortextError(error).toEnvelope() });
    },
  );
});
// Nobody waits any more.
process.once('disconnect', () => process.exit(1));

function end(message: object): void {
  process.send?.(message, () => {
    process.disconnect();
  });
}
