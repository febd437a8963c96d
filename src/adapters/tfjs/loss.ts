import type { Tensor } from '@tensorflow/tfjs-core';
import { formatShape, SymlossError } from '../../core/index.ts';
import type { Expr } from '../../graph/index.ts';
import { add, input, mul, sum, topologicalOrder } from '../../graph/index.ts';
import { checkedLoss } from '../../losses/class-loss.ts';
import type { ClassLoss, LossSpec, ScoreNormalisation } from '../../losses/index.ts';
import { batchValues, parseLoss } from '../../losses/index.ts';
import { normaliseScores, Scope } from '../../nn/index.ts';
import type { Tfjs } from './rules.ts';
import { tfjsRules } from './rules.ts';

export interface TfjsLossOptions {
  /**
   * How the loss normalises the scores that it is given, `none` or `l2`; predictions stay as the network makes them. Default: what the
   * loss needs, as in training with symloss: `l2` where it is not bounded from below, such as `unhinged`.
   */
  readonly scores?: ScoreNormalisation | undefined;
}

/** A loss as `model.compile` of TensorFlow.js takes it: the loss of each row, [n]. */
export type TfjsLoss = (targets: Tensor, scores: Tensor) => Tensor;

/**
 * A loss for `model.compile` of TensorFlow.js, for any number of rows and classes, with the gradients of TensorFlow.js. The last
 * layer of the model gives scores (`activation: 'linear'`), and its targets are one-hot or soft labels, [n, k].
 *
 * A term of the whole batch is added to the loss of every row, so that the mean is what symloss minimises.
 * @param tf `import * as tf from '@tensorflow/tfjs'`: the functions that the loss is computed with
 * @param loss a spec such as `sgce:q=0.4`, or a class loss of your own
 * @throws SymlossError for a wrong spec, a loss that takes two views or remembers rows, and one with a penalty on weights; when it is
 *   called, for targets and scores of other shapes
 *
 * @example
 * model.compile({ optimizer: 'sgd', loss: tfjsLoss(tf, 'sgce:q=0.4') });
 */
export function tfjsLoss(
  tf: Tfjs,
  loss: ClassLoss | string,
  { scores: normalisation }: TfjsLossOptions = {},
): TfjsLoss {
  const spec = typeof loss === 'string' ? parseLoss(loss) : undefined;
  if (spec !== undefined) checkPlain(spec);
  const classLoss = spec?.classLoss ?? checkedLoss(loss as ClassLoss);
  const layer = normaliseScores(normalisation ?? spec?.defaultScores ?? 'none');
  const graphOf = (n: number, k: number): Graph => {
    const given = input('scores', [n, k]);
    const targets = input('targets', [n, k]);
    const scores = layer(given, new Scope('infer'));
    const own = sum(mul(targets, classLoss(scores)), -1);
    const terms = batchValues(spec?.batchTerms ?? [], { scores, targets });
    const losses = terms.reduce((total, term) => add(total, term), own);
    return { losses, nodes: topologicalOrder([losses]) };
  };
  const graphs = new Map<string, Graph>();
  return (targets, scores) => {
    const [n, k] = checkShapes(targets, scores);
    const key = `${n} ${k}`;
    const graph = graphs.get(key) ?? graphOf(n, k);
    graphs.set(key, graph);
    return tf.tidy(() => run(tf, graph, { targets: tf.cast(targets, 'float32'), scores }));
  };
}

/** The loss of each row, and all that it is made of, operands first. */
interface Graph {
  readonly losses: Expr;
  readonly nodes: readonly Expr[];
}

function run(tf: Tfjs, { losses, nodes }: Graph, inputs: Readonly<Record<string, Tensor>>): Tensor {
  const tensors = new Map<Expr, Tensor>();
  for (const node of nodes) {
    const given = node.op === 'input' ? inputs[node.attrs.name] : undefined;
    const rule = tfjsRules[node.op] as (tf: Tfjs, node: Expr, ...operands: Tensor[]) => Tensor;
    const operands = node.inputs.map((x) => tensors.get(x) as Tensor);
    tensors.set(node, given ?? rule(tf, node, ...operands));
  }
  return tensors.get(losses) as Tensor;
}

/** A function of scores and targets only. */
function checkPlain({ spec, memory, views, penalties }: LossSpec): void {
  const received =
    memory !== undefined
      ? 'one that remembers rows'
      : views !== undefined
        ? 'one of two views of each row'
        : penalties.length > 0
          ? 'one with a penalty on the weights'
          : undefined;
  if (received === undefined) return;
  const hint =
    penalties.length > 0 && memory === undefined && views === undefined
      ? 'leave it out (delta=0), and give the layers of the model a regularizer'
      : 'symloss emit writes it as a function, for a training loop of your own';
  throw new SymlossError(`tfjsLoss ${spec}`, 'a loss of scores and labels', received, { hint });
}

function checkShapes(targets: Tensor, scores: Tensor): [number, number] {
  const [n = 0, k = 0] = scores.shape;
  if (scores.rank !== 2) {
    throw new SymlossError('tfjsLoss', 'scores [n, k]', formatShape(scores.shape));
  }
  if (targets.rank !== 2 || targets.shape[0] !== n || targets.shape[1] !== k) {
    const expected = `targets ${formatShape([n, k])}, one-hot or soft labels`;
    throw new SymlossError('tfjsLoss', expected, formatShape(targets.shape), {
      hint: `tf.oneHot(labels, ${k}) makes them of class indices`,
    });
  }
  return [n, k];
}
