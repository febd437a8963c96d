import { add, mul } from '../graph/index.ts';
import type { ClassLoss } from './class-loss.ts';
import type { LossDefinition, Parameters, Symmetry } from './definition.ts';
import { weightParameter } from './parameters.ts';

/** A part of a sum: its factor and what is multiplied. */
export type Term<T> = readonly [factor: number, part: T];

/** `Σ_i factor_i · loss_i`; terms with the factor 0 are left out unless there is no other. */
export function sumOf(terms: readonly Term<ClassLoss>[]): ClassLoss {
  const present = terms.filter(([factor]) => factor !== 0);
  const used = present.length > 0 ? present : terms.slice(0, 1);
  return (scores) => used.map(([factor, loss]) => mul(loss(scores), factor)).reduce(add);
}

/** A sum has rows of constant sum where all of its terms have. */
export function leastSymmetric(symmetries: readonly Symmetry[]): Symmetry {
  return symmetries.find((s) => s === 'no') ?? symmetries.find((s) => s === 'nearly') ?? 'yes';
}

/**
 * The definition of `alpha·first + beta·second`, with the parameters of both.
 * @param defaults where they differ from those of the two losses
 */
export function sumDefinition(
  name: string,
  [first, second]: readonly [LossDefinition, LossDefinition],
  defaults: Readonly<Record<string, number>>,
  reference: string,
): LossDefinition {
  const parameters = Object.entries({
    alpha: weightParameter(first.name, 1),
    beta: weightParameter(second.name, 1),
    ...first.parameters,
    ...second.parameters,
  }).map(([key, parameter]) => {
    const own = defaults[key];
    return [
      key,
      own === undefined || parameter.kind !== 'number' ? parameter : { ...parameter, default: own },
    ];
  });
  const terms = ({ alpha, beta }: Parameters): readonly Term<LossDefinition>[] => [
    [alpha as number, first],
    [beta as number, second],
  ];
  const present = (params: Parameters) =>
    terms(params).flatMap(([factor, part]) => (factor === 0 ? [] : [part]));
  return {
    name,
    formula: `alpha ${first.name} + beta ${second.name}`,
    parameters: Object.fromEntries(parameters),
    symmetric: (params) => leastSymmetric(present(params).map((part) => part.symmetric(params))),
    isBounded: (params) => present(params).every((part) => part.isBounded(params)),
    reference,
    build: (params) =>
      sumOf(terms(params).map(([factor, part]) => [factor, part.build(params)] as const)),
  };
}
