import { completeValues, parseValue, SymlossError, show } from '../core/index.ts';
import { parseTree } from './parse.ts';
import { findLoss } from './registry.ts';
import { lossSpec } from './spec.ts';
import type { LossTree, NamedLoss, SingleLoss } from './tree.ts';
import { foldLoss, namedLosses } from './tree.ts';

/**
 * The parameters of a loss that can be changed, by name: those of its named losses, but for names that
 * several of them have.
 */
export function parametersOf(loss: string): string[] {
  return changeable(parseTree(loss));
}

/**
 * The spec of a loss with another value of one parameter: `withParameter('symmetrize(gce)', 'q', 0.4)` is
 * `symmetrize(gce:q=0.4)`.
 * @throws SymlossError for a parameter that is not among `parametersOf(loss)`, or a value out of its range
 */
export function withParameter(
  loss: string,
  parameter: string,
  value: number | string | boolean,
): string {
  const tree = parseTree(loss);
  const known = changeable(tree);
  if (!known.includes(parameter)) {
    const expected = known.length === 0 ? 'no parameter' : `a parameter among ${known.join(', ')}`;
    throw new SymlossError(`loss ${loss}`, expected, show(parameter));
  }
  return lossSpec(changed(tree, parameter, value)).spec;
}

function changeable(tree: LossTree): string[] {
  const all = namedLosses(tree).flatMap(({ name }) => Object.keys(findLoss(name).parameters));
  return all.filter((key) => all.indexOf(key) === all.lastIndexOf(key));
}

/** Exactly one of the named losses has the parameter. */
function changed(tree: LossTree, key: string, value: number | string | boolean): LossTree {
  return foldLoss<LossTree, SingleLoss>(tree, {
    named: (loss) => withValue(loss, key, value),
    symmetrize: (base) => ({ kind: 'symmetrize', base }),
    unit: (base) => ({ kind: 'unit', base }),
    sum: (terms) => ({ kind: 'sum', terms }),
  });
}

function withValue(loss: NamedLoss, key: string, value: number | string | boolean): NamedLoss {
  const { name, params } = loss;
  const { parameters } = findLoss(name);
  const parameter = parameters[key];
  if (parameter === undefined) return loss;
  const where = `loss ${name}`;
  const own = typeof value === 'string' ? parseValue(`${where}, ${key}`, parameter, value) : value;
  return { ...loss, params: completeValues(where, parameters, { ...params, [key]: own }) };
}
