/** Gradients of a loss by variable name. */
import * as tf from '@tensorflow/tfjs';
import type { Gradients, LossWithTerms } from './step-runtime.ts';
import type { VariableStore } from './variable-store.ts';

/** See `StepRuntime.gradients`. */
export function gradientsByName<L extends tf.Tensor | LossWithTerms>(
  store: Pick<VariableStore, 'get'>,
  loss: () => L,
  names: readonly string[],
): Gradients<L> {
  const variables = names.map((name) => store.get(name));
  const kept: Record<string, tf.Tensor> = {};
  try {
    const { value, grads } = tf.variableGrads(() => {
      const { total, terms } = parts(loss());
      // The tape disposes of all that was made on it except the loss.
      for (const [name, term] of Object.entries(terms)) kept[name] = tf.keep(tf.clone(term));
      return total;
    }, variables);
    const gradients: Record<string, tf.Tensor> = {};
    const unused: string[] = [];
    for (const [i, name] of names.entries()) {
      // Of a variable that the loss does not depend on, there is no gradient, whatever the type says.
      const gradient = grads[variables[i].name] as tf.Tensor | null | undefined;
      if (gradient == null) unused.push(name);
      gradients[name] = gradient ?? tf.zeros(variables[i].shape);
    }
    return result<L>(value, gradients, mapValues(kept, tf.clone), unused);
  } finally {
    // The clones belong to the scope that this was called in; the kept ones to nobody.
    for (const term of Object.values(kept)) term.dispose();
  }
}

function parts(returned: tf.Tensor | LossWithTerms): { total: tf.Scalar; terms: Record<string, tf.Tensor> } {
  if (returned instanceof tf.Tensor) return { total: returned.asScalar(), terms: {} };
  const { loss, ...terms } = returned;
  return { total: loss.asScalar(), terms };
}

function result<L extends tf.Tensor | LossWithTerms>(
  value: tf.Scalar,
  gradients: Record<string, tf.Tensor>,
  terms: Record<string, tf.Tensor>,
  unused: readonly string[],
): Gradients<L> {
  // The terms have the keys that the loss function returned, which a generic type cannot follow through a copy.
  return { value, gradients, terms: terms as Gradients<L>['terms'], unused };
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
