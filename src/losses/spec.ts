import type { Parameters, Values } from '../core/index.ts';
import type { Expr } from '../graph/index.ts';
import { mul } from '../graph/index.ts';
import type { BatchTerm } from './batch-terms.ts';
import type { ClassLoss, TwoViewLoss } from './class-loss.ts';
import { centred, checkedLoss, symmetrize } from './class-loss.ts';
import { leastSymmetric, sumBatchTerms, sumMemory, sumOf, sumViews } from './combine.ts';
import type { LossDefinition, ScoreNormalisation, Symmetry } from './definition.ts';
import { clipScores, logitClip, logitClipParameters } from './logit-clip.ts';
import type { RowMemory } from './memory.ts';
import { withLosses } from './memory.ts';
import type { Penalty } from './objective.ts';
import { parseTree } from './parse.ts';
import { findLoss } from './registry.ts';
import type { LossRules, LossTree } from './tree.ts';
import { foldLoss } from './tree.ts';
import { slopeAtEqualScores, unitFactor, unitSlope } from './unit-slope.ts';

/** What a loss spec stands for. */
export interface LossSpec extends Properties {
  readonly tree: LossTree;
  /** `l2` for a loss that is unbounded below: training on raw scores diverges. Else `none`. */
  readonly defaultScores: ScoreNormalisation;
}

interface Properties {
  /** The canonical spec: the first parameter, and every other that is not at its default. */
  readonly spec: string;
  /** `symmetrize`, `unit`, `logit-clip` or `sum` for a loss made of others. */
  readonly name: string;
  /** The values of all parameters; for `symmetrize(…)`, `unit(…)` and `logit-clip(…)` those of what is in it, for sums none. */
  readonly params: Values;
  /** With a memory, the loss of rows that are seen for the first time. */
  readonly classLoss: ClassLoss;
  /** The loss of two views of a row, where it takes two: `classLoss` is that of equal ones. */
  readonly views?: TwoViewLoss | undefined;
  /** What it remembers of every row, if anything. */
  readonly memory?: RowMemory | undefined;
  readonly penalties: readonly Penalty[];
  /** Terms over the whole batch, which no other property here counts. */
  readonly batchTerms: readonly BatchTerm[];
  readonly symmetric: Symmetry;
  /** Whether values stay in a finite range over all scores. */
  readonly isBounded: boolean;
  readonly isBoundedBelow: boolean;
  /** An upper bound of the Hessian norm over all scores of k classes, if one is proved (docs/theory.md). */
  readonly smoothness: (k: number) => number | undefined;
  /** The same of the symmetric part. */
  readonly symmetrizedSmoothness: (k: number) => number | undefined;
}

/**
 * Reads a spec:
 * - `ce`, `sgce:q=0.4`, `gce:0.7` (values without a name in the order of the loss's parameters);
 * - `symmetrize(gce:q=0.7,minProb=0)`, of any spec;
 * - `unit(sgce:q=0.7)`, of any spec: scaled to unit slope at equal scores, see `unitSlope`;
 * - `logit-clip(ce):temp=1.5`, of any spec: with clipped scores, see `logitClip`;
 * - `0.5*ce + 2*mae`: sums of those, each with a factor above 0 or none. Names of losses that
 *   contain a `+` win: `nce+agce` is that loss, `nce + agce`, with blanks, is a plain sum.
 * @throws SymlossError for an unknown loss, an unknown parameter, a value out of range or
 *   parentheses that do not match
 */
export function parseLoss(text: string): LossSpec {
  return lossSpec(parseTree(text));
}

/** What a tree stands for. @throws SymlossError for a loss that is not registered */
export function lossSpec(tree: LossTree): LossSpec {
  const found = foldLoss(tree, properties);
  return { ...found, tree, defaultScores: found.isBoundedBelow ? 'none' : 'l2' };
}

