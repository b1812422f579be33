/** Scores as a table: a row per method, a column per metric, chance beside it. */
import type { Evaluation, Method, MetricName } from '../../shared/evaluation.ts';
import { table } from './output.ts';

const methodNames: Record<Method, string> = {
  gan: 'GAN',
  ridge: 'ridge',
  'mean-image': 'mean image',
  'nearest-training-image': 'nearest image',
  'shuffled-voxels': 'shuffled voxels',
};

const columns: readonly { readonly metric: MetricName; readonly title: string }[] = [
  { metric: 'two-way-identification', title: '2-way identification' },
  { metric: 'pixel-correlation', title: 'pixel correlation' },
  { metric: 'ssim', title: 'SSIM' },
  { metric: 'mse', title: 'MSE' },
];

/** `0.951 [0.90 0.98] *`: value, 95 % interval, and a star where it is beyond the null's 95 %. */
export function scoreTable({ scores, stimuli }: Pick<Evaluation, 'scores' | 'stimuli'>): string {
  const methods = (Object.keys(methodNames) as Method[]).filter((method) => scores[method] !== undefined);
  const rows = table(methods, [
    { title: '', text: (method) => methodNames[method] },
    ...columns.map(({ metric, title }) => ({
      title,
      text: (method: Method): string => {
        const score = scores[method]?.[metric];
        if (score === undefined) return '-';
        const beyond = score.chance.p <= 0.05 ? ' *' : '';
        return `${score.value.toFixed(3)} [${score.interval.low.toFixed(2)} ${score.interval.high.toFixed(2)}]${beyond}`;
      },
    })),
  ]);
  const chance = columns
    .map(({ metric, title }) => ({ title, chance: scores.gan?.[metric]?.chance }))
    .filter(({ chance: known }) => known !== undefined)
    .map(({ title, chance: known }) => `${title} ${known?.mean.toFixed(3)} (95 %: ${known?.percentile95.toFixed(3)})`)
    .join(', ');
  const items = stimuli.length;
  return `${rows}\n\nChance for the GAN, by permutation: ${chance}.\n${items} test items; [95 % interval]; * better than chance, p <= 0.05.`;
}
