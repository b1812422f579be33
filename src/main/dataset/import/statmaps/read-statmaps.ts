/** From volumes with a table to samples. */
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CortextError } from '../../../../shared/errors.ts';
import { shippedSetSchema } from '../../../../shared/recording.ts';
import { openBidsFolder, subjectsOf, type BidsFolder } from '../../bids/bids-folder.ts';
import { findRegionSets } from '../../bids/find-regions.ts';
import { findSampleMaps, type SampleMaps } from '../../bids/find-sample-maps.ts';
import { readSamplesSidecar, type SamplesSidecar } from '../../bids/samples-sidecar.ts';
import { columnOf, readTable, type Table } from '../../bids/table.ts';
import { extractSeries } from '../../volumes/extract-series.ts';
import { recordingSpace, sameGrid, voxelPositions, type Grid } from '../../volumes/grid.ts';
import { maskIndices } from '../../volumes/grid-regions.ts';
import { openVolume } from '../../volumes/open-volume.ts';
import { readStillVolume } from '../../volumes/region-sources.ts';
import { assembleDraft, type FoundSamples } from '../assemble-draft.ts';
import type { ImportReadOptions, ReadImport } from '../import-format.ts';
import type { LoadedRecipe, RecipeGuess } from '../load-recipe.ts';
import { resolveFrom } from '../recipe-paths.ts';
import { chooseRegions } from '../scans/choose-regions.ts';
import { chooseSubject } from '../scans/choose-subject.ts';
import { categoryNames, stimulusNames } from '../scans/complete-columns.ts';
import { regionProposal, type RegionProposal } from '../scans/region-proposal.ts';
import type { SourceFiles } from '../source-files.ts';
import type { StatmapsRecipe } from './statmaps-recipe.ts';

/** The volumes of one file and their rows. */
interface ReadMaps extends SampleMaps {
  readonly rows: Table;
}

/**
 * @throws CortextError `FILE_NOT_FOUND`, `INVALID_RECIPE`, `ARRAY_SHAPE` for a table of another length or volumes on other
 *   grids, `ARRAY_MISSING`, `ARRAY_TYPE`, `REGION_EMPTY`, `CANCELLED`, and what `assembleDraft` throws
 */
export async function readStatmaps(
  loaded: LoadedRecipe<StatmapsRecipe>,
  sources: SourceFiles,
  options: ImportReadOptions,
): Promise<ReadImport> {
  const { recipe, folder } = loaded;
  const { signal, onProgress } = options;
  const guesses: RecipeGuess[] = [];
  const root = resolveFrom(folder, recipe.folder);
  // Where there is only one, the recipe may give it another name.
  const label = chooseSubject(root, subjectsOf(root).length === 1 ? undefined : recipe.subject, guesses);
  const dataset = openBidsFolder(root, label);
  const maps = chooseMaps(dataset, recipe.maps?.map((path) => resolveFrom(folder, path))).map(withRows);
  const [first] = maps;
  const sidecar = readSamplesSidecar(first.sidecars);
  const grid = exactGrid(openVolume(first.file.path).grid, sidecar);
  const mask = voxelMask(recipe, first, folder);
  const extracted = mask === null ? null : maskIndices(await readStillVolume(mask, signal), grid);
  const proposals = exportedRegions(dataset, sidecar) ?? findRegionSets([dataset]).map(regionProposal);
  const regions = await chooseRegions({ recipe, folder }, proposals, grid, guesses, signal, extracted);
  const paths = maps.map(({ file }) => file.path);
  const values = await extractSeries(paths, regions.voxels, {
    signal,
    onProgress: (progress) => onProgress?.({ phase: 'arrays', ...progress }),
  });
  for (const path of [...maps.flatMap(filesOf), ...(mask === null ? [] : [mask]), ...regions.files]) sources.note(path);
  const columns = chooseColumns(recipe, maps, guesses);
  const images = recipe.images ?? ownImages(root, columns.stimulus);
  if (images === undefined && columns.stimulus !== null) {
    guesses.push({
      about: 'images',
      choice: 'none',
      reason: 'the table has names of stimuli, the folder no pictures: give their folder beside it, or add them later',
    });
  }
  const name = dataset.description.Name ?? basename(root);
  const samples = values.length / regions.voxels.length;
  const found: FoundSamples = {
    name,
    subject: sidecar.Subject ?? label,
    matrix: { values, samples, voxels: regions.voxels.length },
    where: paths.join(' and '),
    regions: regions.regions,
    positions: voxelPositions(grid, regions.voxels),
    space: recordingSpace(grid, regions.voxels),
    columns: sampleColumns(maps, columns.category),
    pictures: [{ samples, images, labels: valuesOf(maps, columns.stimulus), base: 'auto', where: name }],
    preprocessing: sidecar.Preprocessing ?? [],
    guesses,
  };
  const complete: StatmapsRecipe = {
    ...recipe,
    name: recipe.name ?? name,
    subject: recipe.subject ?? found.subject,
    folder: root,
    maps: paths,
    ...(mask === null ? {} : { voxels: mask }),
    regions: { ...regions.recipe },
    columns,
    ...(images === undefined ? {} : { images }),
  };
  return assembleDraft(found, { ...loaded, recipe: complete }, sources, options);
}

