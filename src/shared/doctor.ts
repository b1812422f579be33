/** What `cortext doctor` finds out about this computer: plain data, for the command line and for a window. */
import { z } from 'zod';
import { backendNameSchema, precisionSchema } from './experiment.ts';

export const backendTimingSchema = z.object({
  steps: z.int().positive(),
  /** Median of one training step of a small convolutional network, in milliseconds. */
  medianMilliseconds: z.number().positive(),
  /** Images trained on in a second at that pace. */
  imagesPerSecond: z.number().positive(),
});
export type BackendTiming = z.infer<typeof backendTimingSchema>;

export const backendDiagnosisSchema = z.object({
  name: backendNameSchema,
  available: z.boolean(),
  device: z.string().nullable(),
  version: z.string().nullable(),
  gpu: z.boolean(),
  timing: backendTimingSchema.nullable(),
  /** Why it does not work here, or what about it is not as it should be. */
  problem: z.string().nullable(),
  /** What to do about it, with the command. */
  remedy: z.string().nullable(),
});
export type BackendDiagnosis = z.infer<typeof backendDiagnosisSchema>;

/** A program that installing the native engine needs. */
export const toolDiagnosisSchema = z.object({
  name: z.string(),
  found: z.string().nullable(),
  problem: z.string().nullable(),
  remedy: z.string().nullable(),
});
export type ToolDiagnosis = z.infer<typeof toolDiagnosisSchema>;

export const installationDiagnosisSchema = z.object({
  kind: z.enum(['cpu', 'cuda']),
  state: z.enum(['sound', 'absent', 'damaged']),
  folder: z.string(),
  bytes: z.int().nullable(),
  problem: z.string().nullable(),
});
export type InstallationDiagnosis = z.infer<typeof installationDiagnosisSchema>;

/** NVIDIA's side of the computer, as far as the CUDA build of TensorFlow cares. */
export const nvidiaDiagnosisSchema = z.object({
  /** null without a driver. */
  driver: z.string().nullable(),
  gpus: z.array(
    z.object({
      /** For `--device`. */
      index: z.int(),
      name: z.string(),
      computeCapability: z.string().nullable(),
      memoryBytes: z.number().nullable(),
    }),
  ),
  /** Of the TensorFlow that `engine install --gpu` installs. */
  needs: z.object({ cuda: z.string(), driver: z.string(), computeCapability: z.string() }),
  /** Why CUDA cannot be used; null where it can, and where there is nothing of NVIDIA. */
  problem: z.string().nullable(),
  remedy: z.string().nullable(),
});
export type NvidiaDiagnosis = z.infer<typeof nvidiaDiagnosisSchema>;

/** One DF-GAN training step, compiled, in either precision. */
export const precisionDiagnosisSchema = z.object({
  float32Milliseconds: z.number().positive(),
  mixedMilliseconds: z.number().positive(),
  /** What `auto` takes here. */
  chosen: precisionSchema,
});
export type PrecisionDiagnosis = z.infer<typeof precisionDiagnosisSchema>;

export const doctorReportSchema = z.object({
  /** ISO 8601. */
  at: z.string(),
  computer: z.object({
    platform: z.string(),
    arch: z.string(),
    release: z.string(),
    processor: z.string(),
    cores: z.int(),
    memoryBytes: z.number(),
    freeMemoryBytes: z.number(),
    /** NVIDIA GPUs by name; empty where there are none or their driver is missing. */
    gpus: z.array(z.string()),
  }),
  nvidia: nvidiaDiagnosisSchema,
  versions: z.object({
    node: z.string(),
    nodeApi: z.string(),
    tensorflowJs: z.string(),
    wasm: z.string(),
    addonSource: z.string(),
    /** Of the libtensorflow that is installed; null where none is. */
    tensorflow: z.string().nullable(),
  }),
  cacheFolder: z.string(),
  installations: z.array(installationDiagnosisSchema),
  tools: z.array(toolDiagnosisSchema),
  /** In order of preference. */
  backends: z.array(backendDiagnosisSchema),
  /** Null where steps are not compiled, or when one of the precisions does not run. */
  precision: precisionDiagnosisSchema.nullable(),
  /** What `auto` takes here; null when nothing works. */
  chosen: backendNameSchema.nullable(),
});
export type DoctorReport = z.infer<typeof doctorReportSchema>;
