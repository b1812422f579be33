import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { keepMeasuredSpeeds, orderBySpeed, preferenceOrder } from '../../../src/main/engine/backends/measured-speeds.ts';
import { adapterName, describeAdapter } from '../../../src/main/engine/backends/webgpu-adapter.ts';
import type { ExperimentStatus } from '../../../src/shared/experiment.ts';
import { smallRecording, smallTraining, startCortext } from '../../support/small-workspace.ts';
import { startInChild } from '../../support/start-backend.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { hasTestGpu, testGpuAbsent, testGpuEnvironment } from '../../support/test-gpu.ts';

const hasCompiler = spawnSync('c++', ['--version']).status === 0;

describe('where there is no GPU', () => {
  const environment = { VK_DRIVER_FILES: '/there/is/no/driver.json', CORTEXT_WEBGPU_SOFTWARE: '' };
  const onLinux = it.skipIf(process.platform !== 'linux');

  onLinux('webgpu says so, and what a GPU would need', async () => {
    const { error } = await startInChild('webgpu', environment);
    expect(error).toMatchObject({ code: 'ENGINE_BACKEND_UNAVAILABLE', message: 'WebGPU finds no GPU here.' });
    expect(error?.hint).toMatch(/Vulkan loader.*libvulkan1/);
  });

  onLinux('auto passes it over', async () => {
    const { backend } = await startInChild('auto', { ...environment, CORTEXT_CACHE: temporaryFolder() });
    expect(backend).toMatchObject({ name: 'wasm', warning: expect.stringMatching(/not installed/) as string });
  });
});

describe.skipIf(!hasTestGpu)(
  hasTestGpu ? 'with a GPU in software' : `with a GPU in software (${testGpuAbsent})`,
  () => {
    const gpu = testGpuEnvironment();

    it('webgpu refuses it by name, and auto passes it over', async () => {
      const environment = { ...gpu, CORTEXT_WEBGPU_SOFTWARE: '', CORTEXT_CACHE: temporaryFolder() };
      const { error } = await startInChild('webgpu', environment);
      expect(error?.code).toBe('ENGINE_BACKEND_UNAVAILABLE');
      expect(error?.message).toMatch(/only SwiftShader driver .*, which computes in software/);
      expect(error?.hint).toMatch(/CORTEXT_WEBGPU_SOFTWARE=1/);
      expect((await startInChild('auto', environment)).backend?.name).toBe('wasm');
    });

    it('auto takes it before WASM where it is allowed', async () => {
      const environment = { ...gpu, CORTEXT_WEBGPU_SOFTWARE: '1', CORTEXT_CACHE: temporaryFolder() };
      expect((await startInChild('auto', environment)).backend).toMatchObject({ name: 'webgpu', isGpu: false });
    });

    it('a whole experiment trains on it', async () => {
      const root = join(temporaryFolder(), 'workspace');
      const { id } = await smallRecording(root);
      const args = ['train', '-w', root, '-r', id, '--backend', 'webgpu', ...smallTraining(1), '--json'];
      const env = { ...process.env, ...gpu, CORTEXT_WEBGPU_SOFTWARE: '1' };
      const { code, stdout, stderr } = await startCortext(args, { env }).outcome;
      expect(code, stderr).toBe(0);
      // What the command prints.
      expect(JSON.parse(stdout) as ExperimentStatus).toMatchObject({
        state: 'completed',
        backend: 'webgpu',
        device: expect.stringMatching(/SwiftShader/) as string,
        warnings: [],
      });
    });

    it.skipIf(!hasCompiler)('a driver that crashes ends another process, not the engine', async () => {
      const folder = temporaryFolder();
      const [source, library] = [join(folder, 'driver.cc'), join(folder, 'driver.so')];
      writeFileSync(
        source,
        '#include <csignal>\n__attribute__((constructor)) static void load() { raise(SIGSEGV); }\n',
      );
      expect(spawnSync('c++', ['-shared', '-fPIC', source, '-o', library]).status).toBe(0);
      const driver = join(folder, 'driver.json');
      const ICD = { library_path: library, api_version: '1.0.5' };
      writeFileSync(driver, JSON.stringify({ file_format_version: '1.0.0', ICD }));
      const { error } = await startInChild('webgpu', { ...gpu, VK_DRIVER_FILES: driver });
      expect(error).toMatchObject({ code: 'ENGINE_BACKEND_UNAVAILABLE' });
      expect(error?.message).toMatch(/was ended by SIGSEGV/);
    });
  },
);

describe('an adapter', () => {
  const info = { vendor: '', architecture: '', device: '', description: '', isFallbackAdapter: false };

  it('is software when it says so, or by the name of a renderer that does not say so', () => {
    expect(describeAdapter({ ...info, isFallbackAdapter: true }).software).toBe(true);
    expect(describeAdapter({ ...info, description: 'llvmpipe (LLVM 15.0.6, 256 bits)' }).software).toBe(true);
    expect(describeAdapter({ ...info, description: 'Microsoft Basic Render Driver' }).software).toBe(true);
    expect(describeAdapter({ ...info, vendor: 'amd', description: 'AMD Radeon RX 6800 XT (RADV)' }).software).toBe(
      false,
    );
  });

  it("is called by its driver's words, or by what there is", () => {
    const amd = describeAdapter({ ...info, vendor: 'amd', architecture: 'rdna-2' });
    expect(adapterName(amd)).toBe('amd rdna-2');
    expect(adapterName({ ...amd, description: 'AMD Radeon RX 6800 XT' })).toBe('AMD Radeon RX 6800 XT');
  });
});

describe('auto', () => {
  const speeds = (tensorflow: number, webgpu: number) => [
    { name: 'tensorflow' as const, milliseconds: tensorflow },
    { name: 'webgpu' as const, milliseconds: webgpu },
  ];

  it('prefers TensorFlow until the doctor has measured that the GPU is clearly faster', () => {
    expect(orderBySpeed([])).toEqual(['tensorflow', 'webgpu', 'wasm']);
    expect(orderBySpeed(speeds(40, 38))).toEqual(['tensorflow', 'webgpu', 'wasm']);
    expect(orderBySpeed(speeds(40, 10))).toEqual(['webgpu', 'tensorflow', 'wasm']);
  });

  it('stays where an experiment was begun, but for WebAssembly, which was only what was left', () => {
    const cache = mkdtempSync(join(tmpdir(), 'cortext-speeds-'));
    vi.stubEnv('CORTEXT_CACHE', cache);
    try {
      keepMeasuredSpeeds(speeds(40, 10));
      expect(preferenceOrder(null)).toEqual(['webgpu', 'tensorflow', 'wasm']);
      expect(preferenceOrder('tensorflow')).toEqual(['tensorflow', 'webgpu', 'wasm']);
      expect(preferenceOrder('wasm')).toEqual(['webgpu', 'tensorflow', 'wasm']);
    } finally {
      vi.unstubAllEnvs();
      rmSync(cache, { recursive: true });
    }
  });
});
