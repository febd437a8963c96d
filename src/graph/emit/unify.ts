import { SymlossError } from '../../core/index.ts';
import type { Expr } from '../expr.ts';
import { interpret } from '../interpret.ts';
import { constant } from '../ops.ts';
import type { Program } from '../program.ts';
import { rewrite } from '../rewrite.ts';
import type { Factor } from './factor.ts';
import { fitFactor } from './factor.ts';
import type { Size, Sizes } from './sizes.ts';
import { fitSize } from './sizes.ts';

/** A program that was built for some sizes. */
export interface Sample extends Sizes {
  readonly program: Program;
}

/** Attributes that may depend on the sizes; all others are the same for all of them. */
export type SizedAttribute =
  | 'shape'
  | 'starts'
  | 'ends'
  | 'depth'
  | 'before'
  | 'after'
  | 'exponent'
  | 'value'
  | 'values';

const sizedAttributes: { readonly [A in SizedAttribute]: true } = {
  shape: true,
  starts: true,
  ends: true,
  depth: true,
  before: true,
  after: true,
  exponent: true,
  value: true,
  values: true,
};

/**
 * What a program is for every n and k: the nodes are those that were built for the first of the samples, and their sizes and
 * numbers expressions of n and k.
 */
export interface Unified {
  readonly outputs: Readonly<Record<string, Expr>>;
  /** The shape of a node. */
  shape(node: Expr): readonly Size[];
  /** Sizes among its attributes: a list, or a list of one. */
  sizes(node: Expr, attribute: SizedAttribute): readonly Size[];
  /** A number among its attributes. */
  factor(node: Expr, attribute: SizedAttribute): Factor;
  /** All numbers of a constant: where they are equal, that one. */
  uniform(node: Expr): Factor | undefined;
  /** A constant [k] or [n] that is start + step·index: both. */
  progression(node: Expr): { readonly start: Factor; readonly step: Factor } | undefined;
}

/**
 * Reads from a program that was built for several sizes, five or more, how it depends on them.
 * @param name of what is built, for messages
 * @throws SymlossError if the operations themselves depend on the sizes, or a number does in a way that is not known
 */
export function unify(name: string, samples: readonly Sample[]): Unified {
  const folded = samples.map((sample) => foldConstants(sample.program).outputs);
  const { outputs, counterparts } = alignNodes(name, folded);

  const fitted = <T>(node: Expr, read: (x: Expr) => number, expressionOf: Fit<T>): T => {
    const values = (counterparts.get(node) as readonly Expr[]).map(read);
    return expressionOf(samples, values) ?? refuse(name, node, values, samples);
  };
  const size = (node: Expr, read: (x: Expr) => number) => fitted(node, read, fitSize);
  const factor = (node: Expr, read: (x: Expr) => number) => fitted(node, read, fitFactor);
  const all = (node: Expr, test: (x: Expr) => boolean) =>
    (counterparts.get(node) as readonly Expr[]).every(test);

  return {
    outputs,
    shape: (node) => node.shape.map((_, axis) => size(node, (x) => x.shape[axis] as number)),
    sizes: (node, attribute) =>
      [attributeOf(node, attribute)]
        .flat()
        .map((_, i) =>
          size(node, (x) => ([attributeOf(x, attribute)].flat() as number[])[i] as number),
        ),
    factor: (node, attribute) => factor(node, (x) => attributeOf(x, attribute) as number),
    uniform: (node) => {
      const first = (x: Expr) => valuesOf(x)[0] as number;
      const isUniform = all(node, (x) => valuesOf(x).every((value) => value === first(x)));
      return isUniform ? factor(node, first) : undefined;
    },
    progression: (node) => {
      const first = (x: Expr) => valuesOf(x)[0] as number;
      const step = (x: Expr) => (valuesOf(x)[1] as number) - first(x);
      const isProgression = all(
        node,
        (x) =>
          x.shape.length === 1 &&
          valuesOf(x).length > 1 &&
          valuesOf(x).every((value, i) => value === first(x) + i * step(x)),
      );
      return isProgression ? { start: factor(node, first), step: factor(node, step) } : undefined;
    },
  };
}

