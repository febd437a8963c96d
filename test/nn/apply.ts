import type { Tensor } from '../../src/core/index.ts';
import { fromNumbers, sizeOf, stream, toNumbers } from '../../src/core/index.ts';
import type { Expr, Node } from '../../src/graph/index.ts';
import { constant, grad, input, interpret, mul, sum } from '../../src/graph/index.ts';
import type { Layer, Mode } from '../../src/nn/index.ts';
import { Scope } from '../../src/nn/index.ts';

export type Rows = readonly (readonly number[])[];

export interface ApplyOptions {
  readonly mode?: Mode;
  /** Values of variables and uniforms by name, row-major. */
  readonly values?: Readonly<Record<string, readonly number[]>>;
  /** Weights of the outputs in the scalar Σ c·y whose gradients are taken. Default: ones. */
  readonly weights?: Rows;
}

/** What a layer makes of some rows, in float64. */
export interface Applied {
  readonly output: number[][];
  /** Value of each state after the step. */
  readonly updated: Readonly<Record<string, readonly number[]>>;
  /** Gradients of Σ c·y by variable name, and with respect to the rows under `x`. */
  readonly gradients: Readonly<Record<string, readonly number[]>>;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
}

/** Runs a layer through the float64 interpreter; every value fed must be given. */
export function apply(layer: Layer, rows: Rows, options: ApplyOptions = {}): Applied {
  const { mode = 'train', values = {} } = options;
  const shape = [rows.length, rows[0]!.length];
  const scope = new Scope(mode);
  const x = input('x', shape);
  const y = layer(x, scope);
  const weights = options.weights ?? rows.map(() => new Array<number>(y.shape[1]!).fill(1));
  const scalar = sum(mul(y, constant(fromNumbers('float32', y.shape, weights.flat()))));
  const variables = scope.variables;
  const leaves: readonly Node<'input'>[] = [x, ...variables.map(({ expr }) => expr)];
  const states = variables.filter(({ kind }) => kind === 'state');
  const gradients = grad(scalar, leaves);
  const outputs: Record<string, Expr> = {
    y,
    ...Object.fromEntries(states.map((state) => [`updated ${state.name}`, scope.updated(state)])),
    ...Object.fromEntries(leaves.map((leaf, i) => [`d ${leaf.attrs.name}`, gradients[i]!])),
  };
  const inputs = [...leaves, ...scope.uniforms];
  const feeds: Record<string, Tensor> = Object.fromEntries(
    inputs.map(({ attrs }) => [
      attrs.name,
      fromNumbers('float32', attrs.shape, attrs.name === 'x' ? rows.flat() : values[attrs.name]!),
    ]),
  );
  const result = interpret({ inputs, outputs }, feeds, { exact: true });
  const numbers = (name: string) => Array.from(toNumbers(result[name]!));
  return {
    output: toRows(numbers('y'), y.shape[1]!),
    updated: Object.fromEntries(states.map(({ name }) => [name, numbers(`updated ${name}`)])),
    gradients: Object.fromEntries(
      leaves.map(({ attrs }) => [attrs.name, numbers(`d ${attrs.name}`)]),
    ),
    shapes: Object.fromEntries(variables.map(({ name, expr }) => [name, expr.shape])),
  };
}

export function toRows(values: ArrayLike<number>, width: number): number[][] {
  return Array.from({ length: values.length / width }, (_, i) =>
    Array.from(values).slice(i * width, (i + 1) * width),
  );
}

/** Seeded normal numbers that float32 holds exactly, so that both precisions see the same. */
export function normals(name: string, shape: readonly number[], deviation = 1): number[] {
  const rng = stream(11, name);
  return Array.from({ length: sizeOf(shape) }, () => Math.fround(deviation * rng.normal()));
}

export function normalRows(name: string, n: number, d: number, deviation = 1): number[][] {
  return toRows(normals(name, [n, d], deviation), d);
}
