import { formatShape } from '../core/index.ts';
import type { Expr } from './expr.ts';
import { topologicalOrder } from './traverse.ts';

/**
 * The graph as text, one node a line, for tests and inspection:
 * ```text
 * %0 = input(name=z) : float32[2,3]
 * %1 = logSoftmax(%0, axis=1) : float32[2,3]
 * return %1
 * ```
 */
export function toText(outputs: Expr | readonly Expr[]): string {
  const list = 'op' in outputs ? [outputs] : outputs;
  const names = new Map<Expr, string>();
  const nameOf = (node: Expr): string => names.get(node) as string;
  const lines = topologicalOrder(list).map((node, i) => {
    names.set(node, `%${i}`);
    const args = [...node.inputs.map(nameOf), ...attributes(node)];
    return `%${i} = ${node.op}(${args.join(', ')}) : ${node.dtype}${formatShape(node.shape)}`;
  });
  return [...lines, `return ${list.map(nameOf).join(', ')}`].join('\n');
}

function attributes(node: Expr): string[] {
  if (node.op === 'constant') {
    return [list(Array.from(node.attrs.values.subarray(0, 9)))];
  }
  if (node.op === 'input') return [`name=${node.attrs.name}`];
  return Object.entries(node.attrs)
    .filter(([name, value]) => value !== false && !isResultShape(name, node))
    .map(([name, value]) => `${name}=${attribute(value)}`);
}

function attribute(value: unknown): string {
  if (Array.isArray(value)) return `[${list(value)}]`;
  if (typeof value === 'object') {
    const own = Object.entries(value as object);
    return `{${own.map(([name, of]) => `${name}=${attribute(of)}`).join(', ')}}`;
  }
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

/** The first 8. */
function list(values: readonly unknown[]): string {
  const shown = values.slice(0, 8).map(attribute).join(',');
  return values.length > 8 ? `${shown},…` : shown;
}

/** Whether an attribute repeats the type or shape at the end of the line. */
function isResultShape(name: string, node: Expr): boolean {
  return name === 'shape' || name === 'to' || (name === 'dtype' && node.op === 'oneHot');
}
