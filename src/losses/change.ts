import type { Parameters, Values } from '../core/index.ts';
import { completeValues, parseValue, SymlossError, show } from '../core/index.ts';
import { logitClipParameters } from './logit-clip.ts';
import { parseTree } from './parse.ts';
import { findLoss } from './registry.ts';
import { lossSpec } from './spec.ts';
import type { LossRules, LossTree, NamedLoss, SingleLoss } from './tree.ts';
import { foldLoss } from './tree.ts';

/**
 * The parameters of a loss that can be changed, by name: those of its named losses and of `logit-clip(…)`, but for names that
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
  const all = foldLoss(tree, keys);
  return all.filter((key) => all.indexOf(key) === all.lastIndexOf(key));
}

const keys: LossRules<readonly string[]> = {
  named: ({ name }) => Object.keys(findLoss(name).parameters),
  symmetrize: (base) => base,
  unit: (base) => base,
  logitClip: (base) => [...base, ...Object.keys(logitClipParameters)],
  sum: (terms) => terms.flatMap(([, term]) => term),
};

/** Exactly one of its losses has the parameter. */
function changed(tree: LossTree, key: string, value: number | string | boolean): LossTree {
  return foldLoss<LossTree, SingleLoss>(tree, {
    named: (loss) => withValue(loss, key, value),
    symmetrize: (base) => ({ kind: 'symmetrize', base }),
    unit: (base) => ({ kind: 'unit', base }),
    logitClip: (base, params) => ({
      kind: 'logit-clip',
      base,
      params: withChanged('logit-clip', logitClipParameters, params, key, value),
    }),
    sum: (terms) => ({ kind: 'sum', terms }),
  });
}

function withValue(loss: NamedLoss, key: string, value: number | string | boolean): NamedLoss {
  const { name, params } = loss;
  return { ...loss, params: withChanged(name, findLoss(name).parameters, params, key, value) };
}

/** The values as they are if there is no such parameter. */
function withChanged<V extends Values>(
  name: string,
  parameters: Parameters,
  params: V,
  key: string,
  value: number | string | boolean,
): V {
  const parameter = parameters[key];
  if (parameter === undefined) return params;
  const where = `loss ${name}`;
  const own = typeof value === 'string' ? parseValue(`${where}, ${key}`, parameter, value) : value;
  return completeValues(where, parameters, { ...params, [key]: own }) as Values as V;
}
