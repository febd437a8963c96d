import { z } from 'zod';
import {
  checkInteger,
  field,
  parseDecimal,
  SymlossError,
  splitAtCommas,
  stream,
} from '../../core/index.ts';
import { parametersOf, parseLoss, withParameter } from '../../losses/index.ts';
import type { Field } from '../../run/fields.ts';
import { fieldNames, fields } from '../../run/fields.ts';
import type { SomeTraining } from '../grid/schema.ts';

/** Values to choose from: a list, or a range that is drawn from evenly on a logarithmic scale. */
export type TuneRange = readonly number[] | { readonly min: number; readonly max: number };

/** What is tuned: settings of the training that are numbers, such as `learningRate`, and parameters of losses by name. */
export type TuneSpace = Readonly<Record<string, TuneRange>>;

/** One setting of a loss that is tried. */
export interface Candidate {
  /** The spec with its parameters. */
  readonly loss: string;
  readonly training: SomeTraining;
  /** What was drawn, by name. */
  readonly values: Readonly<Record<string, number>>;
}

export const defaultSpace: TuneSpace = {
  learningRate: { min: 0.003, max: 1 },
  weightDecay: { min: 1e-4, max: 0.1 },
};

/** Of one loss; each is trained with every noise and seed. */
const mostCandidates = 10_000;

/** Settings of the training that are numbers on a scale. */
const trainingKeys: readonly string[] = fieldNames('training').filter((name) => {
  const { schema, sweep }: Field = fields[name];
  return sweep !== undefined && schema instanceof z.ZodNumber;
});

/**
 * Reads `learningRate=0.003..1,weightDecay=0.001/0.01,q=0.1/0.4/0.7`: ranges and lists.
 * @throws SymlossError for what is neither
 */
export function parseSpace(text: string): TuneSpace {
  const space: Record<string, TuneRange> = {};
  for (const piece of splitAtCommas(text)) {
    const [, key = '', values = ''] = /^(\w+)\s*=\s*(.+)$/.exec(piece) ?? [];
    if (key === '' || Object.hasOwn(space, key)) {
      const expected = 'each name once, as in learningRate=0.01..1,q=0.1/0.4/0.7';
      throw new SymlossError('tuning space', expected, JSON.stringify(piece));
    }
    const where = `tuning space, ${key}`;
    const [min, max, ...more] = values.split('..').map((part) => part.trim());
    if (max === undefined) {
      space[key] = values.split('/').map((value) => parseDecimal(where, value.trim()));
    } else if (more.length > 0) {
      throw new SymlossError(where, 'a range such as 0.01..1', JSON.stringify(values));
    } else {
      space[key] = { min: parseDecimal(where, min ?? ''), max: parseDecimal(where, max) };
    }
  }
  return space;
}

/**
 * Draws as many candidates for each loss. The values of a name are drawn from a stream of their own, so
 * all losses are tried with the same rates and decays.
 * @throws SymlossError for a range that is none, or a name that no loss knows
 */
export function randomCandidates(
  losses: readonly string[],
  space: TuneSpace,
  trials: number,
  seed: number,
): Candidate[][] {
  checkInteger('trials', trials, { min: 1, max: mostCandidates });
  checkSpace(losses, space);
  const draws = new Map(
    Object.entries(space).map(([key, range]) => {
      const rng = stream(seed, `tune/${key}`);
      return [key, Array.from({ length: trials }, () => draw(range, rng.uniform()))] as const;
    }),
  );
  return losses.map((loss) =>
    Array.from({ length: trials }, (_, trial) =>
      candidate(
        loss,
        keysOf(loss, space).map((key) => [key, draws.get(key)?.[trial] as number]),
      ),
    ),
  );
}

/**
 * All combinations of lists, the same for each loss.
 * @throws SymlossError for a range, and for a parameter that only some of the losses have: these would
 * be tried more often than the others
 */
export function gridCandidates(losses: readonly string[], space: TuneSpace): Candidate[][] {
  checkSpace(losses, space);
  const combinations = Object.entries(space).reduce<[string, number][][]>(
    (sofar, [key, range]) => {
      if (!isList(range)) {
        throw new SymlossError(`tuning space, ${key}`, 'a list such as 0.01/0.1', 'a range', {
          hint: `draw from ranges (${field('search', 'random')})`,
        });
      }
      const lacking = losses.find((loss) => !keysOf(loss, space).includes(key));
      if (lacking !== undefined) {
        throw new SymlossError(`tuning space, ${key}`, 'a parameter of all losses', lacking, {
          hint: `some losses would be tried more often than others; draw instead (${field('search', 'random')})`,
        });
      }
      if (sofar.length * range.length > mostCandidates) {
        const expected = `at most ${mostCandidates} combinations`;
        throw new SymlossError('tuning space', expected, 'more', {
          hint: `draw some of them (${field('search', 'random')})`,
        });
      }
      return sofar.flatMap((chosen) =>
        range.map((value) => [...chosen, [key, value] as [string, number]]),
      );
    },
    [[]],
  );
  return losses.map((loss) => combinations.map((chosen) => candidate(loss, chosen)));
}

/** The names whose value is the first or last of what there was: the best may lie beyond. */
export function edgesOf({ values }: Candidate, space: TuneSpace): string[] {
  return Object.entries(values)
    .filter(([key, value]) => {
      const range = space[key] as TuneRange;
      if (isList(range)) {
        return range.length > 1 && (value === Math.min(...range) || value === Math.max(...range));
      }
      const place = Math.log(value / range.min) / Math.log(range.max / range.min);
      return place < edgeShare || place > 1 - edgeShare;
    })
    .map(([key]) => key);
}

/** The outer part of a range that counts as its edge. */
const edgeShare = 0.05;

function checkSpace(losses: readonly string[], space: TuneSpace): void {
  const keys = Object.keys(space);
  if (keys.length === 0) throw new SymlossError('tuning space', 'something to tune', 'nothing');
  for (const [key, range] of Object.entries(space)) {
    const where = `tuning space, ${key}`;
    if (!losses.some((loss) => keysOf(loss, space).includes(key))) {
      const known = [...new Set([...trainingKeys, ...losses.flatMap(parametersOf)])];
      throw new SymlossError(where, `one of ${known.join(', ')}`, key);
    }
    if (isList(range) ? range.length === 0 : !(range.min > 0 && range.max > range.min)) {
      const expected = 'values, or a range from above 0 to more';
      throw new SymlossError(
        where,
        expected,
        isList(range) ? 'none' : `${range.min}..${range.max}`,
      );
    }
  }
}

/** What of the space concerns a loss. */
function keysOf(loss: string, space: TuneSpace): string[] {
  const own = parametersOf(loss);
  return Object.keys(space).filter((key) => trainingKeys.includes(key) || own.includes(key));
}

function candidate(loss: string, values: readonly (readonly [string, number])[]): Candidate {
  const training = values.filter(([key]) => trainingKeys.includes(key));
  const parameters = values.filter(([key]) => !trainingKeys.includes(key));
  return {
    loss: parameters.reduce(
      (spec, [key, value]) => withParameter(spec, key, value),
      parseLoss(loss).spec,
    ),
    training: Object.fromEntries(training),
    values: Object.fromEntries(values),
  };
}

/** Three digits, so that files can be read. */
function draw(range: TuneRange, u: number): number {
  if (isList(range)) return range[Math.floor(u * range.length)] as number;
  const { min, max } = range;
  const value = Number((min * (max / min) ** u).toPrecision(3));
  return Math.min(max, Math.max(min, value));
}

function isList(range: TuneRange): range is readonly number[] {
  return Array.isArray(range);
}
