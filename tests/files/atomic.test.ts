import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fillFileAtomic, readJson, writeFileAtomic } from '../../src/main/files/atomic.ts';
import { CortextError } from '../../src/shared/errors.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const atomicModule = fileURLToPath(new URL('../../src/main/files/atomic.ts', import.meta.url));

describe('atomic files', () => {
  it('are whole after a kill at any moment of writing', async () => {
    const path = join(temporaryFolder(), 'status.json');
    writeFileAtomic(path, '0'.repeat(3_000_000));
    let replaced = 0;
    for (let attempt = 0; attempt < 6; attempt++) {
      const script = `
        import { writeFileAtomic } from ${JSON.stringify(atomicModule)};
        for (let i = 0; ; i++) writeFileAtomic(${JSON.stringify(path)}, String(i % 10).repeat(3_000_000 + i % 7));`;
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' });
      await new Promise((resolve) => setTimeout(resolve, 400 + 37 * attempt));
      child.kill('SIGKILL');
      await once(child, 'exit');
      const text = readFileSync(path, 'utf8');
      if (text[0] !== '0' || text.length > 3_000_000) replaced++;
      expect(text.length).toBeGreaterThanOrEqual(3_000_000);
      expect(new Set(text).size).toBe(1);
    }
    expect(replaced).toBeGreaterThan(0);
  });

  it('leave the old file and nothing else when what fills the new one fails', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'labels.nii.gz');
    writeFileAtomic(path, 'old');
    const filling = fillFileAtomic(path, (temporary) => {
      writeFileSync(temporary, 'half');
      return Promise.reject(new CortextError('CANCELLED', 'Cancelled.'));
    });
    await expect(filling).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(readdirSync(folder)).toEqual(['labels.nii.gz']);
    expect(readFileSync(path, 'utf8')).toBe('old');
  });

  it('leave the old file and nothing else when the new one cannot be put in place', () => {
    const folder = temporaryFolder();
    // A folder cannot be replaced by a file.
    mkdirSync(join(folder, 'config.json', 'inner'), { recursive: true });
    expect(() => {
      writeFileAtomic(join(folder, 'config.json'), 'new');
    }).toThrow();
    expect(readdirSync(folder)).toEqual(['config.json']);
  });

  it('are refused with the file and the field that does not fit', () => {
    const path = join(temporaryFolder(), 'status.json');
    const schema = z.object({ training: z.object({ step: z.int() }) });
    writeFileSync(path, '{"training": {"step": "three"}}');
    expect(() => readJson(path, schema, 'EXPERIMENT_DAMAGED')).toThrowError(
      expect.objectContaining({
        code: 'EXPERIMENT_DAMAGED',
        message: expect.stringMatching(/status\.json: training\.step/) as string,
      }) as Error,
    );
    writeFileSync(path, '{"training": ');
    expect(() => readJson(path, schema, 'EXPERIMENT_DAMAGED')).toThrowError(/status\.json is not valid JSON/);
  });
});
