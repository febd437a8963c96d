import { SymlossError, show } from '../../core/index.ts';
import { lossDefinitions, parseLoss } from '../../losses/index.ts';

/** The parameters of a loss by name; for `symmetrize(…)` those of what is in it, for sums none. */
export function parametersOf(loss: string): string[] {
  const inner = innerOf(loss);
  if (inner !== undefined) return parametersOf(inner);
  return Object.keys(lossDefinitions.get(parseLoss(loss).name)?.parameters ?? {});
}

/**
 * The spec of a loss with another value of one parameter: `withParameter('gce', 'q', 0.4)` is
 * `gce:q=0.4`.
 * @throws SymlossError for a parameter that the loss has not, or a value out of its range
 */
export function withParameter(loss: string, parameter: string, value: number | string): string {
  const inner = innerOf(loss);
  if (inner !== undefined) return `symmetrize(${withParameter(inner, parameter, value)})`;
  const { name, params } = parseLoss(loss);
  const known = parametersOf(loss);
  if (!known.includes(parameter)) {
    const expected = known.length === 0 ? 'no parameter' : `a parameter among ${known.join(', ')}`;
    throw new SymlossError(`loss ${loss}`, expected, show(parameter));
  }
  const changed = Object.entries({ ...params, [parameter]: value });
  return parseLoss(`${name}:${changed.map(([key, own]) => `${key}=${own}`).join(',')}`).spec;
}

function innerOf(loss: string): string | undefined {
  return parseLoss(loss).name === 'symmetrize'
    ? /^\s*symmetrize\((.*)\)\s*$/s.exec(loss)?.[1]
    : undefined;
}
