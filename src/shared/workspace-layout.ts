/** Where everything lives inside a workspace folder. Pure paths, joined with `/`; no input or output. */

const join = (...parts: readonly string[]): string => parts.join('/');

export const WORKSPACE_FORMAT_VERSION = 1;

export function workspaceLayout(root: string) {
  return {
    root,
    /** Marks the folder as a workspace and states its format version. */
    marker: join(root, 'cortext-workspace.json'),
    catalog: join(root, 'catalog.sqlite'),
    recordings: join(root, 'recordings'),
    recording: (id: string) => join(root, 'recordings', id),
    recordingMetadata: (id: string) => join(root, 'recordings', id, 'recording.json'),
    voxels: (id: string) => join(root, 'recordings', id, 'voxels.f32'),
    /** Regions that the user defined after the import. */
    definedRegions: (id: string) => join(root, 'recordings', id, 'regions.json'),
    /** Colours that the user chose for regions. */
    regionColours: (id: string) => join(root, 'recordings', id, 'colours.json'),
    /** Mean functional volume or anatomy, where the recording has one. */
    reference: (id: string) => join(root, 'recordings', id, 'reference.nii.gz'),
    /** What can be made of recordings again at any time. */
    cache: join(root, '.cache'),
    /** Files of a recording's regions and statistics, named by a hash of what they hold. */
    regionCache: (id: string) => regionCacheLayout(join(root, '.cache', id)),
    /** The reference volume on three slices with the outlines of the regions, for a card. */
    slices: (id: string) => join(root, '.cache', id, 'slices.png'),
    stimuli: join(root, 'stimuli'),
    stimulus: (sha256: string) => join(root, 'stimuli', `${sha256}.png`),
    /** Small pictures for galleries, made once; named like the stimulus. */
    thumbnails: join(root, 'stimuli', 'thumbnails'),
    thumbnail: (sha256: string) => join(root, 'stimuli', 'thumbnails', `${sha256}.png`),
    experiments: join(root, 'experiments'),
    experiment: (id: string) => experimentLayout(join(root, 'experiments', id)),
    crossValidations: join(root, 'cross-validations'),
    crossValidation: (id: string) => crossValidationLayout(root, id),
    /** Half-written things live here until they are renamed into place; emptied when a workspace opens. */
    staging: join(root, '.staging'),
  } as const;
}
export type WorkspaceLayout = ReturnType<typeof workspaceLayout>;

function regionCacheLayout(folder: string) {
  return {
    folder,
    /** Which regions a voxel is in: a label per voxel of the grid, or per column of the matrix (int32). */
    labelVolume: (revision: string) => join(folder, `labels-${revision}.nii.gz`),
    labelColumns: (revision: string) => join(folder, `labels-${revision}.i32`),
    /** Values per voxel of the grid, or per column of the matrix (float64). */
    statisticVolume: (key: string) => join(folder, `statistic-${key}.nii.gz`),
    statisticColumns: (key: string) => join(folder, `statistic-${key}.f64`),
    /** Millimetres, [voxels, 3] (float32). */
    positions: (contentHash: string) => join(folder, `positions-${contentHash}.f32`),
  } as const;
}

export function experimentLayout(folder: string) {
  return {
    folder,
    config: join(folder, 'config.json'),
    status: join(folder, 'status.json'),
    /** A request to pause or stop, left by another process. */
    control: join(folder, 'control.json'),
    /** There while a program runs the experiment or holds it in its queue, and left behind when that program ends. */
    queued: join(folder, 'queued.json'),
    history: join(folder, 'history.jsonl'),
    log: join(folder, 'engine.log'),
    checkpoints: join(folder, 'checkpoints'),
    /** Checkpoints of the same network trained on shuffled voxels. */
    controlCheckpoints: join(folder, 'control-checkpoints'),
    /** The image encoder of the feature loss, where the objective uses it. */
    imageEncoder: join(folder, 'image-encoder'),
    /** Reconstructions of fixed test conditions during training: `step-000400.png`. */
    samples: join(folder, 'samples'),
    sample: (step: number) => join(folder, 'samples', `step-${String(step).padStart(8, '0')}.png`),
    /** One folder per method (`gan`, `ridge`, ...), one PNG per test stimulus named by its index; and `.h5`. */
    reconstructions: join(folder, 'reconstructions'),
    reconstruction: (method: string, index: number) =>
      join(folder, 'reconstructions', method, `${String(index).padStart(4, '0')}.png`),
    reconstructionsHdf5: join(folder, 'reconstructions', 'reconstructions.h5'),
    evaluation: join(folder, 'evaluation.json'),
    report: join(folder, 'report.html'),
    sheet: join(folder, 'sheet.png'),
    /** What was last taken out of the gallery as a file, by its ending. */
    galleryExport: (format: string) => join(folder, 'exports', `gallery.${format}`),
    /** The user's tags and notes, so that the catalog can be rebuilt from folders alone. */
    annotations: join(folder, 'annotations.json'),
  } as const;
}
export type ExperimentLayout = ReturnType<typeof experimentLayout>;

/** A cross-validation is a list of experiments, one per fold, and what they show together. */
export function crossValidationLayout(root: string, id: string) {
  const folder = join(root, 'cross-validations', id);
  return {
    folder,
    description: join(folder, 'cross-validation.json'),
    evaluation: join(folder, 'evaluation.json'),
    report: join(folder, 'report.html'),
    sheet: join(folder, 'sheet.png'),
  } as const;
}
