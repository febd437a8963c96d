import type { Parameters } from '../core/index.ts';
import type { Expr } from '../graph/index.ts';
import { add, concat, mul, slice } from '../graph/index.ts';
import type { Batch, BatchTerm } from './batch-terms.ts';
import type { ClassLoss, TwoViewLoss } from './class-loss.ts';
import type { LossDefinition, Symmetry } from './definition.ts';
import { defineLoss } from './definition.ts';
import type { RowMemory } from './memory.ts';
import { weightParameter } from './parameters.ts';

/** A term of a sum: its factor and what is multiplied. */
export type Term<T> = readonly [factor: number, term: T];

/** `Σ_i factor_i · loss_i`; terms with the factor 0 are left out unless there is no other. */
export function sumOf(terms: readonly Term<ClassLoss>[]): ClassLoss {
  const present = terms.filter(([factor]) => factor !== 0);
  const used = present.length > 0 ? present : terms.slice(0, 1);
  return (scores) => used.map(([factor, loss]) => mul(loss(scores), factor)).reduce(add);
}

/** The loss of two views if it takes two and there are two, else of the first. */
function lossOf({ classLoss, views }: MaybeViews, scores: Expr, second: Expr | undefined): Expr {
  return views === undefined || second === undefined ? classLoss(scores) : views(scores, second);
}

/** The two-view loss of a sum, in which other terms take the first view; `undefined` if none takes two. */
export function sumViews(terms: readonly Term<MaybeViews>[]): TwoViewLoss | undefined {
  if (terms.every(([, { views }]) => views === undefined)) return undefined;
  return (scores, second) =>
    terms
      .map(([factor, loss]) => mul(lossOf(loss, scores, second), factor))
      .reduce((a, b) => add(a, b));
}

interface MaybeViews {
  readonly classLoss: ClassLoss;
  readonly views?: TwoViewLoss | undefined;
}

/** A loss, and its memory if it has one. */
interface MaybeMemory extends MaybeViews {
  readonly memory?: RowMemory | undefined;
}

interface MaybeTerms extends MaybeMemory {
  readonly batchTerms: readonly BatchTerm[];
}

/** The memory of a sum: those of its terms side by side; `undefined` if none has one. */
export function sumMemory(terms: readonly Term<MaybeMemory>[]): RowMemory | undefined {
  if (terms.every(([, { memory }]) => memory === undefined)) return undefined;
  return {
    initial: (k) => terms.flatMap(([, { memory }]) => memory?.initial(k) ?? []),
    ...sideBySide(terms, 'deviations'),
    ...sideBySide(terms, 'rates'),
    ...meanClassProbs(terms),
    visit(scores, before, second) {
      const [n = 0, k = 0] = scores.shape;
      let start = 0;
      const visits = terms.map(([factor, { classLoss, views, memory }]) => {
        if (memory === undefined)
          return { losses: mul(lossOf({ classLoss, views }, scores, second), factor) };
        const end = start + memory.initial(k).length;
        const visit = memory.visit(scores, slice(before, [0, start], [n, end]), second);
        start = end;
        return { losses: mul(visit.losses, factor), memory: visit.memory };
      });
      return {
        losses: visits.map(({ losses }) => losses).reduce((a, b) => add(a, b)),
        memory: concat(
          visits.flatMap(({ memory }) => memory ?? []),
          1,
        ),
      };
    },
  };
}

/** The terms over the batch of a sum: each sees the memory of its own loss, which is a part of that of the sum. */
export function sumBatchTerms(terms: readonly Term<MaybeTerms>[]): BatchTerm[] {
  return terms.flatMap(([factor, { batchTerms, memory }], at) =>
    batchTerms.map(({ weight, value }) => ({
      weight: factor * weight,
      value: (batch) => value({ ...batch, memory: memory && ownMemory(terms, at, batch) }),
    })),
  );
}

/** The columns of one term in the memory of a sum. */
function ownMemory(terms: readonly Term<MaybeMemory>[], at: number, batch: Batch): Expr {
  const all = batch.memory as Expr;
  const [n = 0, k = 0] = batch.scores.shape;
  const widths = terms.map(([, { memory }]) => memory?.initial(k).length ?? 0);
  const start = widths.slice(0, at).reduce((a, b) => a + b, 0);
  return slice(all, [0, start], [n, start + (widths[at] as number)]);
}

/** A list of numbers of the memories side by side, 0 for those that have none; nothing if none has any. */
function sideBySide(terms: readonly Term<MaybeMemory>[], name: 'deviations' | 'rates') {
  if (terms.every(([, { memory }]) => memory?.[name] === undefined)) return {};
  return {
    [name]: (k: number) =>
      terms.flatMap(
        ([, { memory }]) => memory?.[name]?.(k) ?? memory?.initial(k).map(() => 0) ?? [],
      ),
  };
}

/** What the memories of a sum say of the class: the mean over those that are about classes; nothing if none is. */
function meanClassProbs(terms: readonly Term<MaybeMemory>[]): Pick<RowMemory, 'classProbs'> {
  if (terms.every(([, { memory }]) => memory?.classProbs === undefined)) return {};
  return {
    classProbs(numbers, label, k) {
      let start = 0;
      const said = terms.flatMap(([, { memory }]) => {
        const own = numbers.slice(start, start + (memory?.initial(k).length ?? 0));
        start += own.length;
        return memory?.classProbs === undefined ? [] : [memory.classProbs(own, label, k)];
      });
      return Array.from(
        { length: k },
        (_, c) => said.reduce((sum, probs) => sum + (probs[c] as number), 0) / said.length,
      );
    },
  };
}

/** A sum has rows of constant sum where all of its terms have. */
export function leastSymmetric(symmetries: readonly Symmetry[]): Symmetry {
  return symmetries.find((s) => s === 'no') ?? symmetries.find((s) => s === 'nearly') ?? 'yes';
}

/**
 * The definition of `alpha·first + beta·second`, with the parameters of both.
 * @param defaults where they differ from 1 and those of the two losses
 */
export function sumDefinition<const N extends string>(
  name: N,
  [first, second]: readonly [LossDefinition, LossDefinition],
  defaults: Readonly<Record<string, number>>,
  reference: string,
): LossDefinition<Parameters, N> {
  const terms = (values: { alpha: number; beta: number }) =>
    [
      [values.alpha, first],
      [values.beta, second],
    ] as const;
  const present = (values: { alpha: number; beta: number }) =>
    terms(values).flatMap(([factor, loss]) => (factor === 0 ? [] : [loss]));
  return defineLoss({
    name,
    formula: `alpha ${first.name} + beta ${second.name}`,
    parameters: {
      alpha: weightParameter(first.name, defaults.alpha ?? 1),
      beta: weightParameter(second.name, defaults.beta ?? 1),
      ...withDefaults({ ...first.parameters, ...second.parameters }, defaults),
    },
    symmetric: (values) => leastSymmetric(present(values).map((loss) => loss.symmetric(values))),
    isBounded: (values) => present(values).every((loss) => loss.isBounded(values)),
    reference,
    build: (values) => sumOf(terms(values).map(([factor, loss]) => [factor, loss.build(values)])),
  });
}

function withDefaults(parameters: Parameters, defaults: Readonly<Record<string, number>>) {
  return Object.fromEntries(
    Object.entries(parameters).map(([key, parameter]) => {
      const value = defaults[key];
      const isOwn = value !== undefined && parameter.kind === 'number';
      return [key, isOwn ? { ...parameter, default: value } : parameter];
    }),
  );
}
