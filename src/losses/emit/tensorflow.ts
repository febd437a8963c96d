import { tensorLanguages } from '../../graph/emit/index.ts';
import { listText, rowsText } from './frame.ts';
import type { PythonLibrary } from './python.ts';

export const tensorflow: PythonLibrary = {
  language: tensorLanguages.tensorflow,
  imports: ['import tensorflow as tf'],
  tensor: 'tensor',
  integers: 'integer tensor',
  widened: (scores) =>
    `tf.cast(${scores}, tf.float64 if ${scores}.dtype == tf.float64 else tf.float32)`,
  // the number of rows may be known only when it runs
  rows: 'tf.shape(scores)[0]',
  classes: 'scores.shape[1]',
  pick: 'tf.gather(losses, labels, axis=1, batch_dims=1)',
  mean: (x) => `tf.reduce_mean(${x})`,
  test: (name, parameters, { scores, labels, second, memory, losses, gradient, nextMemory }) => {
    const given = (rows: readonly (readonly number[])[]) =>
      `tf.constant(${rowsText(rows)}, dtype=tf.float64)`;
    const close = (x: string, y: string) => `tf.debugging.assert_near(${x}, ${y}, **close)`;
    return [
      '"""The values and gradients that symloss computes, in float64."""',
      'close = {"rtol": 1e-10, "atol": 1e-10}',
      `scores = ${given(scores)}`,
      `labels = tf.constant(${listText(labels)})`,
      ...(second ? [`second_scores = ${given(second)}`] : []),
      ...(memory ? [`memory = ${given(memory)}`] : []),
      'with tf.GradientTape() as tape:',
      '    tape.watch(scores)',
      `    losses${nextMemory ? ', after' : ''} = ${name}(${parameters.join(', ')}, reduction="none")`,
      '    mean = tf.reduce_mean(losses)',
      close('losses', `tf.constant(${listText(losses)}, dtype=tf.float64)`),
      ...(nextMemory ? [close('after', given(nextMemory))] : []),
      close('tape.gradient(mean, scores)', given(gradient)),
    ];
  },
};
