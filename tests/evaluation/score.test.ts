import { describe, expect, it } from 'vitest';
import { joinImages, selectImages, type ImageSet } from '../../src/main/dataset/image-set.ts';
import { bootstrapInterval } from '../../src/main/evaluation/bootstrap.ts';
import { poolFolds } from '../../src/main/evaluation/cross-validation.ts';
import { matrixFrom } from '../../src/main/evaluation/linear-algebra/matrix.ts';
import { twoWayIdentification } from '../../src/main/evaluation/metrics/identification.ts';
import { meanSquaredError } from '../../src/main/evaluation/metrics/mse-psnr.ts';
import { pixelCorrelation } from '../../src/main/evaluation/metrics/pixel-correlation.ts';
import { ssim } from '../../src/main/evaluation/metrics/ssim.ts';
import { nullDistributions, summariseNull } from '../../src/main/evaluation/null-distribution.ts';
import { scoreReconstructions } from '../../src/main/evaluation/score.ts';
import { scoreSchema } from '../../src/shared/evaluation.ts';
import { Random } from '../../src/shared/random.ts';
import { atOnce, constantImages, mean, noiseImages, noisyCopies } from './support.ts';

const options = { permutations: 500, bootstraps: 500, seed: 5 };
const namesOf = (count: number) => Array.from({ length: count }, (_, i) => `stimulus ${i}`);

function orders(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, i) => orders(items.toSpliced(i, 1)).map((rest) => [item, ...rest]));
}

describe('scores', () => {
  const stimuli = noiseImages(12, 12, 3, 'stimuli');
  const stimulusIds = namesOf(12);
  const gan = noisyCopies(stimuli, 0.5, 'gan');

  it('of good reconstructions lie beyond their null distributions, in the better direction of each metric', async () => {
    const { gan: scores } = await scoreReconstructions({ stimuli, stimulusIds, methods: { gan }, ...options });
    expect(Object.keys(scores ?? {})).toHaveLength(8);
    for (const score of Object.values(scores ?? {})) {
      expect(scoreSchema.parse(score).perStimulus).toHaveLength(12);
      expect(score.value).toBeCloseTo(mean(score.perStimulus), 12);
      expect(score.chance.p).toBeCloseTo(1 / 501, 12);
      expect(score.interval.low).toBeLessThanOrEqual(score.value);
      expect(score.interval.high).toBeGreaterThanOrEqual(score.value);
    }
    const rank = scores?.['retrieval-rank'];
    expect(rank?.value).toBe(1);
    expect(rank?.chance.mean).toBeCloseTo(6.5, 0);
    expect(rank?.chance.percentile99).toBeLessThan(rank?.chance.percentile95 ?? NaN);
    const error = scores?.mse;
    expect(error?.chance.percentile95).toBeLessThan(error?.chance.mean ?? NaN);
  });

  it('of the mean image have p = 1: permuting changes nothing, however often each stimulus was shown', async () => {
    const picks = [...stimulusIds.keys(), 0, 0, 3];
    const shown = selectImages(stimuli, picks);
    const ids = picks.map((pick) => stimulusIds[pick]);
    const average = constantImages(shown, 0);
    for (let p = 0; p < average.data.length; p++) average.data[p] = (p % 432) / 432;
    for (const request of [
      { stimuli, stimulusIds, methods: { 'mean-image': selectImages(average, [...stimulusIds.keys()]) } },
      { stimuli: shown, stimulusIds: ids, methods: { 'mean-image': average } },
    ]) {
      const scores = await scoreReconstructions({ ...request, ...options });
      for (const score of Object.values(scores['mean-image'] ?? {})) expect(score.chance.p).toBe(1);
    }
  });

  it('are the same for the same seed, and differ in the null distribution for another', async () => {
    const weak = noisyCopies(stimuli, 0.05, 'weak');
    const run = (seed: number) =>
      scoreReconstructions({ stimuli, stimulusIds, methods: { gan: weak }, ...options, seed });
    const first = await run(1);
    expect(await run(1)).toEqual(first);
    expect((await run(2)).gan?.mse?.chance.mean).not.toBe(first.gan?.mse?.chance.mean);
  });

  it('leave out 10-way identification below ten stimuli, and all identification with one', async () => {
    const score = async (count: number) => {
      const some = Array.from({ length: count }, (_, i) => i);
      const methods = { gan: selectImages(gan, some) };
      const request = { stimuli: selectImages(stimuli, some), stimulusIds: namesOf(count), methods, ...options };
      return Object.keys((await scoreReconstructions(request)).gan ?? {});
    };
    expect(await score(9)).not.toContain('ten-way-top-1');
    expect(await score(9)).toContain('two-way-identification');
    expect(await score(1)).toEqual(['pixel-correlation', 'ssim', 'mse', 'psnr']);
  });

  it('never take another trial of the same stimulus as a foil', async () => {
    const twice = [...stimulusIds.keys(), ...stimulusIds.keys()];
    const { gan: scores } = await scoreReconstructions({
      stimuli: selectImages(stimuli, twice),
      stimulusIds: twice.map((i) => stimulusIds[i]),
      methods: { gan: selectImages(gan, twice) },
      ...options,
    });
    expect(scores?.['two-way-identification']?.value).toBe(1);
    expect(scores?.['retrieval-rank']?.perStimulus).toEqual(new Array(24).fill(1));
  });

  it('can be cancelled, and refuse a method that drew another number of images', async () => {
    const request = { stimuli, stimulusIds, methods: { gan }, ...options };
    await expect(scoreReconstructions({ ...request, signal: AbortSignal.abort() })).rejects.toThrow(/cancelled/);
    const methods = { ridge: selectImages(gan, [0, 1]) };
    await expect(scoreReconstructions({ ...request, methods })).rejects.toThrow(/ridge/);
  });
});

