/** Labels as numbers, for formats whose columns are numbers. */

export interface LabelCodes {
  /** One number per sample; NaN where there is no label. */
  readonly values: Float64Array;
  /** What the numbers mean; null where they are the labels themselves. */
  readonly texts: ReadonlyMap<number, string> | null;
}

/** Numbers stay themselves; texts are counted from 1 in order of appearance. */
export function labelCodes(labels: readonly (string | null)[]): LabelCodes {
  const numeric = labels.every((label) => label === null || String(Number(label)) === label);
  if (numeric)
    return { values: Float64Array.from(labels, (label) => (label === null ? NaN : Number(label))), texts: null };
  const codes = new Map<string, number>();
  for (const label of labels) if (label !== null && !codes.has(label)) codes.set(label, codes.size + 1);
  return {
    values: Float64Array.from(labels, (label) => (label === null ? NaN : (codes.get(label) ?? NaN))),
    texts: new Map([...codes].map(([label, code]) => [code, label])),
  };
}

/** The name of every sample's stimulus, whether its image is there or not; null for samples without a stimulus. */
export function stimulusNames({
  stimuli,
  columns,
}: {
  readonly stimuli: readonly { readonly name: string }[];
  readonly columns: {
    readonly stimulus: readonly (number | null)[];
    readonly stimulusName?: readonly (string | null)[] | undefined;
  };
}): (string | null)[] {
  return columns.stimulus.map((index, sample) =>
    index === null ? (columns.stimulusName?.[sample] ?? null) : stimuli[index].name,
  );
}
