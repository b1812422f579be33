import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { installBidsValidator, validateBids } from '../../support/bids-validator.ts';
import { simulatedDataset } from './bids-support.ts';
import { tinyOptions } from './support.ts';

const { program, reason } = installBidsValidator();

describe.skipIf(program === null)(
  `the validator of the BIDS community${reason && ` (skipped: ${reason})`}`,
  async () => {
    const { folder } = await simulatedDataset(tinyOptions);
    const validate = () => validateBids(program ?? '', folder);
    const errors = () => validate().errors.map(({ key }) => key);

    it('finds no error in a simulated dataset, and nothing strange about its runs, events and stimuli', () => {
      const { errors, warnings } = validate();
      expect(errors).toEqual([]);
      // A simulated scanner takes a volume at once; and nobody but Cortext wrote the dataset.
      const expected = ['SLICE_TIMING_NOT_DEFINED', 'SUSPICIOUSLY_SHORT_EVENT_DESIGN', 'TOO_FEW_AUTHORS'];
      expect(warnings.map(({ key }) => key).filter((key) => !expected.includes(key))).toEqual([]);
    });

    it('does find a repetition time that is not that of the volumes, and a stimulus that is not there', () => {
      const sidecar = join(folder, 'task-perception_bold.json');
      const text = readFileSync(sidecar, 'utf8');
      writeFileSync(sidecar, text.replace('2.5', '2.4'));
      expect(errors()).toContain('REPETITION_TIME_MISMATCH');
      writeFileSync(sidecar, text);
      const stimuli = join(folder, 'stimuli');
      rmSync(join(stimuli, readdirSync(stimuli)[0]));
      expect(errors()).toContain('STIMULUS_FILE_MISSING');
    });
  },
);
