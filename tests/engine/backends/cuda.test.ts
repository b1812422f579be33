import { chmodSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { compareVersions, cudaEnvironment, cudaProblem, describeGpu } from '../../../src/main/engine/backends/cuda.ts';
import { kernelModuleVersion, nvidiaReport } from '../../../src/main/engine/backends/nvidia.ts';
import { findInstallation } from '../../../src/main/engine/install/manifest.ts';
import { readConfig } from '../../../src/main/engine/trainer/experiment-folder.ts';
import { experimentConfigSchema } from '../../../src/shared/experiment.ts';
import { workspaceLayout } from '../../../src/shared/workspace-layout.ts';
import { experimentConfig } from '../../support/experiment-fixture.ts';
import { copyInstallation } from '../../support/installation-copy.ts';
import { smallRecording, smallTraining, startCortext } from '../../support/small-workspace.ts';
import { startInChild } from '../../support/start-backend.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** A folder with an nvidia-smi that is this shell script, and `PATH` with it in front. */
function fakeNvidiaSmi(script: string): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'nvidia-smi'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, 'nvidia-smi'), 0o755);
  return `${folder}${delimiter}${process.env.PATH ?? ''}`;
}

const answer = (...rows: readonly string[]) => rows.map((row) => `echo "${row}"`).join('\n');
const twoGpus = answer(
  '0, NVIDIA GeForce RTX 4090, 550.54.14, 24564, 8.9',
  '1, NVIDIA A100-SXM4-40GB, 550.54.14, 40960, 8.0',
);

