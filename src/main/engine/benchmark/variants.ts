/**
 * What `cortext bench step` compares: plain TensorFlow.js, our step in five ways, PyTorch in four. `eager` is the published
 * step as a TensorFlow.js program; `eager-same-code` is what is compiled, run operation by operation.
 */
import { z } from 'zod';

export const ownVariants = [
  'eager',
  'eager-same-code',
  'compiled',
  'compiled-deterministic',
  'compiled-mixed',
  'wasm',
] as const;
export const pytorchVariants = [
  'pytorch',
  'pytorch-channels-last',
  'pytorch-bf16',
  'pytorch-bf16-channels-last',
] as const;
export const stepVariants = [...ownVariants, ...pytorchVariants] as const;

export type OwnVariant = (typeof ownVariants)[number];
export type PyTorchVariant = (typeof pytorchVariants)[number];
export type StepVariant = (typeof stepVariants)[number];

export function isPyTorch(variant: StepVariant): variant is PyTorchVariant {
  return variant.startsWith('pytorch');
}

/** What a variant's process answers, one line of JSON each. */
export const readySchema = z.object({
  ready: z.object({
    /** Of the library that computes. */
    version: z.string(),
    /** Until the first step was done, compiling included; null where nothing is compiled. */
    compileSeconds: z.number().nullable().default(null),
  }),
});
export const ranSchema = z.object({
  milliseconds: z.array(z.number().positive()).min(1),
  losses: z.record(z.string(), z.number()),
});
export const endedSchema = z.object({ peakBytes: z.number().nullable() });
export const ratesSchema = z.object({
  /** Multiplications and additions per second of a large matrix product; null where it cannot be done. */
  float32: z.number().nullable(),
  bfloat16: z.number().nullable(),
});
export const failedSchema = z.object({ error: z.object({ message: z.string() }) });
