/**
 * A process of its own that asks for a GPU: `node webgpu-probe.ts`.
 *
 * Prints the adapter as one line of JSON on standard output, after its device has started; a driver that crashes takes
 * only this process with it.
 */
import { writeSync } from 'node:fs';
import type { z } from 'zod';
import { describeAdapter, type probeAnswerSchema } from './webgpu-adapter.ts';
import { openGpu, requestDevice } from './webgpu-device.ts';

const adapter = await openGpu().requestAdapter({ powerPreference: 'high-performance' });
if (adapter !== null) await requestDevice(adapter);
const answer: z.infer<typeof probeAnswerSchema> = { adapter: adapter === null ? null : describeAdapter(adapter.info) };
writeSync(1, `${JSON.stringify(answer)}\n`);
// Dawn's threads would keep the process alive.
process.exit(0);