function reportOf(script: string) {
  vi.stubEnv('PATH', fakeNvidiaSmi(script));
  return nvidiaReport();
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe.skipIf(process.platform === 'win32')("what is asked of NVIDIA's driver and GPUs", () => {
  it('names GPUs with index, memory and compute capability, and finds nothing wrong with them', () => {
    const report = reportOf(twoGpus);
    expect(report.driver).toBe('550.54.14');
    expect(report.gpus[1]).toEqual({
      index: 1,
      name: 'NVIDIA A100-SXM4-40GB',
      computeCapability: '8.0',
      memoryBytes: 40960 * 2 ** 20,
    });
    expect(cudaProblem(report)).toBeNull();
  });

  it('understands a driver that does not know compute capabilities', () => {
    const report = reportOf(
      `case "$1" in *compute_cap*) echo 'Field "compute_cap" is not a valid field to query.'; exit 2;; esac
echo "0, Tesla V100-PCIE-16GB, 525.60.13, 16384"`,
    );
    expect(report).toMatchObject({ driver: '525.60.13', problem: null, gpus: [{ computeCapability: null }] });
    expect(cudaProblem(report)).toBeNull();
  });

  it('refuses a driver that is too old, with the version that is needed', () => {
    const problem = cudaProblem(reportOf(answer('0, NVIDIA GeForce RTX 3090, 470.256.02, 24576, 8.6')));
    expect(problem?.message).toBe('The NVIDIA driver 470.256.02 is too old: CUDA 12.5.1 needs 525.60.13 or newer.');
    expect(problem?.hint).toMatch(/Install NVIDIA's driver/);
  });

  it('refuses a GPU that TensorFlow was not compiled for', () => {
    const problem = cudaProblem(reportOf(answer('0, Quadro M4000, 535.183.01, 8192, 5.2')));
    expect(problem?.message).toMatch(/compute capability 6\.0; Quadro M4000 has 5\.2/);
  });

  it('says that there is no driver, and what nvidia-smi says when it fails', () => {
    vi.stubEnv('PATH', temporaryFolder());
    expect(cudaProblem({ ...nvidiaReport(), driver: null })?.message).toBe('There is no NVIDIA driver.');
    const failing = reportOf('echo "Failed to initialize NVML: Driver/library version mismatch"; exit 18');
    expect(cudaProblem(failing)?.message).toBe(
      'nvidia-smi exited with 18: Failed to initialize NVML: Driver/library version mismatch.',
    );
  });

  it("reads the driver's version from the kernel module, closed or open", () => {
    const closed = 'NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.104.05  Sat Aug 19 01:15:15 UTC 2023\n';
    const open = 'NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  550.54.14  Release Build  (dvs-builder)\n';
    expect(kernelModuleVersion(closed)).toBe('535.104.05');
    expect(kernelModuleVersion(open)).toBe('550.54.14');
    expect(kernelModuleVersion('something else')).toBeNull();
  });

  it('compares versions as numbers', () => {
    expect(compareVersions('525.105.17', '525.60.13')).toBeGreaterThan(0);
    expect(compareVersions('10.0', '6.0')).toBeGreaterThan(0);
    expect(compareVersions('525.60', '525.60.0')).toBe(0);
  });
});

it('reads an experiment of before a GPU could be chosen as one that leaves the choice to CUDA', () => {
  const { gpu: _, ...old } = experimentConfig({ id: 'old', recording: { id: 'r', contentHash: 'h' } });
  expect(experimentConfigSchema.parse(old).gpu).toEqual({ index: null, tf32: true });
});

describe('the variables for CUDA', () => {
  const gpu = (index: number | null, tf32 = true) => ({ index, tf32 });

  it('count GPUs as nvidia-smi does, or among those that the cluster handed out', () => {
    expect(cudaEnvironment(gpu(1), undefined)).toMatchObject({
      CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
      CUDA_VISIBLE_DEVICES: '1',
    });
    expect(cudaEnvironment(gpu(1), '4,6')).toMatchObject({ CUDA_VISIBLE_DEVICES: '6' });
    expect(cudaEnvironment(gpu(null), '4,6')).not.toHaveProperty('CUDA_VISIBLE_DEVICES');
    expect(() => cudaEnvironment(gpu(2), '4,6')).toThrow(/no GPU 2 among those of CUDA_VISIBLE_DEVICES/);
  });

  it('let memory grow as it is needed, and switch TF32 off where exactness was asked for', () => {
    expect(cudaEnvironment(gpu(null), undefined)).toMatchObject({ TF_FORCE_GPU_ALLOW_GROWTH: 'true' });
    expect(cudaEnvironment(gpu(null), undefined)).not.toHaveProperty('NVIDIA_TF32_OVERRIDE');
    expect(cudaEnvironment(gpu(null, false), undefined)).toMatchObject({ NVIDIA_TF32_OVERRIDE: '0' });
  });

  it.skipIf(process.platform === 'win32')('are described in the record of the experiment', () => {
    const report = reportOf(twoGpus);
    expect(describeGpu(report, gpu(1), '1')).toBe(
      'NVIDIA A100-SXM4-40GB (GPU 1, compute capability 8.0, TF32 where it has it)',
    );
    expect(describeGpu(report, gpu(null, false), undefined)).toMatch(/RTX 4090 \(GPU 0, .*, no TF32\)/);
    expect(describeGpu(report, gpu(null), 'GPU-1a2b3c')).toMatch(/^NVIDIA GPU \(/);
  });
});

// A copy of the processor's build stands for a CUDA build that finds no GPU.
describe.skipIf(process.platform !== 'linux' || findInstallation('cpu') === null)('a CUDA build', () => {
  it('trains on the processor where the driver is too old, and says so; a GPU that was named is not replaced', async () => {
    const cache = temporaryFolder();
    copyInstallation(cache, [], 'cuda');
    const PATH = fakeNvidiaSmi(answer('0, NVIDIA GeForce RTX 3090, 470.256.02, 24576, 8.6'));
    const environment = { CORTEXT_CACHE: cache, PATH };
    const { backend, environment: seen } = await startInChild('auto', environment);
    expect(backend).toMatchObject({ name: 'tensorflow', isGpu: false });
    expect(backend?.warning).toMatch(/runs on the processor\. The NVIDIA driver 470\.256\.02 is too old.*Install/);
    // A driver that is too old is not even tried.
    expect(seen.CUDA_VISIBLE_DEVICES).toBe('-1');
    const named = await startInChild('auto', environment, { index: 0, tf32: true });
    expect(named.error?.message).toMatch(/GPU 0 cannot be used\. The NVIDIA driver/);
  });

  it('is started with the settings of the experiment in its environment, and with what the user has set', async () => {
    const cache = temporaryFolder();
    copyInstallation(cache, [], 'cuda');
    const environment = { CORTEXT_CACHE: cache, PATH: fakeNvidiaSmi(twoGpus), TF_FORCE_GPU_ALLOW_GROWTH: 'false' };
    const { environment: seen, error } = await startInChild('tensorflow', environment, { index: 1, tf32: false });
    expect(seen).toMatchObject({
      CUDA_VISIBLE_DEVICES: '1',
      CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
      NVIDIA_TF32_OVERRIDE: '0',
      TF_FORCE_GPU_ALLOW_GROWTH: 'false',
    });
    expect(error?.message).toMatch(/GPU 1 cannot be used\. TensorFlow found no GPU/);
  });

  it('gets the GPU and the precision that the command line names, from the configuration of the experiment', async () => {
    const cache = temporaryFolder();
    copyInstallation(cache, [], 'cuda');
    const root = join(temporaryFolder(), 'workspace');
    const { id } = await smallRecording(root);
    const options = ['--device', '1', '--no-tf32', ...smallTraining(1), '--json'];
    const env = { ...process.env, CORTEXT_CACHE: cache, PATH: fakeNvidiaSmi(twoGpus) };
    const { code, stderr, stdout } = await startCortext(['train', '-w', root, '-r', id, ...options], { env }).outcome;
    expect(code).toBe(5);
    expect(stderr + stdout).toMatch(/GPU 1 cannot be used/);
    const [experiment] = readdirSync(workspaceLayout(root).experiments);
    expect(readConfig(root, experiment).gpu).toEqual({ index: 1, tf32: false });
  });

  it('is asked for where a GPU was named and only the build for the processor is installed', async () => {
    const { error } = await startInChild('auto', {}, { index: 0, tf32: true });
    expect(error).toMatchObject({ code: 'ENGINE_BACKEND_UNAVAILABLE' });
    expect(error?.hint).toMatch(/engine install --gpu/);
  });
});
