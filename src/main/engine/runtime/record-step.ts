/** Calls a step's body twice with the native backend redirected to a recording. */
import * as tf from '@tensorflow/tfjs';
import type { TensorFlowBinding } from '../backends/tensorflow-backend.ts';
import type { FeedShapes } from './feeds.ts';
import { FLOAT, INT32 } from './graph-def.ts';
import { type NodeBackend, nodeBackend } from './node-backend.ts';
import type { OutputShapes } from './output-shapes.ts';
import type { RecordedStep, Source } from './recorded-step.ts';
import { Recording } from './recording.ts';

import type { RecordedVariables } from './variable-versions.ts';

export interface StepToRecord {
  readonly name: string;
  readonly feeds: FeedShapes;
  readonly body: (feeds: Record<string, tf.Tensor>) => Record<string, tf.Tensor>;
  readonly binding: TensorFlowBinding;
  readonly variables: RecordedVariables;
  readonly shapes: OutputShapes;
  /** Told which recording is under way, so that updates of variables reach it; null at the end. */
  readonly onRecording: (recording: Recording | null) => void;
}

/**
 * @returns the step's operations; variables are as they were
 * @throws CortextError `STEP_NOT_COMPILABLE`; whatever the body throws
 */
export function recordStep(step: StepToRecord): RecordedStep {
  const backend = nodeBackend();
  const captured = new Map<number, Source>();
  const first = call(step, backend, captured, null);
  call(step, backend, captured, first);
  return first;
}

function call(
  step: StepToRecord,
  backend: NodeBackend,
  captured: Map<number, Source>,
  first: RecordedStep | null,
): RecordedStep {
  const { name, feeds, body, binding, variables, shapes } = step;
  const recording = new Recording({ step: name, backend, binding, variables, shapes, captured, first });
  const restore = redirect(backend, recording, first !== null);
  step.onRecording(recording);
  try {
    // Not through the scope's result, in which TensorFlow.js would look for tensors, number by number.
    let recorded: RecordedStep | undefined;
    tf.tidy(() => {
      const fed = Object.fromEntries(
        Object.entries(feeds).map(([feed, { shape, dtype }]) => [
          feed,
          recording.addFeed(feed, [...shape], dtype === 'float32' ? FLOAT : INT32),
        ]),
      );
      recorded = recording.finish(body(fed));
    });
    // The scope either set it or threw.
    return recorded as unknown as RecordedStep;
  } finally {
    step.onRecording(null);
    recording.restoreStandIns();
    restore();
  }
}

/** Sends the kernels' operations to the recording. @returns how to undo it */
function redirect(backend: NodeBackend, recording: Recording, noteOrigins: boolean): () => void {
  const { binding } = backend;
  backend.binding = recording.binding;
  const undoGather = gatherWithoutReading(recording);
  if (noteOrigins) {
    const write = backend.write.bind(backend);
    backend.write = (values, shape, dtype) => {
      recording.noteOrigin(values);
      return write(values, shape, dtype);
    };
  }
  return () => {
    backend.binding = binding;
    undoGather();
    // Uncovers the method of the class again.
    if (noteOrigins) Reflect.deleteProperty(backend, 'write');
  };
}

/**
 * The native backend's kernel reads its indices to check them, which the native operation does again when it runs.
 *
 * @returns how to undo it
 */
function gatherWithoutReading(recording: Recording): () => void {
  const kernel = tf.getKernel('GatherV2', 'tensorflow');
  const { kernelFunc } = kernel;
  kernel.kernelFunc = (parameters) => recording.withoutReading(() => kernelFunc(parameters));
  return () => {
    kernel.kernelFunc = kernelFunc;
  };
}