/** @throws CortextError `FILE_NOT_FOUND`; `INVALID_RECIPE` when the same samples are there in several versions */
function chooseMaps(dataset: BidsFolder, wanted: readonly string[] | undefined): SampleMaps[] {
  const all = findSampleMaps(dataset);
  const chosen = wanted === undefined ? all : all.filter(({ file }) => wanted.includes(file.path));
  const absent = wanted?.find((path) => !all.some(({ file }) => file.path === path));
  if (chosen.length === 0 || absent !== undefined) {
    throw new CortextError('FILE_NOT_FOUND', `There are no volumes with a table ${absent === undefined ? `in ${dataset.root}` : `at ${absent}`}.`, {
      hint: 'sub-01_desc-x_statmap.nii.gz needs sub-01_desc-x_statmap.tsv beside it, with a row per volume.',
    });
  }
  const version = ({ file: { entities, suffix } }: SampleMaps): string =>
    [suffix, ...['space', 'res', 'desc', 'stat'].map((entity) => entities[entity] ?? '')].join(' ');
  const versions = Map.groupBy(chosen, version);
  if (versions.size === 1) return chosen;
  const [[one]] = versions.values();
  throw new CortextError(
    'INVALID_RECIPE',
    `There are ${versions.size} kinds of volumes: ${[...versions.values()].map(([{ file }]) => file.path).join(', ')}.`,
    { hint: `Say which to import: "maps: [${one.file.path}]".` },
  );
}

/** @throws CortextError `ARRAY_SHAPE` unless there is a row per volume; `FILE_DAMAGED` for rows in another order */
function withRows(maps: SampleMaps): ReadMaps {
  const rows = readTable(maps.table);
  const { volumes } = openVolume(maps.file.path);
  if (rows.rows.length !== volumes) {
    throw new CortextError('ARRAY_SHAPE', `${maps.table} has ${rows.rows.length} rows for ${volumes} volumes of ${maps.file.path}.`, {
      hint: 'The table needs one row per volume, in their order.',
    });
  }
  const numbers = columnOf(rows, 'volume')?.map(Number);
  const odd = numbers?.findIndex((number, row) => number !== numbers[0] + row) ?? -1;
  if (odd !== -1) {
    throw new CortextError('FILE_DAMAGED', `${maps.table}, row ${odd + 1}, is of volume ${numbers?.[odd]}: rows are in another order.`, {
      hint: 'Sort the rows by the column "volume".',
    });
  }
  return { ...maps, rows };
}

/** The grid without the rounding of the header, where the sidecar has it and means the same. */
function exactGrid(grid: Grid, { Affine: affine }: SamplesSidecar): Grid {
  const exact = affine === undefined ? grid : { ...grid, affine: [affine[0], affine[1], affine[2], [0, 0, 0, 1]] as const };
  return sameGrid(grid, exact) ? exact : grid;
}

/** Regions that a recipe names say which voxels are read, unless it says that as well. */
function voxelMask({ voxels, regions }: StatmapsRecipe, { mask }: SampleMaps, folder: string): string | null {
  if (voxels !== undefined) return resolveFrom(folder, voxels);
  return regions === undefined ? mask : null;
}