const properties: LossRules<Properties> = {
  named({ name, params }) {
    const definition = findLoss(name);
    const symmetric = definition.symmetric(params);
    const views = definition.views?.(params);
    const isBounded = definition.isBounded(params);
    const smoothness = (k: number) => definition.smoothness?.(params, k);
    return {
      spec: formatNamed(definition, params),
      name,
      params,
      classLoss: checkedLoss(definition.build(params), `loss ${name}`),
      ...(views && { views }),
      ...(definition.memory && { memory: definition.memory(params) }),
      penalties: definition.penalties?.(params) ?? [],
      batchTerms: definition.batchTerms?.(params) ?? [],
      symmetric,
      isBounded,
      isBoundedBelow: definition.isBoundedBelow?.(params) ?? (isBounded || symmetric === 'no'),
      smoothness,
      symmetrizedSmoothness(k) {
        if (definition.symmetrizedSmoothness) return definition.symmetrizedSmoothness(params, k);
        const bound = smoothness(k);
        return bound === undefined || symmetric === 'yes' ? bound : ((2 * (k - 1)) / k) * bound;
      },
    };
  },

  symmetrize: (base) => ({
    ...base,
    spec: `symmetrize(${base.spec})`,
    name: 'symmetrize',
    classLoss: symmetrize(base.classLoss),
    ...changed(base, centred),
    symmetric: 'yes',
    isBoundedBelow: base.isBounded,
    smoothness: base.symmetrizedSmoothness,
  }),

  unit: (base) => {
    const bound = (smoothness: LossSpec['smoothness']) => (k: number) => {
      const own = smoothness(k);
      return own === undefined ? undefined : own / slopeAtEqualScores(base.classLoss, k);
    };
    return {
      ...base,
      spec: `unit(${base.spec})`,
      name: 'unit',
      classLoss: unitSlope(base.classLoss, base.spec),
      ...changed(base, (losses) => {
        const k = losses.shape.at(-1) as number;
        return mul(losses, unitFactor(base.classLoss, k, base.spec));
      }),
      smoothness: bound(base.smoothness),
      symmetrizedSmoothness: bound(base.symmetrizedSmoothness),
    };
  },

  logitClip: (base, params) => {
    const { memory, views } = base;
    const clipped = (scores: Expr) => clipScores(scores, params.temp, params.eps);
    const own = formatValues(logitClipParameters, params);
    return {
      ...base,
      spec: `logit-clip(${base.spec}):${own}`,
      name: 'logit-clip',
      classLoss: logitClip(base.classLoss, params.temp, params.eps),
      ...(views && { views: (a, b) => views(clipped(a), clipped(b)) }),
      ...(memory && {
        memory: {
          ...memory,
          visit: (scores, before, second) =>
            memory.visit(clipped(scores), before, second && clipped(second)),
        },
      }),
      batchTerms: base.batchTerms.map(({ weight, value }) => ({
        weight,
        value: (batch) => value({ ...batch, scores: clipped(batch.scores) }),
      })),
      // clipped scores are a bounded set
      isBounded: true,
      isBoundedBelow: true,
      smoothness: () => undefined,
      symmetrizedSmoothness: () => undefined,
    };
  },

  /** What all terms claim, the sum claims; factors are above 0. */
  sum: (terms) => ({
    ...present({ memory: sumMemory(terms), views: sumViews(terms) }),
    spec: terms
      .map(([factor, { spec }]) => (factor === 1 ? spec : `${factor}*${spec}`))
      .join(' + '),
    name: 'sum',
    params: {},
    classLoss: sumOf(terms.map(([factor, { classLoss }]) => [factor, classLoss])),
    penalties: terms.flatMap(([factor, { penalties }]) =>
      penalties.map((penalty) => ({ ...penalty, weight: factor * penalty.weight })),
    ),
    batchTerms: sumBatchTerms(terms),
    symmetric: leastSymmetric(terms.map(([, term]) => term.symmetric)),
    isBounded: terms.every(([, term]) => term.isBounded),
    isBoundedBelow: terms.every(([, term]) => term.isBoundedBelow),
    smoothness: () => undefined, // none is proved
    symmetrizedSmoothness: () => undefined,
  }),
};

type Inputs = Pick<Properties, 'memory' | 'views'>;

/** Those of a loss whose losses are changed. */
function changed({ memory, views }: Inputs, change: (losses: Expr) => Expr): Inputs {
  return present({
    memory: memory && withLosses(memory, change),
    views: views && ((scores, second) => change(views(scores, second))),
  });
}

function present({ memory, views }: Inputs): Inputs {
  return { ...(memory && { memory }), ...(views && { views }) };
}

function formatNamed({ name, parameters }: LossDefinition, params: Values): string {
  const list = formatValues(parameters, params);
  return list === '' ? name : `${name}:${list}`;
}

function formatValues(parameters: Parameters, params: Values): string {
  const shown = Object.entries(params).filter(
    // the first parameter is what tells variants of one loss apart, so it is always shown
    ([key, value], i) =>
      i === 0 || value !== parameters[key]?.default || parameters[key]?.shown === 'always',
  );
  return shown.map(([key, value]) => `${key}=${value}`).join(',');
}
