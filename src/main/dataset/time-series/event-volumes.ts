/** Samples that are volumes of an event, or means of them. */
import type { VolumeState } from './run-state.ts';
import { reportEvents, type Sampling, type WeightedSample } from './sampling.ts';
import { volumeTimes } from './scanner-run.ts';

/** Rounding that times may carry, in seconds. */
const TIME_TOLERANCE = 1e-6;

/** Every volume during an event is a sample of its own. */
export function volumeSamples(state: VolumeState): Sampling {
  const { volumesOf, findings } = volumesOfEvents(state);
  const samples = volumesOf.flatMap((volumes, event) =>
    state.sampled[event] ? volumes.map((volume) => meanOf(state, event, [volume])) : [],
  );
  return { samples, findings };
}

/** Every event is a sample: the mean of its volumes. */
export function blockSamples(state: VolumeState): Sampling {
  const { volumesOf, findings } = volumesOfEvents(state);
  const samples = volumesOf.flatMap((volumes, event) =>
    state.sampled[event] && volumes.length > 0 ? [meanOf(state, event, volumes)] : [],
  );
  return { samples, findings };
}

/**
 * Every event is a sample: the mean of the volumes nearest to `seconds` after its onset (Shen 2019: 4, 6, 8 and 10).
 *
 * Times outside of the run are left out of the mean and reported; an event that has none inside is reported, too.
 */
export function windowSamples(state: VolumeState, seconds: readonly number[]): Sampling {
  const samples: WeightedSample[] = [];
  const outside: number[] = [];
  const cut: number[] = [];
  state.events.forEach(({ onset }, event) => {
    if (!state.sampled[event]) return;
    const nearest = seconds.map((after) => nearestVolume(state, onset + after));
    const inside = nearest.filter((volume) => volume !== null);
    if (inside.length === 0) {
      outside.push(event);
      return;
    }
    if (inside.length < nearest.length) cut.push(event);
    samples.push(meanOf(state, event, [...new Set(inside)]));
  });
  return {
    samples,
    findings: [
      ...reportEvents(state, 'event-outside', outside, 'have their window outside of the run and give no sample'),
      ...reportEvents(state, 'event-cut', cut, 'have a part of their window outside of the run, which is left out'),
    ],
  };
}

/** The volume acquired nearest to a time, the earlier of two; null further than half a repetition time from any. */
function nearestVolume({ startTime, repetitionTime, volumes }: VolumeState, time: number): number | null {
  const volume = Math.ceil((time - startTime - TIME_TOLERANCE) / repetitionTime - 0.5);
  return volume >= 0 && volume < volumes ? volume : null;
}

/**
 * The volumes acquired during every event, its onset included and its end not. A volume within several events belongs
 * to the one that began last.
 */
function volumesOfEvents(state: VolumeState): { volumesOf: number[][]; findings: Sampling['findings'] } {
  const times = volumeTimes(state);
  const volumesOf: number[][] = state.events.map(() => []);
  const shared = new Set<number>();
  times.forEach((time, volume) => {
    const during = state.events.flatMap(({ onset, duration }, event) =>
      time >= onset - TIME_TOLERANCE && time < onset + duration - TIME_TOLERANCE ? [event] : [],
    );
    if (during.length === 0) return;
    const last = during.reduce((a, b) => (state.events[b].onset >= state.events[a].onset ? b : a));
    volumesOf[last].push(volume);
    for (const event of during) if (event !== last) shared.add(event);
  });
  const [begin, end] = [times[0], times[times.length - 1] + state.repetitionTime];
  const wanted = [...state.events.keys()].filter((event) => state.sampled[event]);
  const reaches = (event: number): boolean => {
    const { onset, duration } = state.events[event];
    return onset + duration > begin + TIME_TOLERANCE && onset < end - TIME_TOLERANCE;
  };
  const isCut = (event: number): boolean => {
    const { onset, duration } = state.events[event];
    return onset < begin - state.repetitionTime + TIME_TOLERANCE || onset + duration > end + TIME_TOLERANCE;
  };
  const empty = wanted.filter((event) => volumesOf[event].length === 0);
  const cut = wanted.filter((event) => volumesOf[event].length > 0 && isCut(event));
  return {
    volumesOf,
    findings: [
      ...reportEvents(state, 'event-outside', empty.filter((e) => !reaches(e)), 'lie outside of the run and give no sample'),
      ...reportEvents(
        state,
        'event-without-volumes',
        empty.filter(reaches),
        'have no volume of their own and give no sample (short events need average-window or a general linear model)',
      ),
      ...reportEvents(state, 'event-cut', cut, 'reach beyond the run, and only their volumes within it count'),
      ...reportEvents(state, 'events-overlap', [...shared].sort((a, b) => a - b), 'share volumes with a later event, which has them'),
    ],
  };
}

function meanOf({ volumes: count }: VolumeState, event: number, volumes: readonly number[]): WeightedSample {
  const weights = new Float64Array(count);
  for (const volume of volumes) weights[volume] = 1 / volumes.length;
  return { events: [event], weights };
}
