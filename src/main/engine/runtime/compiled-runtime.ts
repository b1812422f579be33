/** Runs steps as native TensorFlow graphs. */
import type * as tf from '@tensorflow/tfjs';
import { CortextError } from '../../../shared/errors.ts';
import type { Precision } from '../../../shared/experiment.ts';
import { computesDeterministically } from '../backends/determinism.ts';
import type { Backend } from '../backends/start-backend.ts';
import type { BindingTensor, TensorFlowBinding } from '../backends/tensorflow-backend.ts';
import { createAdam, type VariableUpdates } from './adam.ts';
import { type CheckedFeed, checkedFeeds, type FeedShapes, knownShapes } from './feeds.ts';
import { gradientsByName } from './gradients.ts';
import { FLOAT, INT32 } from './graph-def.ts';
import { GraphSession } from './graph-session.ts';
import { mixedPrecision } from './mixed-precision.ts';
import { OutputShapes } from './output-shapes.ts';
import { outputShapesFile } from './output-shapes-file.ts';
import { recordStep, type StepToRecord } from './record-step.ts';
import type { RecordedStep } from './recorded-step.ts';
import type { Recording } from './recording.ts';
import { SessionVariableStore } from './session-variable-store.ts';
import { stepGraph } from './step-graph.ts';
import { StepTraces } from './step-traces.ts';
import type {
  Adam,
  AdamOptions,
  FeedSpec,
  Gradients,
  LossWithTerms,
  Step,
  StepBody,
  StepRuntime,
} from './step-runtime.ts';

/**
 * All steps and variables of a runtime are one graph in one session, so that steps share variables.
 *
 * A step is recorded when it is compiled, or, where lengths of its feeds are open, when it is first run with them. The
 * graph is made before the next run, and again when recordings or variables were added since; variables keep their
 * values.
 */
export class CompiledRuntime implements StepRuntime {
  readonly backend: Backend;
  readonly mode = 'compiled';
  readonly variables: SessionVariableStore;
  readonly precision: Precision;
  readonly #binding: TensorFlowBinding;
  readonly #updates: VariableUpdates;
  #steps: StepTraces[] = [];
  #session: GraphSession | null = null;
  /** What the session's graph was made of. */
  #sealed = { steps: [] as readonly RecordedStep[], variables: 0 };
  #recording: Recording | null = null;

  constructor(backend: Backend, binding: TensorFlowBinding, precision: Precision) {
    this.backend = backend;
    this.precision = precision;
    this.#binding = binding;
    this.variables = new SessionVariableStore(binding);
    this.#updates = {
      assign: (variable, value) => {
        this.assign(variable, value);
      },
      applyAdam: (update) => {
        this.#insideBody().applyAdam(update);
      },
    };
  }

  compile<F extends FeedSpec, O extends string>(name: string, feeds: F, body: StepBody<F, O>): Step<F, O> {
    const traces = new StepTraces((shapes) =>
      // The recording gives the body exactly the tensors of F.
      this.#record(name, shapes, body as unknown as StepToRecord['body']),
    );
    const known = knownShapes(feeds);
    if (known !== null) traces.for(known);
    this.#steps = [...this.#steps, traces];
    return {
      name,
      // A recorded step has the outputs of its body, so those of O. They are there when the native call returns.
      // eslint-disable-next-line @typescript-eslint/require-await
      run: async (values) => {
        if (!this.#steps.includes(traces)) throw new CortextError('INTERNAL', `The step ${name} was disposed of.`);
        const checked = checkedFeeds(name, feeds, values);
        const shapes = Object.fromEntries(checked.map(({ name: feed, shape, dtype }) => [feed, { shape, dtype }]));
        return this.#run(traces.for(shapes), checked);
      },
      dispose: () => {
        this.#steps = this.#steps.filter((step) => step !== traces);
      },
    };
  }

  adam(options: AdamOptions): Adam {
    return createAdam(options, this.variables, this.#updates);
  }

  assign(variable: string, value: tf.Tensor): void {
    this.#insideBody().assign(variable, value);
  }

  gradients<L extends tf.Tensor | LossWithTerms>(loss: () => L, names: readonly string[]): Gradients<L> {
    return gradientsByName(this.variables, loss, names);
  }

  dispose(): void {
    this.variables.dispose();
    this.#session?.dispose();
    this.#session = null;
    this.#steps = [];
    this.#sealed = { steps: [], variables: 0 };
  }

  #insideBody(): Recording {
    if (this.#recording !== null) return this.#recording;
    throw new CortextError('INTERNAL', "Variables are updated inside a step's body only.");
  }

  #record(name: string, feeds: FeedShapes, body: StepToRecord['body']): RecordedStep {
    const recorded = recordStep({
      name,
      feeds,
      body,
      binding: this.#binding,
      variables: this.variables,
      shapes: outputShapes(this.#binding),
      onRecording: (recording) => {
        this.#recording = recording;
        this.variables.recording = recording;
      },
    });
    return this.precision === 'mixed' ? mixedPrecision(recorded) : recorded;
  }

  #run(step: RecordedStep, feeds: readonly CheckedFeed[]): Record<string, Float32Array> {
    const session = this.#sealedSession();
    this.variables.beforeRun();
    const fed = feeds.map(({ shape, dtype, values }) =>
      this.#binding.createTensor(shape, dtype === 'float32' ? FLOAT : INT32, values),
    );
    let outputs: BindingTensor[] = [];
    try {
      outputs = session.run(this.#sealed.steps.indexOf(step), fed);
      return Object.fromEntries(
        step.outputs.map(({ name }, i) => [name, asFloats(this.#binding.tensorDataSync(outputs[i].id))]),
      );
    } finally {
      for (const id of fed) this.#binding.deleteTensor(id);
      for (const { id } of outputs) this.#binding.deleteTensor(id);
    }
  }

  /** The session with all recordings and variables of now. */
  #sealedSession(): GraphSession {
    const variables = this.variables.variables();
    const recorded = this.#steps.flatMap((traces) => traces.recorded);
    const { steps, variables: known } = this.#sealed;
    const complete = known === variables.length && recorded.every((step) => steps.includes(step));
    if (this.#session !== null && complete) return this.#session;
    const session = new GraphSession(
      this.#binding,
      stepGraph(recorded, variables, { orderedSums: computesDeterministically() }),
    );
    outputShapes(this.#binding).save();
    this.variables.leaveSession();
    this.#session?.dispose();
    this.#session = session;
    this.#sealed = { steps: recorded, variables: variables.length };
    this.variables.enterSession(session);
    return session;
  }
}

let shapes: OutputShapes | undefined;

/** One for all runtimes of the process, which has one library. */
function outputShapes(binding: TensorFlowBinding): OutputShapes {
  return (shapes ??= new OutputShapes(outputShapesFile(binding.TF_Version)));
}

function asFloats(values: Float32Array | Int32Array | Uint8Array): Float32Array {
  return values instanceof Float32Array ? values : Float32Array.from(values);
}
