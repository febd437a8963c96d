import { checkNumber, readForm, SymlossError } from '../../core/index.ts';
import { adamWForm } from './adamw.ts';
import type { Optimizer, OptimizerForm } from './optimizer.ts';
import { sgdForm } from './sgd.ts';

/** All optimisers by name, in the order of listings. */
export const optimizerForms = {
  sgd: sgdForm,
  adamw: adamWForm,
} as const satisfies Readonly<Record<string, OptimizerForm>>;

export interface OptimizerOptions {
  /** λ ≥ 0. Default: what the optimiser takes for so many `rows`. */
  readonly weightDecay?: number | undefined;
  /** Number of training rows. Default: unknown, and the weight decay that of `sgd()`, `adamW()`, …. */
  readonly rows?: number | undefined;
}

/**
 * Reads an optimiser spec: `sgd`, `sgd:momentum=0.9,nesterov=true`, `adamw:beta2=0.99`.
 * `optimizerForms` lists them all.
 * @throws SymlossError for an unknown optimiser, or a parameter or weight decay out of range
 */
export function parseOptimizer(
  text: string,
  { weightDecay, rows }: OptimizerOptions = {},
): Optimizer {
  const { form, values } = read(text);
  const byDefault = rows === undefined ? undefined : form.weightDecay(rows);
  return form.build(values, weightDecay ?? byDefault);
}

export interface OptimizerDefaults {
  readonly learningRate: number;
  readonly weightDecay: number;
}

/**
 * The learning rate and weight decay that an optimiser takes where none are given.
 * @param rows number of training rows
 * @throws SymlossError as `parseOptimizer` does
 */
export function optimizerDefaults(text: string, rows: number): OptimizerDefaults {
  const { form } = read(text);
  return { learningRate: form.learningRate, weightDecay: form.weightDecay(rows) };
}

/** An optimiser with what it takes in a run. */
export interface ResolvedOptimizer {
  readonly optimizer: Optimizer;
  readonly learningRate: number;
  /** Absent where an optimiser object carries its own. */
  readonly weightDecay: number | undefined;
}

/**
 * What a run trains with: what is given, and the optimiser's own defaults for the rest.
 * @param optimizer a spec, or an optimiser object, which carries its weight decay
 * @throws SymlossError for a wrong spec, a rate or decay out of range, or a decay beside an object
 */
export function resolveOptimizer(
  optimizer: string | Optimizer,
  given: {
    readonly learningRate?: number | undefined;
    readonly weightDecay?: number | undefined;
    /** Number of training rows. */
    readonly rows: number;
  },
): ResolvedOptimizer {
  const rateOf = (byDefault: number) =>
    checkNumber('learning rate', given.learningRate ?? byDefault, { min: 0, openMin: true });
  if (typeof optimizer !== 'string') {
    if (given.weightDecay !== undefined) {
      const [expected, received] = ['the one in the optimizer object', String(given.weightDecay)];
      throw new SymlossError('weight decay', expected, received, {
        hint: 'give it to the optimizer, or name the optimizer by its spec',
      });
    }
    const learningRate = rateOf(optimizer.defaultLearningRate);
    return { optimizer, learningRate, weightDecay: undefined };
  }
  const defaults = optimizerDefaults(optimizer, given.rows);
  const decay = checkNumber('weight decay', given.weightDecay ?? defaults.weightDecay, { min: 0 });
  return {
    optimizer: parseOptimizer(optimizer, { weightDecay: decay }),
    learningRate: rateOf(defaults.learningRate),
    weightDecay: decay,
  };
}

function read(text: string) {
  return readForm<OptimizerForm>('optimizer', text, optimizerForms);
}
