/** Who takes part in the parity suite: every backend, in every way that it runs steps. */
import type { BackendName } from '../../../src/shared/experiment.ts';
import { findInstallation } from '../../../src/main/engine/install/manifest.ts';
import type { RuntimeMode } from '../../../src/main/engine/runtime/step-runtime.ts';
import { hasTestGpu, testGpuAbsent } from '../../support/test-gpu.ts';

export interface Subject {
  readonly title: string;
  readonly backend: BackendName;
  readonly mode: RuntimeMode;
  /** Why it cannot be tested here; null when it can. */
  readonly unavailable: string | null;
}

const tensorflow = findInstallation('cpu') === null ? 'the native engine is not installed' : null;

/** A new backend becomes part of the suite by a row here. */
export const subjects: readonly Subject[] = [
  { title: 'tensorflow, compiled', backend: 'tensorflow', mode: 'compiled', unavailable: tensorflow },
  { title: 'tensorflow, eager', backend: 'tensorflow', mode: 'eager', unavailable: tensorflow },
  { title: 'wasm', backend: 'wasm', mode: 'eager', unavailable: null },
  { title: 'webgpu', backend: 'webgpu', mode: 'eager', unavailable: hasTestGpu ? null : testGpuAbsent },
];

/** Largest difference of an operation's value or gradient, as a share of its largest value (or of 1). */
export const OPERATION_TOLERANCE = 2e-5;
/** Largest difference of a network's outputs from the published ones. */
export const OUTPUT_TOLERANCE = 1e-4;
/** Length of the difference of a loss or a gradient, as a share of its length. */
export const GRADIENT_TOLERANCE = 1e-3;
