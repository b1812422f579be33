/** How fast this computer multiplies: what a step's speed is compared with. */
import { CortextError } from '../../../shared/errors.ts';
import type { Backend } from '../backends/start-backend.ts';
import { BFLOAT16, type DataType, FLOAT } from '../runtime/graph-def.ts';

/** Side of the matrices: 32 MB each in float32, far beyond caches, as a GAN's largest products are. */
const SIDE = 2048;
const REPETITIONS = 8;

/** @returns multiplications and additions per second, the best of several products; null where there is no kernel */
export function matrixProductRates({ binding }: Backend): Record<'float32' | 'bfloat16', number | null> {
  if (binding === undefined) throw new CortextError('INTERNAL', 'Matrix products are measured on tensorflow only.');
  const type = (name: string, value: DataType) => ({ name, type: binding.TF_ATTR_TYPE, value });
  const matrix = binding.createTensor([SIDE, SIDE], FLOAT, new Float32Array(SIDE * SIDE).fill(0.5));
  const rate = (dtype: DataType): number | null => {
    try {
      const cast = [type('SrcT', FLOAT), type('DstT', dtype), { name: 'Truncate', type: binding.TF_ATTR_BOOL, value: false }];
      const [{ id }] = binding.executeOp('Cast', cast, [matrix], 1);
      const product = [
        { name: 'transpose_a', type: binding.TF_ATTR_BOOL, value: false },
        { name: 'transpose_b', type: binding.TF_ATTR_BOOL, value: false },
        type('T', dtype),
      ];
      let best = Infinity;
      for (let i = 0; i < REPETITIONS; i++) {
        const started = performance.now();
        const [result] = binding.executeOp('MatMul', product, [id, id], 1);
        best = Math.min(best, performance.now() - started);
        binding.deleteTensor(result.id);
      }
      binding.deleteTensor(id);
      return (2 * SIDE ** 3) / (best / 1000);
    } catch {
      // No kernel for this type.
      return null;
    }
  };
  const rates = { float32: rate(FLOAT), bfloat16: rate(BFLOAT16) };
  binding.deleteTensor(matrix);
  return rates;
}
