import { describe, expect, it } from 'vitest';
import { watchForCollapse } from '../../../src/main/engine/trainer/collapse-watch.ts';
import { DiscriminatorBalance } from '../../../src/main/engine/trainer/discriminator-balance.ts';
import { averagingDecay, decay } from '../../../src/main/engine/trainer/training-loop.ts';
import { Random } from '../../../src/shared/random.ts';

const LENGTH = 64;
const pictures = (count: number): Float32Array => new Random(1).normals(count * LENGTH).map((value) => Math.tanh(value / 2));

describe('watching for collapse', () => {
  const images = pictures(20);

  it('says nothing of samples that differ as the training images do', () => {
    expect(watchForCollapse(pictures(8), 8, images, 20)).toEqual([]);
  });

  it('says so when different responses give the same picture', () => {
    const one = pictures(1);
    const same = Float32Array.from({ length: 8 * LENGTH }, (_, i) => one[i % LENGTH]);
    expect(watchForCollapse(same, 8, images, 20).map(({ code }) => code)).toEqual(['condition-ignored']);
  });

  it('says so when everything is black or white though the stimuli are not', () => {
    const extreme = pictures(8).map((value) => Math.sign(value));
    expect(watchForCollapse(extreme, 8, images, 20).map(({ code }) => code)).toEqual(['saturated']);
    const figures = images.map((value) => Math.sign(value));
    expect(watchForCollapse(extreme, 8, figures, 20)).toEqual([]);
  });
});

describe('discriminator balance', () => {
  const ahead = { real: 0.05, fake: 0.05, wrong: 0.05 };
  const guessing = { real: 1, fake: 1, wrong: 1 };
  const after = (balance: DiscriminatorBalance, steps: number, scalars: Record<string, number>): boolean => {
    for (let step = 0; step < steps; step++) balance.observe(scalars);
    return balance.updatesDiscriminator;
  };

  it('leaves a discriminator alone that is far ahead, and trains it again when the generator has caught up', () => {
    const balance = new DiscriminatorBalance(true);
    expect(after(balance, 5, ahead)).toBe(true);
    expect(after(balance, 40, ahead)).toBe(false);
    expect(after(balance, 1, guessing)).toBe(false);
    expect(after(balance, 40, guessing)).toBe(true);
  });

  it('never does so where it is switched off', () => {
    expect(after(new DiscriminatorBalance(false), 100, ahead)).toBe(true);
  });

  it('goes on as it would have after its state was saved and put back', () => {
    const first = new DiscriminatorBalance(true);
    after(first, 12, ahead);
    const second = new DiscriminatorBalance(true);
    second.state = first.state;
    for (let step = 0; step < 40; step++) expect(after(second, 1, ahead)).toBe(after(first, 1, ahead));
  });
});

describe('schedules', () => {
  it('hold the learning rate for two thirds of training and bring it to a tenth at the end', () => {
    expect([0, 500, 800, 1000, 1200].map((step) => decay(step, 1200))).toEqual([
      1,
      1,
      1,
      expect.closeTo(0.55, 6),
      expect.closeTo(0.1, 6),
    ]);
  });

  it('average over few steps at first', () => {
    expect(averagingDecay(0.995, 0)).toBeCloseTo(0.1);
    expect(averagingDecay(0.995, 90)).toBeCloseTo(0.91);
    expect(averagingDecay(0.995, 1e6)).toBe(0.995);
  });
});
