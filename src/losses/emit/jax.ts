import { tensorLanguages } from '../../graph/emit/index.ts';
import { listText, rowsText } from './frame.ts';
import type { PythonLibrary } from './python.ts';

export const jax: PythonLibrary = {
  language: tensorLanguages.jax,
  imports: ['import jax', 'import jax.numpy as jnp'],
  tensor: 'array',
  integers: 'integer array',
  widened: (scores) => `${scores}.astype(jnp.promote_types(${scores}.dtype, jnp.float32))`,
  rows: 'scores.shape[0]',
  classes: 'scores.shape[1]',
  pick: 'jnp.take_along_axis(losses, labels[:, None], axis=1)[:, 0]',
  mean: (x) => `jnp.mean(${x})`,
  test: (name, parameters, { scores, labels, second, memory, losses, gradient, nextMemory }) => {
    const close = (x: string, y: string) => `assert jnp.allclose(${x}, jnp.array(${y}), **close)`;
    const others = parameters.slice(1).join(', ');
    return [
      '"""The values and gradients that symloss computes, here in float32."""',
      'close = {"rtol": 1e-4, "atol": 1e-4}',
      `scores = jnp.array(${rowsText(scores)})`,
      `labels = jnp.array(${listText(labels)})`,
      ...(second ? [`second_scores = jnp.array(${rowsText(second)})`] : []),
      ...(memory ? [`memory = jnp.array(${rowsText(memory)})`] : []),
      'def both(scores):',
      `    found = ${name}(scores, ${others}, reduction="none")`,
      `    return found${nextMemory ? '' : ', None'}`,
      'losses, after = both(scores)',
      close('losses', listText(losses)),
      ...(nextMemory ? [close('after', rowsText(nextMemory))] : []),
      'gradient = jax.grad(lambda z: both(z)[0].mean())(scores)',
      close('gradient', rowsText(gradient)),
    ];
  },
};
