import type { Values } from '../core/index.ts';
import type { Term } from './combine.ts';
import type { LogitClipValues } from './logit-clip.ts';

/** A loss spec as plain data. */
export type LossTree = SingleLoss | LossSum;

/** What a term of a sum may be. */
export type SingleLoss = NamedLoss | SymmetrizedLoss | UnitLoss | ClippedLoss;

/** A loss of the registry: `gce:q=0.4`. */
export interface NamedLoss {
  readonly kind: 'named';
  readonly name: string;
  /** The values of all its parameters. */
  readonly params: Values;
}

/** `symmetrize(…)` */
export interface SymmetrizedLoss {
  readonly kind: 'symmetrize';
  readonly base: LossTree;
}

/** `unit(…)` */
export interface UnitLoss {
  readonly kind: 'unit';
  readonly base: LossTree;
}

/** `logit-clip(…):temp=1.5` */
export interface ClippedLoss {
  readonly kind: 'logit-clip';
  readonly base: LossTree;
  readonly params: LogitClipValues;
}

/** `0.5*ce + 2*mae`, factors above 0. */
export interface LossSum {
  readonly kind: 'sum';
  readonly terms: readonly Term<SingleLoss>[];
}

/**
 * What to make of each kind of loss, given what was made of its parts. All become a T, and single
 * losses, where that matters, an S.
 */
export interface LossRules<T, S extends T = T> {
  readonly named: (loss: NamedLoss) => S;
  readonly symmetrize: (base: T) => S;
  readonly unit: (base: T) => S;
  readonly logitClip: (base: T, params: LogitClipValues) => S;
  readonly sum: (terms: readonly Term<S>[]) => T;
}

/** Applies rules to a tree, from the named losses up. */
export function foldLoss<T, S extends T = T>(tree: LossTree, rules: LossRules<T, S>): T {
  return tree.kind === 'sum'
    ? rules.sum(tree.terms.map(([factor, term]) => [factor, foldSingle(term, rules)]))
    : foldSingle(tree, rules);
}

function foldSingle<T, S extends T>(loss: SingleLoss, rules: LossRules<T, S>): S {
  switch (loss.kind) {
    case 'named':
      return rules.named(loss);
    case 'symmetrize':
      return rules.symmetrize(foldLoss(loss.base, rules));
    case 'unit':
      return rules.unit(foldLoss(loss.base, rules));
    case 'logit-clip':
      return rules.logitClip(foldLoss(loss.base, rules), loss.params);
  }
}

const leaves: LossRules<readonly NamedLoss[]> = {
  named: (loss) => [loss],
  symmetrize: (base) => base,
  unit: (base) => base,
  logitClip: (base) => base,
  sum: (terms) => terms.flatMap(([, losses]) => losses),
};

/** The named losses that a tree is made of, from left to right. */
export function namedLosses(tree: LossTree): readonly NamedLoss[] {
  return foldLoss(tree, leaves);
}
