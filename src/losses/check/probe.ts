import type { Tensor } from '../../core/index.ts';
import { fromNumbers, toNumbers } from '../../core/index.ts';
import type { Expr, Program } from '../../graph/index.ts';
import { grad, input, interpret, mul, program, sum } from '../../graph/index.ts';
import type { ClassLoss } from '../class-loss.ts';

export type Rows = readonly (readonly number[])[];

/** A loss at a number of classes, ready to be evaluated on plain arrays in float64. */
export interface Probe {
  readonly k: number;
  /** The loss of every label: row i at scores i. */
  values(scores: Rows): number[][];
  /** The Jacobian at one score vector: row y is the gradient of the loss of label y. */
  jacobian(scores: readonly number[]): number[][];
  /** The Hessian of the loss of `label`, where it exists. */
  hessian(scores: readonly number[], label?: number): number[][];
}

/** Builds the graphs of a loss once; they run in the float64 interpreter. */
export function probe(loss: ClassLoss, k: number): Probe {
  const square = [k, k];
  const x = input('scores', square, 'float64');
  const weights = input('weights', square, 'float64');
  const direction = input('direction', square, 'float64');
  const gradient = grad(sum(mul(weights, loss(x))), [x])[0] as Expr;
  const first = program({ gradient });
  // row i of the batch is the same sample, so row i here is the Hessian times unit vector i
  const product = grad(sum(mul(gradient, direction)), [x])[0] as Expr;
  const second = program({ product });
  const identity = Array.from({ length: k * k }, (_, i) => (i % (k + 1) === 0 ? 1 : 0));
  const tensor = (data: readonly number[]) => fromNumbers('float64', square, data);
  const repeated = (z: readonly number[]) => tensor(identity.map((_, i) => z[i % k] as number));
  return {
    k,
    values: (scores) => lossRows(loss, scores),
    jacobian: (z) => run(first, { scores: repeated(z), weights: tensor(identity) }),
    hessian: (z, label = 0) =>
      run(second, {
        scores: repeated(z),
        weights: tensor(identity.map((_, i) => (i % k === label ? 1 : 0))),
        direction: tensor(identity),
      }),
  };
}

/** The loss of every label in float64: row i at scores i. */
export function lossRows(loss: ClassLoss, scores: Rows): number[][] {
  const shape = [scores.length, scores[0]?.length ?? 0];
  const values = loss(input('scores', shape, 'float64'));
  return run(program({ values }), { scores: fromNumbers('float64', shape, scores.flat()) });
}

/** The one output of a program, a matrix, as rows. */
function run(graph: Program, feeds: Readonly<Record<string, Tensor>>): number[][] {
  const result = Object.values(interpret(graph, feeds))[0] as Tensor;
  const [n = 0, k = 0] = result.shape;
  const data = Array.from(toNumbers(result));
  return Array.from({ length: n }, (_, i) => data.slice(i * k, (i + 1) * k));
}
