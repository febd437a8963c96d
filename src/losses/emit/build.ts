import { SymlossError, sameShape } from '../../core/index.ts';
import type { Sample, Size, Sizes, Unified } from '../../graph/emit/index.ts';
import { fitFactor, fitSize, fixedNumber, unify } from '../../graph/emit/index.ts';
import type { Expr, Program } from '../../graph/index.ts';
import { add, input, oneHot, program } from '../../graph/index.ts';
import { batchValues } from '../batch-terms.ts';
import type { LossSpec } from '../spec.ts';
import { parseLoss } from '../spec.ts';

/** A part of what is remembered of a row: columns that have one value. */
export interface Columns {
  readonly start: Size;
  readonly end: Size;
  readonly value: number;
}

/** What is remembered of every row. */
export interface MemoryLayout {
  /** How many numbers it is. */
  readonly width: Size;
  readonly initial: readonly Columns[];
  /** Standard deviations of normal numbers that are added to those before the first step. */
  readonly deviations?: readonly Columns[];
  /** Learning rates of those that are trained. */
  readonly rates?: readonly Columns[];
}

/** A loss as a graph of every number of rows and classes. */
export interface BuiltLoss {
  readonly loss: LossSpec;
  /** Outputs: `losses` [n, k], `batch`, a scalar, and `next_memory` [n, m], where there are such. */
  readonly unified: Unified;
  readonly memory?: MemoryLayout;
}

/** n and k of no simple relation, so that what depends on one does not look as if it did on the other. */
export const defaultSizes: readonly Sizes[] = [
  { n: 89, k: 3 },
  { n: 83, k: 5 },
  { n: 101, k: 8 },
  { n: 73, k: 17 },
  { n: 113, k: 43 },
];

/**
 * The graph of a loss, in float64.
 * @param sizes that it is built for; five or more, of different k and n
 * @throws SymlossError for a loss that is not a function of scores and labels only, or depends on k in a way that is not known
 */
export function buildLoss(spec: string, sizes: readonly Sizes[] = defaultSizes): BuiltLoss {
  const loss = parseLoss(spec);
  const [penalty] = loss.penalties;
  if (penalty !== undefined) {
    throw new SymlossError(
      `emit ${loss.spec}`,
      'a loss of scores and labels',
      `one with a penalty of ${penalty.weight} times the sum of the absolute weights of the network`,
      { hint: 'leave the penalty out (delta=0) and add it where the network is trained' },
    );
  }
  const unified = unify(
    loss.spec,
    sizes.map((size) => sampleOf(loss, size)),
  );
  return { loss, unified, ...layoutOf(loss, sizes) };
}

/** @throws SymlossError for a loss that has parameters which do not fit k classes */
function sampleOf(loss: LossSpec, sizes: Sizes): Sample {
  try {
    return { ...sizes, program: programOf(loss, sizes) };
  } catch (cause) {
    if (!(cause instanceof SymlossError)) throw cause;
    const expected = 'a loss for every number of classes';
    throw new SymlossError(`emit ${loss.spec}`, expected, cause.message, { cause });
  }
}

function programOf(loss: LossSpec, { n, k }: Sizes): Program {
  const { classLoss, views, memory, batchTerms } = loss;
  const scores = input('scores', [n, k], 'float64');
  const second = views && input('second_scores', [n, k], 'float64');
  const width = memory?.initial(k).length ?? 0;
  const before = memory && input('memory', [n, width], 'float64');
  const visit = before && memory.visit(scores, before, second);
  const losses = visit?.losses ?? (second && views ? views(scores, second) : classLoss(scores));
  const targets = oneHot(input('labels', [n], 'int32'), k, 'float64');
  const terms = batchValues(batchTerms, { scores, targets, memory: before });
  return program({
    losses,
    ...(terms.length > 0 && { batch: terms.reduce((a, b) => add(a, b)) }),
    ...(visit && !isWholeInput(visit.memory) && { next_memory: visit.memory }),
  });
}

/** Whether it is an input as it is, or all of its columns. */
function isWholeInput(x: Expr): boolean {
  const [source] = x.inputs;
  const isAll = x.op === 'slice' && source !== undefined && sameShape(x.shape, source.shape);
  return x.op === 'input' || (isAll && isWholeInput(source));
}

function layoutOf({ memory }: LossSpec, sizes: readonly Sizes[]): Pick<BuiltLoss, 'memory'> {
  if (memory === undefined) return {};
  const columns = (rows: (k: number) => readonly number[]) => columnsOf(sizes, rows);
  const { deviations, rates } = memory;
  const widths = sizes.map(({ k }) => memory.initial(k).length);
  return {
    memory: {
      width: known(fitSize(sizes, widths)),
      initial: columns((k) => memory.initial(k)),
      ...(deviations && { deviations: columns((k) => deviations.call(memory, k)) }),
      ...(rates && { rates: columns((k) => rates.call(memory, k)) }),
    },
  };
}

function columnsOf(sizes: readonly Sizes[], rows: (k: number) => readonly number[]): Columns[] {
  const runs = sizes.map(({ k }) => {
    const row = rows(k);
    const starts = row.flatMap((value, i) => (i > 0 && value === row[i - 1] ? [] : [i]));
    return starts.map((start, i) => ({
      start,
      end: starts[i + 1] ?? row.length,
      value: row[start] as number,
    }));
  });
  const [first = []] = runs;
  return first.map((_, i) => {
    const numbers = (key: 'start' | 'end' | 'value') =>
      runs.map((list) => list[i]?.[key] ?? Number.NaN);
    return {
      start: known(fitSize(sizes, numbers('start'))),
      end: known(fitSize(sizes, numbers('end'))),
      value: fixedNumber(known(fitFactor(sizes, numbers('value')))) as number,
    };
  });
}

function known<T>(value: T | undefined): T {
  if (value !== undefined) return value;
  const expected = 'a memory whose parts grow with the number of classes k';
  throw new SymlossError('emit', expected, 'another');
}
