/**
 * Messages between the supervisor (main process) and an engine (one real Node process per experiment).
 *
 * They travel over Node's child-process channel. Both ends state the version first: an engine of another version is
 * refused, never guessed at.
 */
import { z } from 'zod';
import { calibrationSchema } from './estimate.ts';
import {
  errorEnvelopeSchema,
  experimentConfigSchema,
  experimentPhaseSchema,
  experimentStateSchema,
  historyLineSchema,
} from './experiment.ts';

export const ENGINE_PROTOCOL_VERSION = 2;

/** From the supervisor to the engine. */
export const engineCommandSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('run'),
    protocol: z.literal(ENGINE_PROTOCOL_VERSION),
    workspace: z.string(),
    experiment: z.string(),
  }),
  /** Measure what training would take, say it (`calibration`) and exit; nothing is written. `available`: bytes to take. */
  z.object({
    type: z.literal('calibrate'),
    protocol: z.literal(ENGINE_PROTOCOL_VERSION),
    workspace: z.string(),
    config: experimentConfigSchema,
    available: z.number().nonnegative(),
  }),
  /** Write a checkpoint and exit; `resume` goes on from there. */
  z.object({ type: z.literal('pause') }),
  /** End training now, write a checkpoint, then reconstruct and evaluate what was learnt. */
  z.object({ type: z.literal('stop') }),
]);
export type EngineCommand = z.infer<typeof engineCommandSchema>;

/** From the engine to the supervisor. */
export const engineEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('ready'),
    protocol: z.literal(ENGINE_PROTOCOL_VERSION),
    pid: z.int(),
    backend: z.string(),
    device: z.string(),
  }),
  z.object({
    type: z.literal('progress'),
    phase: experimentPhaseSchema,
    step: z.int().nonnegative(),
    steps: z.int().nonnegative(),
    samplesPerSecond: z.number().nullable(),
    secondsLeft: z.number().nullable(),
  }),
  z.object({ type: z.literal('history'), line: historyLineSchema }),
  z.object({ type: z.literal('checkpoint'), step: z.int() }),
  z.object({ type: z.literal('samples'), step: z.int(), path: z.string() }),
  z.object({ type: z.literal('warning'), code: z.string(), message: z.string(), step: z.int() }),
  z.object({ type: z.literal('log'), text: z.string() }),
  /**
   * The engine lives. Native work keeps it from speaking at times, so it says beforehand for how long it may now be silent
   * (seconds), and how much memory it holds (bytes).
   */
  z.object({ type: z.literal('heartbeat'), silence: z.number().positive(), memory: z.int().nonnegative() }),
  z.object({ type: z.literal('calibration'), calibration: calibrationSchema }),
  /** The last message: how it ended. */
  z.object({ type: z.literal('ended'), state: experimentStateSchema, error: errorEnvelopeSchema.nullable() }),
]);
export type EngineEvent = z.infer<typeof engineEventSchema>;
