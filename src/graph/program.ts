import { SymlossError } from '../core/index.ts';
import type { Expr, Node } from './expr.ts';
import { topologicalOrder } from './traverse.ts';

/** A graph with named inputs and outputs: what runners compile and what becomes an ONNX file. */
export interface Program {
  readonly inputs: readonly Node<'input'>[];
  readonly outputs: Readonly<Record<string, Expr>>;
}

/**
 * A program with the given outputs. Its inputs are those the outputs depend on.
 * @throws SymlossError if two different inputs, or an input and an output, share a name, or an output is of texts.
 */
export function program(outputs: Readonly<Record<string, Expr>>): Program {
  const inputs = topologicalOrder(Object.values(outputs)).filter((node) => node.op === 'input');
  for (const [name, { dtype }] of Object.entries(outputs)) {
    if (dtype === 'string')
      throw new SymlossError('program', 'outputs of numbers', `${name} of type string`);
  }
  const names = new Set(Object.keys(outputs));
  for (const { attrs } of inputs) {
    if (names.has(attrs.name)) {
      throw new SymlossError('program', 'inputs and outputs of different names', attrs.name);
    }
    names.add(attrs.name);
  }
  return { inputs, outputs };
}
