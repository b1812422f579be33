/** The table of confounds that fMRIPrep would write for a simulated run. */
import { framewiseDisplacement, movementNames } from './movement.ts';
import { PHYSIOLOGY_COURSES } from './physiology.ts';
import type { RunCourses } from './scanner.ts';

/** Tab-separated. Columns of differences have no value for the first volume: `n/a`. */
export function confoundsTable({ movement, physiology }: RunCourses): string {
  const volumes = physiology.length / PHYSIOLOGY_COURSES;
  const course = (values: Float32Array, columns: number, column: number) =>
    Array.from({ length: volumes }, (_, volume) => values[volume * columns + column]);
  const breath = course(physiology, PHYSIOLOGY_COURSES, 0);
  const pulse = course(physiology, PHYSIOLOGY_COURSES, 1);
  const columns: Record<string, (number | null)[]> = {
    csf: breath.map((value, volume) => 1350 * (1 + (0.25 * value + 1.5 * pulse[volume]) / 100)),
    white_matter: breath.map((value) => 820 * (1 + (0.25 * value) / 100)),
    framewise_displacement: withoutFirst([...framewiseDisplacement(movement)]),
    a_comp_cor_00: standardise(pulse),
    a_comp_cor_01: standardise(breath),
  };
  movementNames.forEach((name, column) => {
    const path = course(movement, movementNames.length, column);
    columns[name] = path;
    columns[`${name}_derivative1`] = withoutFirst(path.map((value, volume) => value - (path[volume - 1] ?? 0)));
  });
  const names = Object.keys(columns);
  const rows = Array.from({ length: volumes }, (_, volume) =>
    names.map((name) => columns[name][volume]?.toPrecision(8) ?? 'n/a'),
  );
  return [names, ...rows].map((row) => `${row.join('\t')}\n`).join('');
}

function withoutFirst(values: readonly number[]): (number | null)[] {
  return [null, ...values.slice(1)];
}

/** Mean 0 and length 1, as principal components have. */
function standardise(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const length = Math.hypot(...values.map((value) => value - mean));
  return values.map((value) => (length === 0 ? 0 : (value - mean) / length));
}
