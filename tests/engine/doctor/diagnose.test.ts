import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { doctorText } from '../../../src/main/cli/doctor-text.ts';
import { diagnose } from '../../../src/main/engine/doctor/diagnose.ts';
import { findInstallation } from '../../../src/main/engine/install/manifest.ts';
import { type DoctorReport, doctorReportSchema } from '../../../src/shared/doctor.ts';
import { copyInstallation } from '../../support/installation-copy.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { writeFakeInstallation } from '../install/fake-installation.ts';

const installed = findInstallation('cpu') !== null;

describe('diagnose', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it.skipIf(!installed)(
    'times ten training steps on every backend that works, and remembers them for auto',
    async () => {
      const cache = temporaryFolder();
      copyInstallation(cache, []);
      vi.stubEnv('CORTEXT_CACHE', cache);
      vi.stubEnv('VK_DRIVER_FILES', '/there/is/no/driver.json');
      const report = doctorReportSchema.parse(await diagnose());
      expect(report.backends.map(({ name }) => name)).toEqual(['tensorflow', 'webgpu', 'wasm']);
      expect(report.chosen).toBe('tensorflow');
      expect(report.versions.tensorflow).toBe('2.21.0');
      for (const backend of report.backends.filter(({ name }) => name !== 'webgpu')) {
        expect(backend).toMatchObject({ available: true, problem: null, device: expect.stringMatching(/./) as string });
        expect(backend.timing?.steps).toBe(10);
        expect(backend.timing?.medianMilliseconds).toBeGreaterThan(0);
      }
      if (process.platform === 'linux') {
        expect(report.backends[1]).toMatchObject({
          available: false,
          problem: 'WebGPU finds no GPU here.',
          remedy: expect.stringMatching(/libvulkan1/) as string,
        });
      }
      const [remembered] = readdirSync(join(cache, 'engine')).filter((name) => name.startsWith('measured-'));
      expect(readFileSync(join(cache, 'engine', remembered), 'utf8')).toMatch(/"tensorflow".*"wasm"/s);
    },
  );

  describe('with a native engine that does not load and no compiler', () => {
    let folder: string;
    let report: DoctorReport;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'cortext-doctor-'));
      vi.stubEnv('CORTEXT_CACHE', folder);
      vi.stubEnv('CXX', join(folder, 'no-such-compiler'));
      vi.stubEnv('PATH', folder);
      const gpu = '0, NVIDIA L4, 470.256.02, 23034, 8.9';
      writeFileSync(join(folder, 'nvidia-smi'), `#!/bin/sh\necho '${gpu}'\n`, { mode: 0o755 });
      writeFakeInstallation(folder, { 'addon/tfjs_binding.node': 'junk', 'addon/quiet.node': 'junk' });
      report = doctorReportSchema.parse(await diagnose());
      vi.unstubAllEnvs();
    });
    afterAll(() => {
      rmSync(folder, { recursive: true, force: true });
    });

    it('says why, which command fixes it, and that WASM works', () => {
      expect(report.chosen).toBe('wasm');
      const [tensorflow, , wasm] = report.backends;
      expect(tensorflow).toMatchObject({ name: 'tensorflow', available: false, timing: null });
      expect(tensorflow?.problem).toMatch(/does not load/);
      expect(tensorflow?.remedy).toMatch(/npm run cortext -- engine install/);
      expect(wasm).toMatchObject({ name: 'wasm', available: true });
      expect(report.tools.find(({ name }) => name === 'C++ compiler')?.remedy).toMatch(
        /apt install g\+\+|xcode-select/,
      );
    });

    it.skipIf(process.platform === 'win32')('names the GPU, its driver, and what CUDA needs of both', () => {
      const text = doctorText(report);
      expect(text).toMatch(/NVIDIA L4 \(--device 0, compute capability 8\.9, 22\.5 GiB\); driver 470\.256\.02/);
      expect(text).toMatch(/NVIDIA: The NVIDIA driver 470\.256\.02 is too old: CUDA 12\.5\.1 needs 525\.60\.13/);
    });
  });
});
