import { sizeOf } from '../core/index.ts';
import { add, reshape } from '../graph/index.ts';
import type { Layer } from './scope.ts';

/** Applies layers one after the other. */
export function sequential(...layers: readonly Layer[]): Layer {
  return (x, scope) => layers.reduce((value, layer) => layer(value, scope), x);
}

/** Runs a layer in a named scope, so that its variables have names of their own. */
export function named(name: string, layer: Layer): Layer {
  return (x, scope) => layer(x, scope.within(name));
}

/** body(x) + shortcut(x); the shortcut is x itself where none is given (He et al. 2016). */
export function residual(body: Layer, shortcut?: Layer): Layer {
  return (x, scope) => add(body(x, scope), shortcut === undefined ? x : shortcut(x, scope));
}

/** [n, …] → [n, features]. */
export const flatten: Layer = (x) => {
  const [n = 1, ...rest] = x.shape;
  return reshape(x, [n, sizeOf(rest)]);
};
