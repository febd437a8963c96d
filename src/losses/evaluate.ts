import type { Spec, Tensor } from '../core/index.ts';
import { checkLabels, fromNumbers, SymlossError, show } from '../core/index.ts';
import type { Expr } from '../graph/index.ts';
import { grad, input, interpret, mul, program, sum } from '../graph/index.ts';
import { batchValues } from './batch-terms.ts';
import type { ClassLoss } from './class-loss.ts';
import { checkedLoss } from './class-loss.ts';
import type { RowMemory } from './memory.ts';
import { objective } from './objective.ts';
import type { LossName } from './registry.ts';
import type { LossSpec } from './spec.ts';
import { parseLoss } from './spec.ts';

export interface EvaluateOptions {
  /**
   * Of a loss that remembers rows, such as `elr`: what it remembers of each sample, n rows of m numbers. Default: nothing yet, as
   * before the first step.
   */
  readonly memory?: readonly (readonly number[])[] | undefined;
  /** Of a loss that takes two views of a row, such as `gjs`: the scores of the second. Default: two equal views. */
  readonly secondView?: readonly (readonly number[])[] | undefined;
}

/** Gradients of the loss of each sample, or of the objective of a batch, with respect to what belongs to each sample. */
export interface Gradients {
  /** With respect to its scores, n times [k]. */
  readonly gradients: Float64Array[];
  /** Where some of what a loss remembers of rows is trained: with respect to the memory, n times [m]. */
  readonly memoryGradients?: Float64Array[];
  /** Where a second view was given: with respect to the scores of the second, n times [k]. */
  readonly secondGradients?: Float64Array[];
}

export interface Evaluation extends Gradients {
  /** The loss of each sample, [n]. */
  readonly values: Float64Array;
  /**
   * All samples as one batch: the mean of the values and what the loss adds for the batch as a whole, such as the entropy of
   * `anl-ce+er`; and its gradients. Penalties on a network's weights are not in it.
   */
  readonly batch: Gradients & { readonly value: number };
  /** What a loss that remembers rows remembers of each sample from then on, n times [m]. */
  readonly memory?: Float64Array[];
}

/**
 * Loss values and gradients of plain arrays in float64; needs no runtime.
 * @param loss a class loss, or a spec such as `sgce:q=0.4`
 * @param scores n rows of k scores (logits)
 * @param labels n integers from 0 to k − 1, or n rows of k label probabilities: the loss of a
 * soft label t is ⟨t, L(z)⟩
 * @throws SymlossError for ragged or non-finite scores, labels out of range, soft labels that do not
 * sum to 1, lengths that differ, a memory of a loss that remembers nothing
 *
 * @example
 * evaluate('unhinged', [[1, 2, 6]], [2]).values // Float64Array [-3]
 * evaluate('unhinged', [[1, 2, 6]], [[0.5, 0, 0.5]]).values // Float64Array [-0.5]
 */
export function evaluate(
  loss: ClassLoss | Spec<LossName>,
  scores: readonly (readonly number[])[],
  labels: ArrayLike<number> | readonly (readonly number[])[],
  options: EvaluateOptions = {},
): Evaluation {
  const {
    classLoss,
    batchTerms,
    memory,
    views,
  }: Pick<LossSpec, 'classLoss' | 'batchTerms' | 'memory' | 'views'> =
    typeof loss === 'string' ? parseLoss(loss) : { classLoss: checkedLoss(loss), batchTerms: [] };
  if (!Array.isArray(scores)) throw new SymlossError('scores', 'rows of numbers', show(scores));
  const n = scores.length;
  const k = scores[0]?.length ?? 0;
  checkScores(scores, k);
  const z = input('scores', [n, k], 'float64');
  const t = input('targets', [n, k], 'float64');
  const before = memoryOf(memory, options, n, k);
  const remembered = before && input('memory', before.shape, 'float64');
  const secondScores = secondOf(views !== undefined, options, n, k);
  const second = secondScores && input('second', [n, k], 'float64');
  const visit = remembered && memory?.visit(z, remembered, second);
  const losses = visit?.losses ?? (second && views ? views(z, second) : classLoss(z));
  const values = sum(mul(t, losses), -1);
  const batch = objective(losses, t, {
    terms: batchValues(batchTerms, { scores: z, targets: t, memory: remembered }),
  });
  const inputs = {
    gradients: z,
    ...(remembered && memory?.rates && { memoryGradients: remembered }),
    ...(second && { secondGradients: second }),
  };
  const gradientsOf = (value: Expr, prefix: string) => {
    const found = grad(value, Object.values(inputs));
    return Object.fromEntries(
      Object.keys(inputs).map((name, i) => [prefix + name, found[i] as Expr]),
    );
  };
  const result = interpret(
    program({
      values,
      batch,
      ...gradientsOf(sum(values), 'own/'),
      ...gradientsOf(batch, 'batch/'),
      ...(visit && { remembered: visit.memory }),
    }),
    {
      scores: fromNumbers('float64', [n, k], scores.flat()),
      targets: fromNumbers('float64', [n, k], targetsOf(labels, n, k)),
      ...(before && { memory: before }),
      ...(secondScores && { second: fromNumbers('float64', [n, k], secondScores.flat()) }),
    },
  );
  const rowsOf = (tensor: Tensor | undefined) => {
    const [, width = 0] = tensor?.shape ?? [];
    const data = tensor?.data as Float64Array;
    return Array.from({ length: n }, (_, i) => data.slice(i * width, (i + 1) * width));
  };
  const gradients = (prefix: 'own/' | 'batch/'): Gradients => ({
    gradients: rowsOf(result[`${prefix}gradients`]),
    ...(inputs.memoryGradients && { memoryGradients: rowsOf(result[`${prefix}memoryGradients`]) }),
    ...(inputs.secondGradients && { secondGradients: rowsOf(result[`${prefix}secondGradients`]) }),
  });
  return {
    values: result.values?.data as Float64Array,
    ...gradients('own/'),
    batch: { value: result.batch?.data[0] as number, ...gradients('batch/') },
    ...(result.remembered && { memory: rowsOf(result.remembered) }),
  };
}

