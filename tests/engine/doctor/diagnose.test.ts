import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { diagnose } from '../../../src/main/engine/doctor/diagnose.ts';
import { findInstallation } from '../../../src/main/engine/install/manifest.ts';
import { doctorReportSchema } from '../../../src/shared/doctor.ts';
import { writeFakeInstallation } from '../install/fake-installation.ts';

const installed = findInstallation('cpu') !== null;

describe('diagnose', () => {
  it.skipIf(!installed)('times ten training steps on every backend that works', async () => {
    const report = doctorReportSchema.parse(await diagnose());
    expect(report.chosen).toBe('tensorflow');
    expect(report.versions.tensorflow).toBe('2.21.0');
    for (const backend of report.backends) {
      expect(backend.available).toBe(true);
      expect(backend.device).toBeTruthy();
      expect(backend.timing?.steps).toBe(10);
      expect(backend.timing?.medianMilliseconds).toBeGreaterThan(0);
    }
  });

  describe('with a native engine that does not load and no compiler', () => {
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'cortext-doctor-'));
      vi.stubEnv('CORTEXT_CACHE', folder);
      vi.stubEnv('CXX', join(folder, 'no-such-compiler'));
      writeFakeInstallation(folder, { 'addon/tfjs_binding.node': 'junk', 'addon/quiet.node': 'junk' });
    });
    afterAll(() => {
      vi.unstubAllEnvs();
      rmSync(folder, { recursive: true, force: true });
    });

    it('says why, which command fixes it, and that WASM works', async () => {
      const report = doctorReportSchema.parse(await diagnose());
      expect(report.chosen).toBe('wasm');
      const [tensorflow, wasm] = report.backends;
      expect(tensorflow).toMatchObject({ name: 'tensorflow', available: false, timing: null });
      expect(tensorflow?.problem).toMatch(/does not load/);
      expect(tensorflow?.remedy).toMatch(/npm run cortext -- engine install/);
      expect(wasm).toMatchObject({ name: 'wasm', available: true });
      expect(report.tools.find(({ name }) => name === 'C++ compiler')?.remedy).toMatch(
        /apt install g\+\+|xcode-select/,
      );
    });
  });
});
