/** A native TensorFlow session with one graph and the values of its variables. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CortextError } from '../../../shared/errors.ts';
import type { BindingTensor, TensorFlowBinding } from '../backends/tensorflow-backend.ts';
import { type StepGraph, TAG } from './step-graph.ts';

export class GraphSession {
  readonly #binding: TensorFlowBinding;
  readonly #graph: Omit<StepGraph, 'savedModel'>;
  readonly #id: number;

  /**
   * Loads a graph; its variables have no values yet.
   *
   * @throws CortextError `STEP_NOT_COMPILABLE` with TensorFlow's reason
   */
  constructor(binding: TensorFlowBinding, { savedModel, ...graph }: StepGraph) {
    this.#binding = binding;
    this.#graph = graph;
    this.#id = load(binding, savedModel);
  }

  /**
   * Runs one step.
   *
   * @param feeds - ids of the fed tensors, in the step's order
   * @returns the outputs, in the step's order; the caller deletes them
   */
  run(step: number, feeds: number[]): BindingTensor[] {
    const { feeds: names, outputs } = this.#graph.steps[step];
    return this.#run(feeds, names, outputs);
  }

  /** The variables' values, which share memory with the variables. @returns ids that the caller deletes */
  values(): number[] {
    return this.#graph.values === '' ? [] : this.#run([], '', this.#graph.values).map(({ id }) => id);
  }

  /** Sets all variables. @param ids - of tensors that the caller deletes */
  setValues(ids: number[]): void {
    for (const { id } of this.#run(ids, this.#graph.newValues, this.#graph.written)) this.#binding.deleteTensor(id);
  }

  dispose(): void {
    this.#binding.deleteSavedModel(this.#id);
  }

  #run(inputs: number[], inputNames: string, outputNames: string): BindingTensor[] {
    try {
      return this.#binding.runSavedModel(this.#id, inputs, inputNames, outputNames);
    } catch (error) {
      throw runError(error);
    }
  }
}

function load(binding: TensorFlowBinding, savedModel: Uint8Array): number {
  const folder = mkdtempSync(join(tmpdir(), 'cortext-graph-'));
  try {
    writeFileSync(join(folder, 'saved_model.pb'), savedModel);
    return binding.loadSavedModel(folder, TAG);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CortextError('STEP_NOT_COMPILABLE', `TensorFlow refuses the graph of a step: ${reason}`, {
      hint: 'Train on the WASM backend meanwhile, and report the operation that the message names.',
      cause: error,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runError(error: unknown): CortextError {
  const reason = error instanceof Error ? error.message : String(error);
  if (/\bOOM\b|out of memory|allocat|resource exhausted/i.test(reason)) {
    return new CortextError('ENGINE_OUT_OF_MEMORY', `There is not enough memory for a training step: ${reason}`, {
      hint: 'Choose a smaller batch, fewer channels or smaller images.',
      cause: error,
    });
  }
  return new CortextError('INTERNAL', `A compiled step failed: ${reason}`, { cause: error });
}