/** The memory of all rows, as given or as before the first step; `undefined` for a loss that remembers nothing. */
function memoryOf(
  memory: RowMemory | undefined,
  options: EvaluateOptions,
  n: number,
  k: number,
): Tensor | undefined {
  if (memory === undefined) {
    if (options.memory === undefined) return undefined;
    throw new SymlossError('evaluate', 'no memory: the loss remembers nothing', 'one');
  }
  const initial = memory.initial(k);
  const rows = options.memory ?? Array.from({ length: n }, () => initial);
  if (rows.length !== n) {
    const expected = `a memory of ${n} rows, one per row of scores`;
    throw new SymlossError('evaluate', expected, String(rows.length));
  }
  rows.forEach((row, i) => {
    if (row.length === initial.length && row.every(Number.isFinite)) return;
    const received = row.length === initial.length ? row.join(', ') : String(row.length);
    throw new SymlossError(`memory, row ${i}`, `${initial.length} finite numbers`, received);
  });
  return fromNumbers('float64', [n, initial.length], rows.flat());
}

/** The scores of the second view, if they are given. */
function secondOf(
  takesTwo: boolean,
  { secondView }: EvaluateOptions,
  n: number,
  k: number,
): readonly (readonly number[])[] | undefined {
  if (secondView === undefined) return undefined;
  if (!takesTwo) throw new SymlossError('evaluate', 'no second view: the loss takes one', 'one');
  if (secondView.length !== n) {
    const expected = `a second view of ${n} rows, one per row of scores`;
    throw new SymlossError('evaluate', expected, String(secondView.length));
  }
  checkScores(secondView, k, 'second view');
  return secondView;
}

/** One-hot rows of integer labels, or soft labels as they are, [n·k]. */
function targetsOf(
  labels: ArrayLike<number> | readonly (readonly number[])[],
  n: number,
  k: number,
): Float64Array {
  if (labels?.length !== n) {
    throw new SymlossError('evaluate', `${n} labels, one per row of scores`, show(labels?.length));
  }
  const targets = new Float64Array(n * k);
  if (isSoft(labels)) {
    for (const [i, row] of labels.entries()) {
      checkSoftLabel(row, i, k);
      targets.set(row, i * k);
    }
  } else {
    checkLabels('labels', labels, k);
    for (let i = 0; i < n; i++) targets[i * k + (labels[i] as number)] = 1;
  }
  return targets;
}

function isSoft(
  labels: ArrayLike<number> | readonly (readonly number[])[],
): labels is readonly (readonly number[])[] {
  return Array.isArray(labels[0]);
}

/** Float32 probabilities of many classes add up to 1 only so far. */
const sumTolerance = 1e-4;

function checkSoftLabel(row: readonly number[], i: number, k: number): void {
  const total = row.reduce((a, b) => a + b, 0);
  const fits = row.length === k && row.every((t) => t >= 0) && Math.abs(total - 1) < sumTolerance;
  if (!fits) {
    throw new SymlossError(`labels, row ${i}`, `${k} probabilities with sum 1`, row.join(', '));
  }
}

function checkScores(scores: readonly (readonly number[])[], k: number, name = 'scores'): void {
  if (k < 2) {
    const received = scores.length === 0 ? 'no rows' : `${k} in row 0`;
    throw new SymlossError('evaluate', 'rows of 2 scores or more', received);
  }
  scores.forEach((row, i) => {
    if (row.length !== k) {
      throw new SymlossError(`${name}, row ${i}`, `${k} scores, as in row 0`, String(row.length));
    }
    const bad = row.find((score) => !Number.isFinite(score));
    if (bad !== undefined)
      throw new SymlossError(`${name}, row ${i}`, 'finite scores', String(bad));
  });
}
