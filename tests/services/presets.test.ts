import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listPresets, loadPreset } from '../../src/main/services/presets.ts';
import { applyMappings } from '../../src/main/services/recipe-mappings.ts';
import { applySettings } from '../../src/main/services/settings.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('presets', () => {
  it('are quick, standard and fine, at 32, 64 and 128 px', () => {
    expect(listPresets().map(({ name, network }) => [name, network.imageSize])).toEqual([
      ['quick', 32],
      ['standard', 64],
      ['fine', 128],
    ]);
  });

  it('may be files of the user, checked like ours', () => {
    const path = join(temporaryFolder(), 'mine.json');
    writeFileSync(path, JSON.stringify({ ...loadPreset('quick'), name: 'mine' }));
    expect(loadPreset(path).name).toBe('mine');
    writeFileSync(path, JSON.stringify({ ...loadPreset('quick'), colour: 'blue' }));
    expect(() => loadPreset(path)).toThrowError(/mine\.json/);
  });

  it('keep their values where no setting changes them, and refuse what does not exist or does not fit', () => {
    const quick = loadPreset('quick');
    const changed = applySettings(quick, { 'training.steps': '7', 'condition.sentence': 'attention' });
    expect(changed.training).toEqual({ ...quick.training, steps: 7 });
    expect(changed.condition.sentence).toBe('attention');
    expect(quick.training.steps).not.toBe(7);
    expect(() => applySettings(quick, { 'training.step': '7' })).toThrowError(/no setting training\.step/);
    expect(() => applySettings(quick, { 'network.imageSize': '48' })).toThrowError(/network\.imageSize/);
    expect(() => applySettings(quick, { name: 'other' })).toThrowError(/no setting name/);
  });
});

describe('recipe entries from a command line', () => {
  it('set what is inside a short form without losing it, in whatever order they come', () => {
    const wanted = { voxels: { array: 'R2', layout: 'voxels-by-samples' }, images: { array: 'I2', height: 10 } };
    expect(
      applyMappings({}, { 'voxels.layout': 'voxels-by-samples', voxels: 'R2', images: 'I2', 'images.height': '10' }),
    ).toEqual(wanted);
    expect(applyMappings({ voxels: 'R2' }, { 'voxels.layout': 'voxels-by-samples' })).toEqual({
      voxels: wanted.voxels,
    });
  });

  it('that are no YAML are refused by the entry that they were meant for', () => {
    expect(() => applyMappings({}, { 'images.range': '[0, 255' })).toThrowError(/images\.range=\[0, 255/);
  });
});
