import type { AnyTensor, Tensor } from '../core/index.ts';
import {
  formatShape,
  fromNumbers,
  portableTexts,
  SymlossError,
  sameShape,
  toNumbers,
} from '../core/index.ts';
import type { Expr, Node } from './expr.ts';
import { interpreterRules } from './kernels.ts';
import type { Program } from './program.ts';
import { topologicalOrder } from './traverse.ts';

/** Named outputs of a run, or inputs that are numbers. */
export type Tensors = Readonly<Record<string, Tensor>>;

/** Named inputs of a run. */
export type Feeds = Readonly<Record<string, AnyTensor>>;

/** What the nodes of a program have: numbers, or texts that were fed. */
type Value = Float64Array | readonly string[];

/**
 * Runs a program by plain loops in float64, whatever the graph's float type: the reference that
 * other runners are compared with. Outputs are rounded to their declared type unless
 * `exact` is set, which returns floats as float64.
 * @throws SymlossError if an input is missing or has another shape or type.
 */
export function interpret(
  { inputs, outputs }: Program,
  feeds: Feeds,
  { exact = false }: { exact?: boolean } = {},
): Record<string, Tensor> {
  const values = new Map<Expr, Value>();
  for (const node of inputs) {
    const feed = checkFeed(node, feeds);
    const where = `input ${node.attrs.name}`;
    values.set(node, feed.dtype === 'string' ? portableTexts(where, feed.data) : toNumbers(feed));
  }
  for (const node of topologicalOrder(Object.values(outputs))) {
    if (values.has(node)) continue;
    const rule = interpreterRules[node.op] as (node: Expr, ...values: Value[]) => Float64Array;
    values.set(node, rule(node, ...node.inputs.map((x) => values.get(x) as Value)));
  }
  return Object.fromEntries(
    Object.entries(outputs).map(([name, node]) => {
      const dtype = exact && node.dtype === 'float32' ? 'float64' : node.dtype;
      return [name, fromNumbers(dtype, node.shape, values.get(node) as Float64Array)];
    }),
  );
}

/** The tensor fed for an input, checked. */
export function checkFeed(node: Node<'input'>, feeds: Feeds): AnyTensor {
  const { name, dtype, shape } = node.attrs;
  const feed = feeds[name];
  if (feed === undefined || feed.dtype !== dtype || !sameShape(feed.shape, shape)) {
    throw new SymlossError(
      `input ${name}`,
      `${dtype}${formatShape(shape)}`,
      feed === undefined ? 'nothing' : `${feed.dtype}${formatShape(feed.shape)}`,
    );
  }
  return feed;
}
