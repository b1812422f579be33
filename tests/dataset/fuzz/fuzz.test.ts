/**
 * A few thousand damaged inputs over all readers. `node tests/dataset/fuzz/run.ts` tries as many as you like, and shows
 * single ones.
 */
import { expect, it } from 'vitest';
import { fuzz } from './fuzz.ts';

const inputs = 5000;

it(`damaged in ${inputs} ways, files are read or refused with a coded error, soon, in little memory, and never by halves`, async () => {
  const { readers, faults, inputs: tried } = await fuzz({ inputs, seed: 3 });
  expect(faults).toEqual([]);
  expect(tried).toBe(inputs);
  // The damage reaches what it should: of every reader some inputs are refused, and of all together most in many ways.
  const outcomes = Object.values(readers).map((reader) => Object.keys(reader.outcomes));
  expect(outcomes.filter((codes) => codes.length > 1).length).toBeGreaterThan(0.9 * outcomes.length);
  expect(new Set(outcomes.flat()).size).toBeGreaterThan(12);
});