type Fit<T> = (at: readonly Sizes[], values: readonly number[]) => T | undefined;

/** Numbers of what does not depend on inputs, computed. */
function foldConstants(program: Program): Program {
  return rewrite(program, (node, operands) => {
    if (node.op === 'constant' || operands.length === 0) return undefined;
    if (node.op === 'broadcastTo' || node.op === 'reshape') return undefined;
    if (operands.some(({ op }) => op !== 'constant')) return undefined;
    const whole = rewrite({ inputs: [], outputs: { node } }, () => undefined);
    const { node: value } = interpret(whole, {}, { exact: true });
    return value && constant({ ...value, dtype: node.dtype } as typeof value);
  });
}

interface Aligned {
  readonly outputs: Readonly<Record<string, Expr>>;
  /** For every node those of the programs that stand in its place. */
  readonly counterparts: ReadonlyMap<Expr, readonly Expr[]>;
}

/**
 * Walks the programs side by side. What is one node in all of them is one node of the result; a number that is k in one program
 * and happens to be equal to another one there is two.
 */
function alignNodes(name: string, programs: readonly Readonly<Record<string, Expr>>[]): Aligned {
  const nodes = new Map<string, Expr>();
  const counterparts = new Map<Expr, readonly Expr[]>();
  const visit = (roots: readonly Expr[]): Expr => {
    const stack: (readonly Expr[])[] = [roots];
    for (let tuple = stack.at(-1); tuple !== undefined; tuple = stack.at(-1)) {
      const [first, ...others] = tuple as [Expr, ...Expr[]];
      if (!others.every((other) => signature(other) === signature(first))) {
        const ops = [...new Set(tuple.map(({ op }) => op))].join(', ');
        const expected = 'a loss whose operations are the same for every number of classes';
        throw new SymlossError(`emit ${name}`, expected, `others (${ops})`);
      }
      const operands = first.inputs.map((_, i) => tuple.map((x) => x.inputs[i] as Expr));
      const missing = operands.find((operand) => !nodes.has(keyOf(operand)));
      if (missing !== undefined) {
        stack.push(missing);
        continue;
      }
      stack.pop();
      if (nodes.has(keyOf(tuple))) continue;
      const inputs = operands.map((operand) => nodes.get(keyOf(operand)) as Expr);
      const node = { ...first, inputs } as Expr;
      nodes.set(keyOf(tuple), node);
      counterparts.set(node, tuple);
    }
    return nodes.get(keyOf(roots)) as Expr;
  };
  const outputs = Object.keys(programs[0] as object).map((output) => [
    output,
    visit(programs.map((program) => program[output] as Expr)),
  ]);
  return { outputs: Object.fromEntries(outputs), counterparts };
}

function keyOf(tuple: readonly Expr[]): string {
  return tuple.map(({ id }) => id).join(',');
}

/** All of a node that may not depend on the sizes. */
function signature({ op, dtype, inputs, shape, attrs }: Expr): string {
  const own = Object.entries(attrs).filter(([name]) => !(name in sizedAttributes));
  return JSON.stringify([op, dtype, inputs.length, shape.length, own]);
}

function attributeOf(node: Expr, attribute: SizedAttribute): number | readonly number[] {
  return (node.attrs as Readonly<Record<string, number | readonly number[]>>)[attribute] ?? [];
}

function valuesOf(node: Expr): Float64Array {
  return (node as Extract<Expr, { op: 'constant' }>).attrs.values;
}

function refuse(
  name: string,
  { op }: Expr,
  values: readonly number[],
  samples: readonly Sizes[],
): never {
  const some = samples.slice(0, 3).map(({ k }, i) => `${values[i]} for k = ${k}`);
  throw new SymlossError(
    `emit ${name}`,
    'numbers that are a known function of the number of classes k',
    `${op} with ${some.join(', ')}`,
    { hint: 'known are products of powers of k, k − 1 and ln k' },
  );
}
