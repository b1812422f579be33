/** Which image every trial of the Natural Scenes Dataset showed. */
import { CortextError } from '../../../../shared/errors.ts';
import type { SourceFiles } from '../source-files.ts';

export interface NsdTrials {
  /** Of one session, in the order of the trials: image among the 73,000, counted from 1. */
  readonly images: readonly number[];
  /** Whether all participants saw the image: the usual test set. */
  readonly shared: readonly boolean[];
  readonly run: readonly string[] | null;
}

export interface NsdDesign {
  readonly source: string;
  /** @throws CortextError `ARRAY_SHAPE` when the design has no such session or another number of trials */
  session(session: number, trials: number): NsdTrials;
}

/** Images with these numbers among a participant's 10,000 are shared. */
const SHARED = 1000;
const TRIALS_PER_SESSION = 750;

/**
 * From `responses.tsv` (one line per trial), or `nsd_expdesign.mat` (`masterordering`, `subjectim`).
 *
 * @param participant - row of `subjectim`, counted from 1
 * @throws CortextError `ARRAY_MISSING` when neither is among the files; `INVALID_RECIPE` without participant
 */
export async function readDesign(sources: SourceFiles, participant: number | undefined): Promise<NsdDesign> {
  const reference = (name: string) => sources.arrays().find(({ array }) => array.name === name)?.reference;
  const [perTrial, ordering, images] = ['73KID', 'masterordering', 'subjectim'].map(reference);
  if (perTrial !== undefined) return designOfTrials(sources, perTrial);
  if (ordering !== undefined && images !== undefined) return designOfOrdering(sources, ordering, images, participant);
  throw new CortextError('ARRAY_MISSING', 'No file says which image each trial showed.', {
    hint: "Add the subject's responses.tsv, or nsd_expdesign.mat.",
  });
}

async function designOfTrials(sources: SourceFiles, perTrial: string): Promise<NsdDesign> {
  const file = perTrial.slice(0, perTrial.length - '73KID'.length);
  const column = async (name: string) => (await sources.find(`${file}${name}`).numbers()).data;
  const [session, run, image, own] = [
    await column('SESSION'),
    await column('RUN'),
    await column('73KID'),
    await column('10KID'),
  ];
  const source = sources.find(perTrial).file;
  return {
    source,
    session: (number, trials) => {
      const rows = [...session.keys()].filter((row) => session[row] === number);
      requireTrials(source, number, rows.length, trials);
      return {
        images: rows.map((row) => image[row]),
        shared: rows.map((row) => own[row] <= SHARED),
        run: rows.map((row) => String(run[row])),
      };
    },
  };
}

async function designOfOrdering(
  sources: SourceFiles,
  orderingName: string,
  imagesName: string,
  participant: number | undefined,
): Promise<NsdDesign> {
  const ordering = (await sources.find(orderingName).numbers()).data;
  const { shape, data } = await sources.find(imagesName).numbers();
  const source = sources.find(imagesName).file;
  const [participants, perParticipant] = shape;
  if (participant === undefined || participant > participants) {
    throw new CortextError('INVALID_RECIPE', `${source} holds ${participants} participants: which one is it?`, {
      hint: `Write "participant: 1" to "participant: ${participants}", or add the subject's responses.tsv.`,
    });
  }
  return {
    source,
    session: (number, trials) => {
      const start = (number - 1) * TRIALS_PER_SESSION;
      const own = Array.from(ordering.subarray(start, start + TRIALS_PER_SESSION));
      requireTrials(source, number, own.length, trials);
      return {
        images: own.map((index) => data[(participant - 1) * perParticipant + index - 1]),
        shared: own.map((index) => index <= SHARED),
        run: null,
      };
    },
  };
}

function requireTrials(source: string, session: number, expected: number, trials: number): void {
  if (expected === trials) return;
  throw new CortextError(
    'ARRAY_SHAPE',
    `Session ${session} has ${trials} responses, but ${expected} trials in ${source}.`,
    {
      hint: 'Check the number of the session (entry "sessions"), and that both are of the same subject.',
    },
  );
}