describe('null distributions', () => {
  it('from tables equal those from permuted images', async () => {
    const count = 5;
    const stimuli = noiseImages(count, 12, 1, 'few');
    const gan = noisyCopies(stimuli, 0.1, 'few drawn');
    const { gan: scores } = await scoreReconstructions({
      stimuli,
      stimulusIds: namesOf(count),
      methods: { gan },
      ...options,
      permutations: 20_000,
    });
    const all = orders([...Array(count).keys()]);
    const twoWay = (order: number[]) => {
      const correlations = order.map((_, s) =>
        pixelCorrelation(
          selectImages(
            stimuli,
            order.map(() => s),
          ),
          selectImages(gan, order),
        ),
      );
      const table = twoWayIdentification(
        matrixFrom(
          correlations.flatMap((row) => [...row]),
          count,
          count,
        ),
      );
      return order.map((_, i) => table.values[i * count + i]);
    };
    const forced = {
      ssim: all.map((order) => mean(ssim(stimuli, selectImages(gan, order)))),
      mse: all.map((order) => mean(meanSquaredError(stimuli, selectImages(gan, order)))),
      'two-way-identification': all.map((order) => mean(twoWay(order))),
    };
    for (const metric of ['ssim', 'mse', 'two-way-identification'] as const) {
      const score = scores?.[metric];
      const value = score?.value ?? NaN;
      const good = forced[metric].filter((null_) => (metric === 'mse' ? null_ <= value + 1e-9 : null_ >= value - 1e-9));
      expect(score?.chance.mean).toBeCloseTo(mean(forced[metric]), 2);
      expect(Math.abs((score?.chance.p ?? NaN) - good.length / all.length)).toBeLessThan(0.012);
    }
  });

  it.each([
    { count: 10, percentile: 0.667 },
    { count: 50, percentile: 0.57 },
    { count: 100, percentile: 0.548 },
  ])(
    'of 2-way identification by unrelated scores have 95 % below $percentile for $count stimuli',
    async ({ count, percentile }) => {
      const found: number[] = [];
      const repeats = count === 10 ? 60 : 12;
      for (let repeat = 0; repeat < repeats; repeat++) {
        const random = new Random(repeat, 'unrelated');
        const scores = twoWayIdentification(
          matrixFrom(
            Float64Array.from({ length: count * count }, () => random.normal()),
            count,
            count,
          ),
        );
        const every = Array.from({ length: count }, (_, i) => i);
        const fold = { tables: [scores], ofItem: Int32Array.from(every), exchangeable: [every], key: '' };
        const [nulls] = await nullDistributions([fold], { permutations: 2000, seed: repeat, pace: atOnce });
        found.push(summariseNull(nulls, 1, false).percentile95);
      }
      expect(Math.abs(mean(found) - percentile)).toBeLessThan(0.01);
    },
  );

  it('stay valid when SSIM is compared within blocks only', async () => {
    const count = 230;
    const stimuli = noiseImages(count, 4, 1, 'many');
    const { gan: scores } = await scoreReconstructions({
      stimuli,
      stimulusIds: namesOf(count),
      methods: { gan: noisyCopies(stimuli, 0.6, 'many drawn') },
      ...options,
    });
    expect(scores?.ssim?.chance.p).toBeCloseTo(1 / 501, 12);
    expect(Number.isFinite(scores?.ssim?.chance.mean)).toBe(true);
  });
});

