import type { Expr, NodeOf } from '../expr.ts';
import type { Op } from '../op.ts';
import { topologicalOrder } from '../traverse.ts';
import type { Code } from './code.ts';
import { atom, factorCode, numberCode, sizeCode } from './code.ts';
import { Names, nameOf } from './names.ts';
import type { TensorContext, TensorLanguage, TensorRule } from './rules.ts';
import type { Unified } from './unify.ts';
import { countUses, findMeans, isNumber } from './uses.ts';

/** The statements that compute a program's outputs. */
export interface Body {
  readonly lines: readonly string[];
  /** The outputs by name, as code. */
  readonly outputs: Readonly<Record<string, Code>>;
  /** Functions that the code calls and that are to be written beside it. */
  readonly helpers: readonly string[];
}

/** Of an expression; in longer ones the operands get names, if they are not short themselves. */
const [longest, shortest] = [76, 24];

/**
 * Writes a program for a library of tensors: a variable for what is used more than once or long, all else in one expression.
 * @param inputs what the inputs are called in the code
 */
export function writeTensors(
  unified: Unified,
  language: TensorLanguage,
  inputs: Readonly<Record<string, string>>,
): Body {
  const order = topologicalOrder(Object.values(unified.outputs));
  const means = findMeans(order, unified);
  const operandsOf = (node: Expr) => means.get(node)?.inputs ?? node.inputs;
  const uses = countUses(Object.values(unified.outputs), operandsOf);
  const isOutput = new Set(Object.values(unified.outputs));
  const names = new Names([...language.reserved, ...Object.values(inputs)], language.spell);
  const helpers = new Set<string>();
  const context = contextOf(unified, language, helpers);
  const codes = new Map<Expr, Code>();
  const lines: string[] = [];
  const name = (node: Expr) => {
    const own = names.take(means.has(node) ? 'mean' : nameOf(node));
    lines.push(language.assign(own, codes.get(node)?.text ?? ''));
    codes.set(node, atom(own));
  };
  const write = (node: Expr): Code => {
    const mean = means.get(node);
    const operands = operandsOf(node).map((x) => codes.get(x) as Code);
    if (node.op === 'input') return atom(inputs[node.attrs.name] as string);
    return mean === undefined
      ? codeOf(language, node, operands, context)
      : language.mean(operands[0] as Code, axesOf(mean), mean.attrs.keepDims);
  };
  for (const node of order) {
    if (!uses.has(node)) continue; // in a mean
    codes.set(node, write(node));
    for (let long = operandToName(); long !== undefined; long = operandToName()) {
      name(long);
      codes.set(node, write(node));
    }
    const isOnlyOutput = uses.get(node) === 1 && isOutput.has(node);
    const isLeaf = node.op === 'input' || isNumber(node);
    if (!isLeaf && !isOnlyOutput && isNamed(node, uses.get(node) ?? 0)) name(node);

    /** The longest of the operands, where the text of the node is too long for a line. */
    function operandToName(): Expr | undefined {
      const length = (x: Expr) => codes.get(x)?.text.length ?? 0;
      if (length(node) <= longest) return undefined;
      const [first] = operandsOf(node).toSorted((x, y) => length(y) - length(x));
      return first !== undefined && length(first) > shortest ? first : undefined;
    }
  }
  const outputs = Object.entries(unified.outputs).map(([name, x]) => [name, codes.get(x) as Code]);
  return { lines, outputs: Object.fromEntries(outputs), helpers: [...helpers] };
}

/** What readers look for by name, and all that is used again. */
function isNamed(node: Expr, uses: number): boolean {
  return node.op === 'logSoftmax' || node.op === 'softmax' || uses > 1;
}

function codeOf(
  language: TensorLanguage,
  node: Expr,
  operands: readonly Code[],
  context: TensorContext,
): Code {
  const rule = language.rules[node.op] as TensorRule<Op>;
  return rule(node as NodeOf<Op>, operands as [Code, Code, Code], context);
}

/** The axes of a reduction, the last as −1. */
export function axesOf({ inputs, attrs }: NodeOf<'sum' | 'max' | 'logSumExp'>): readonly number[] {
  const rank = (inputs[0] as Expr).shape.length;
  return attrs.axes.map((axis) => (axis === rank - 1 ? -1 : axis));
}

function contextOf(
  unified: Unified,
  { numerals, brackets: [open, close] }: TensorLanguage,
  helpers: Set<string>,
): TensorContext {
  const size: TensorContext['size'] = (x) => sizeCode(x).text;
  return {
    unified,
    size,
    shape: (node) => `${open}${unified.shape(node).map(size).join(', ')}${close}`,
    sizes: (node, attribute) => unified.sizes(node, attribute).map(size),
    number: (node, attribute) =>
      factorCode(
        attribute === 'values'
          ? (unified.uniform(node) as NonNullable<ReturnType<Unified['uniform']>>)
          : unified.factor(node, attribute),
        numerals,
      ),
    factor: (factor) => factorCode(factor, numerals),
    literal: (x) => numberCode(x, numerals),
    isNumber,
    need: (helper) => {
      helpers.add(helper);
      return helper;
    },
  };
}