/** The masks of an export under the names of its regions, in their order; null where no sidecar lists them. */
function exportedRegions({ files, description }: BidsFolder, { Regions: listed }: SamplesSidecar): RegionProposal[] | null {
  if (listed === undefined) return null;
  const regions = listed.map(({ Label, Name }) => {
    const mask = files.find(({ suffix, entities }) => suffix === 'mask' && entities.label === Label);
    if (mask !== undefined) return { name: Name, path: mask.path };
    throw new CortextError('FILE_NOT_FOUND', `The mask label-${Label} of the region ${Name} is not there.`, {
      hint: 'Put it back, or name the regions to import: "regions: { V1: { mask: V1.nii.gz } }".',
    });
  });
  if (regions.length === 0) return [];
  return [
    {
      rank: 0,
      title: `${regions.length} masks of ${description.Name ?? 'the export'}`,
      regions: Object.fromEntries(regions.map(({ name, path }) => [name, { mask: path }])),
      sample: regions[0].path,
    },
  ];
}

interface ChosenColumns {
  readonly stimulus: string | null;
  readonly category: string | null;
}

/** @throws CortextError `ARRAY_MISSING` for a column that the recipe names and a table does not have */
function chooseColumns({ columns = {} }: StatmapsRecipe, maps: readonly ReadMaps[], guesses: RecipeGuess[]): ChosenColumns {
  const choose = (kind: keyof ChosenColumns, usual: readonly string[]): string | null => {
    const given = columns[kind];
    if (given === null) return null;
    const without = maps.find(({ rows }) => given !== undefined && !rows.names.includes(given));
    if (without !== undefined) {
      throw new CortextError('ARRAY_MISSING', `${without.table} has no column ${given ?? ''}.`, {
        hint: `It has ${without.rows.names.join(', ')}.`,
      });
    }
    if (given !== undefined) return given;
    const found = usual.find((name) => maps.every(({ rows }) => rows.names.includes(name))) ?? null;
    if (found !== null) guesses.push({ about: `columns.${kind}`, choice: found, reason: 'its name' });
    return found;
  };
  const stimulus = choose('stimulus', stimulusNames);
  return { stimulus, category: choose('category', categoryNames.filter((name) => name !== stimulus)) };
}

/** Null where any of the tables has no such column. */
function columnOfAll(maps: readonly ReadMaps[], name: string): (string | null)[] | null {
  const columns = maps.map(({ rows }) => columnOf(rows, name));
  return columns.includes(null) ? null : columns.flatMap((column) => column ?? []);
}

function valuesOf(maps: readonly ReadMaps[], name: string | null): (string | null)[] {
  const none = maps.flatMap(({ rows }) => rows.rows.map(() => null));
  return name === null ? none : (columnOfAll(maps, name) ?? none);
}

/** Columns under the names of an export; session and run also from the names of the files. */
function sampleColumns(maps: readonly ReadMaps[], category: string | null): FoundSamples['columns'] {
  const entityOf = (entity: string): (string | null)[] =>
    maps.flatMap(({ file, rows }) => rows.rows.map(() => file.entities[entity] ?? null));
  const sets = shippedSetSchema.array().safeParse(columnOfAll(maps, 'set'));
  return {
    averagedOver: countsOf(maps, 'averaged_over'),
    run: whole(columnOfAll(maps, 'run') ?? entityOf('run')),
    session: whole(columnOfAll(maps, 'session') ?? entityOf('ses')),
    category: category === null ? null : columnOfAll(maps, category),
    set: sets.success ? sets.data : null,
  };
}

function whole(values: readonly (string | null)[]): string[] | null {
  const present = values.filter((value) => value !== null);
  return present.length === values.length ? present : null;
}

/** @throws CortextError `ARRAY_TYPE` for an entry that is no count */
function countsOf(maps: readonly ReadMaps[], name: string): number[] | null {
  const counts = columnOfAll(maps, name)?.map(Number) ?? null;
  const odd = counts?.find((count) => !Number.isInteger(count) || count < 1);
  if (odd === undefined) return counts;
  throw new CortextError('ARRAY_TYPE', `The column ${name} of ${maps.map(({ table }) => table).join(', ')} has an entry that is no count.`, {
    hint: 'It says how many trials a sample is the mean of: 1 or more.',
  });
}

function ownImages(root: string, stimulus: string | null): StatmapsRecipe['images'] {
  const folder = join(root, 'stimuli');
  return stimulus !== null && existsSync(folder) ? { folder } : undefined;
}

function filesOf({ file, table, sidecars }: SampleMaps): string[] {
  return [file.path, table, ...sidecars];
}
