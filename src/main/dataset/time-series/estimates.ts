/** General linear model of one run: amplitudes of the canonical response as samples. */
import { setImmediate } from 'node:timers/promises';
import { coefficientWeights, dot, isWithin, orthonormalBasis, residual } from './least-squares.ts';
import { responseColumns, visibleShare } from './regressors.ts';
import type { VolumeState } from './run-state.ts';
import { reportEvents, type Sampling, type WeightedSample } from './sampling.ts';
import type { GeneralLinearModel } from './steps.ts';

/** An estimate from a smaller share of the response's energy would be noise, more than four times that of others. */
const LEAST_VISIBLE = 0.05;
const HALF_VISIBLE = 0.5;

/** Events that share a regressor. */
type EventGroup = readonly number[];

/**
 * Ordinary least squares on the constant, everything that the chain has regressed before, and the events' responses.
 *
 * Events that are not to be sampled are part of the model by trial type. A group without an effect of its own (outside
 * of the run but for a trace, or always together with another) gives no sample and is reported.
 */
export async function estimateSamples(
  state: VolumeState,
  model: GeneralLinearModel,
  signal?: AbortSignal,
): Promise<Sampling> {
  const wanted = [...state.events.keys()].filter((event) => state.sampled[event]);
  const others = groupBy(state, [...state.events.keys()].filter((event) => !state.sampled[event]), 'trial-type');
  const groups = groupBy(state, wanted, model.estimates);
  const nuisance = nuisanceOf(state, model, others);
  const isSeparate = model.estimates === 'trial' && model.method === 'least-squares-separate';
  const isRidge = model.estimates === 'trial' && model.method === 'ridge';
  const together = isRidge ? ridgeWeights : jointWeights;
  const weights: (Float64Array | null)[] = isSeparate ? [] : together(state, model, groups, nuisance);
  if (isSeparate) {
    for (const trial of wanted) {
      weights.push(separateWeights(state, model, trial, wanted, nuisance));
      await setImmediate();
      signal?.throwIfAborted();
    }
  }
  const shares = state.events.map((event) => visibleShare(state, event, model.response));
  const isVisible = (events: EventGroup): boolean => events.some((event) => shares[event] >= LEAST_VISIBLE);
  const samples = groups.flatMap((events, g): WeightedSample[] => {
    const own = weights[g];
    return own === null || !isVisible(events) ? [] : [{ events, weights: own }];
  });
  const outside = groups.filter((events) => !isVisible(events)).flat();
  const entangled = groups.filter((events, g) => weights[g] === null && isVisible(events)).flat();
  const cut = wanted.filter((event) => shares[event] < HALF_VISIBLE && !outside.includes(event));
  return {
    samples,
    findings: [
      ...reportEvents(state, 'event-outside', outside, 'have no or hardly any response within the run and give no sample'),
      ...reportEvents(
        state,
        'not-estimable',
        entangled,
        'cannot be told from other events or from what was regressed, and give no sample',
      ),
      ...reportEvents(state, 'event-cut', cut, 'have less than half of their response within the run'),
    ],
  };
}

/** All groups in one model. */
function jointWeights(
  state: VolumeState,
  model: GeneralLinearModel,
  groups: readonly EventGroup[],
  nuisance: readonly Float64Array[],
): (Float64Array | null)[] {
  const designs = groups.map((events) => responseOf(state, model, events));
  const derivatives = designs.flatMap(([, ...rest]) => rest);
  const interest = [...designs.map(([response]) => response), ...derivatives];
  return coefficientWeights(interest, nuisance).slice(0, groups.length);
}

/**
 * All trials in one model that penalises the squared deviations of their amplitudes from a common one, with the penalty
 * in mean squared lengths of what the nuisance leaves of a trial's response. Derivatives are common to all trials.
 *
 * The penalty is one more volume for every trial, in which only this trial responds and nothing was measured.
 */
function ridgeWeights(
  state: VolumeState,
  model: GeneralLinearModel,
  trials: readonly EventGroup[],
  nuisance: readonly Float64Array[],
): (Float64Array | null)[] {
  const responses = trials.map((events) => responseOf(state, model, events)[0]);
  const own = responses.map((response) => residual(response, nuisance));
  const energy = own.reduce((sum, response) => sum + dot(response, response), 0) / trials.length;
  const longer = (column: Float64Array, trial: number | null): Float64Array => {
    const extended = new Float64Array(state.volumes + trials.length);
    extended.set(column);
    if (trial !== null) extended[state.volumes + trial] = Math.sqrt(model.penalty * energy);
    return extended;
  };
  const [common, ...derivatives] = responseOf(state, model, trials.flat());
  const [ofCommon, ...ofDeviations] = coefficientWeights(
    [longer(common, null), ...own.map(longer)],
    orthonormalBasis(derivatives, nuisance).vectors.map((vector) => longer(vector, null)),
  );
  const directions = own.map((response) => orthonormalBasis([response]).vectors);
  return ofDeviations.map((weights, t) => {
    // With a penalty everything has an estimate, also what the data cannot tell apart.
    if (weights === null || isWithin(responses[t], nuisance)) return null;
    if (directions.some((other, o) => o !== t && isWithin(own[t], other))) return null;
    return weights.subarray(0, state.volumes).map((weight, volume) => weight + (ofCommon?.[volume] ?? 0));
  });
}

/** One trial against all others (least squares separate, Mumford 2012). */
function separateWeights(
  state: VolumeState,
  model: GeneralLinearModel,
  trial: number,
  wanted: readonly number[],
  nuisance: readonly Float64Array[],
): Float64Array | null {
  const rest = wanted.filter((event) => event !== trial);
  const restGroups = model.others === 'together' ? [rest].filter((group) => group.length > 0) : groupBy(state, rest, 'trial-type');
  const [response, ...derivatives] = responseOf(state, model, [trial]);
  const columns = [...restGroups.flatMap((events) => responseOf(state, model, events)), ...derivatives];
  return coefficientWeights([response], orthonormalBasis(columns, nuisance).vectors)[0];
}

/** Orthonormal vectors of all that the model accounts for besides the events to be sampled. */
function nuisanceOf(
  state: VolumeState,
  model: GeneralLinearModel,
  others: readonly EventGroup[],
): readonly Float64Array[] {
  const constant = new Float64Array(state.volumes).fill(1);
  const responses = others.flatMap((events) => responseOf(state, model, events));
  return orthonormalBasis([constant, ...state.regressed, ...responses]).vectors;
}

function responseOf(state: VolumeState, model: GeneralLinearModel, events: EventGroup): Float64Array[] {
  return responseColumns(
    state,
    events.map((event) => state.events[event]),
    model,
  );
}

/** In order of first appearance. An event without the name is a group of its own. */
function groupBy(
  state: VolumeState,
  events: readonly number[],
  by: GeneralLinearModel['estimates'],
): EventGroup[] {
  const groups = new Map<string | number, number[]>();
  for (const event of events) {
    const { trialType, stimulus } = state.events[event];
    const key = (by === 'trial' ? null : by === 'stimulus' ? stimulus : trialType) ?? event;
    groups.set(key, [...(groups.get(key) ?? []), event]);
  }
  return [...groups.values()];
}