describe('bootstrap intervals', () => {
  it('are those of the mean of independent stimuli', async () => {
    const values = [...new Random(1, 'values').normals(200)];
    const each = Int32Array.from(values.keys());
    const { low, high } = await bootstrapInterval(values, each, { bootstraps: 4000, seed: 1, pace: atOnce });
    const average = mean(values);
    const error = Math.sqrt(mean(values.map((value) => (value - average) ** 2)) / values.length);
    expect(low).toBeCloseTo(average - 1.96 * error, 1.7);
    expect(high).toBeCloseTo(average + 1.96 * error, 1.7);
  });

  it('do not narrow when every stimulus is counted eight times', async () => {
    const values = [...new Random(2, 'values').normals(20)];
    const settings = { bootstraps: 2000, seed: 1, pace: atOnce };
    const once = await bootstrapInterval(values, Int32Array.from(values.keys()), settings);
    const eight = values.flatMap((value, i) => new Array(8).fill([value, i]) as [number, number][]);
    const often = await bootstrapInterval(
      eight.map(([value]) => value),
      Int32Array.from(eight, ([, i]) => i),
      settings,
    );
    expect(often.low).toBeCloseTo(once.low, 10);
    expect(often.high).toBeCloseTo(once.high, 10);
  });
});

describe('pooled folds', () => {
  const stimuli = noiseImages(4, 12, 1, 'folds');
  const foldOf = (picks: number[], drawn: ImageSet) => ({
    stimuli: selectImages(stimuli, picks),
    stimulusIds: picks.map((pick) => `stimulus ${pick}`),
    methods: { gan: selectImages(drawn, picks) },
  });

  it('score items against the foils of their own fold only', async () => {
    // Each stimulus of the first fold is drawn as one of the second: only foils of other folds could tell.
    const swapped = joinImages([selectImages(stimuli, [2, 3]), selectImages(stimuli, [0, 1])]);
    const folds = [foldOf([0, 1], swapped), foldOf([2, 3], swapped)];
    const own = await poolFolds({ folds, ...options });
    const parts = await Promise.all(folds.map((fold) => scoreReconstructions({ ...fold, ...options })));
    for (const metric of ['pixel-correlation', 'two-way-identification'] as const) {
      expect(own.scores.gan?.[metric]?.perStimulus).toEqual(parts.flatMap((part) => part.gan?.[metric]?.perStimulus));
    }
    const all = await poolFolds({ folds, ...options, foils: 'all-folds' });
    expect(all.scores.gan?.['two-way-identification']?.value).not.toBe(
      own.scores.gan?.['two-way-identification']?.value,
    );
  });

  it('keep only the methods that every fold has', async () => {
    const first = foldOf([0, 1], stimuli);
    const withRidge = { ...first, methods: { ...first.methods, ridge: first.methods.gan } };
    const { scores } = await poolFolds({ folds: [withRidge, foldOf([2, 3], stimuli)], ...options });
    expect(Object.keys(scores)).toEqual(['gan']);
  });

  it('do not take repetitions of a wrong answer in every fold for evidence', async () => {
    const many = noiseImages(10, 12, 1, 'repeated');
    const drawn = noisyCopies(many, 0.02, 'repeated drawn');
    const fold = { stimuli: many, stimulusIds: namesOf(10), methods: { gan: drawn } };
    const once = await poolFolds({ folds: [fold], ...options });
    const eight = await poolFolds({ folds: new Array<typeof fold>(8).fill(fold), ...options });
    const chance = (pooled: typeof once) => pooled.scores.gan?.['two-way-identification']?.chance;
    expect(chance(eight)?.percentile95).toBeCloseTo(chance(once)?.percentile95 ?? NaN, 10);
    expect(chance(eight)?.p).toBeCloseTo(chance(once)?.p ?? NaN, 10);
  });
});
