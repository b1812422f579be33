/** Simulated subjects, written as files that are imported like anybody's. */
import { simulateSubject } from '../dataset/simulate/subject.ts';
import { writeSimulatedSubject } from '../dataset/simulate/write-subject.ts';

type Request = Parameters<typeof simulateSubject>[0];
type Options = NonNullable<Parameters<typeof simulateSubject>[1]>;

/** @throws CortextError `INVALID_ARGUMENT`, `ALREADY_EXISTS`, `NO_SPACE_LEFT`, `CANCELLED` */
export async function simulate(folder: string, request: Request, options: Options) {
  const subject = await simulateSubject(request, options);
  return writeSimulatedSubject(folder, subject, options.signal === undefined ? {} : { signal: options.signal });
}
