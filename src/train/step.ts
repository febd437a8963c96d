import type { Shape, Tensor } from '../core/index.ts';
import { fromNumbers, sizeOf } from '../core/index.ts';
import type { Expr, Precision, Program } from '../graph/index.ts';
import { constant, grad, input, mul, oneHot, program, slice, sub, where } from '../graph/index.ts';
import type { BatchTerm, ClassLoss, Penalty, RowMemory, TwoViewLoss } from '../losses/index.ts';
import { batchValues, objective } from '../losses/index.ts';
import type { Layer, Variable } from '../nn/index.ts';
import { Scope } from '../nn/index.ts';
import { clip } from './clip.ts';
import { averageName, averageScope, movedAverage, newestWeight } from './ema.ts';
import { scaledGradients } from './loss-scale.ts';
import type { Optimizer } from './optimizers/index.ts';
import type { Slot } from './slot.ts';
import { nextName, rowMemory } from './slot-names.ts';

export interface StepOptions {
  readonly network: Layer;
  readonly loss: ClassLoss;
  readonly penalties?: readonly Penalty[];
  readonly batchTerms?: readonly BatchTerm[];
  /** Of a loss that takes two views of a row, in place of `loss`: `features` are then [2·batch, …], all first views, then all second ones. */
  readonly views?: TwoViewLoss | undefined;
  /** Of a loss that remembers rows, in place of `loss`; how many training rows there are. */
  readonly memory?: { readonly loss: RowMemory; readonly rows: number } | undefined;
  readonly optimizer: Optimizer;
  /** Largest Euclidean norm of all gradients together; larger ones are scaled down to it. */
  readonly clipNorm?: number | undefined;
  /**
   * Decay d in [0, 1) of an exponential moving average over steps of all variables of the network, its running statistics included. The
   * averages are then what the network predicts with. Default: there are none.
   */
  readonly ema?: number | undefined;
  /**
   * `mixed` for a step that is lowered with products in float16: its gradients are those of a scaled objective, and where they overflow
   * the step changes nothing but the scale, which it halves. Default: `single`.
   */
  readonly precision?: Precision | undefined;
  readonly batchSize: number;
  readonly featureShape: Shape;
  readonly k: number;
  /** Whether rows carry weights, the input `weights`. */
  readonly weighted?: boolean;
  /** Whether labels are soft, the input `targets`. */
  readonly soft?: boolean;
}

/** One update as a graph: forward, loss, backward, clipping and optimiser in one program. */
export interface TrainingStep {
  /** Outputs: `objective` (scalar) and `next/…` for every slot. */
  readonly program: Program;
  readonly slots: readonly Slot[];
  /** Inputs that get fresh uniform random numbers at each step. */
  readonly uniforms: readonly { readonly name: string; readonly shape: Shape }[];
}

/**
 * Builds the training step. Its inputs are `features` [batch, …], `labels` int32 [batch] or, where
 * they are soft, `targets` [batch, k],
 * `weights` [batch] if weighted, `rowMemory` [batch, m] where the loss remembers rows, the scalars `learningRate` and `stepNumber` where they are used,
 * and the slots.
 */
export function buildStep(options: StepOptions): TrainingStep {
  const { batchSize, featureShape, k, optimizer } = options;
  const scope = new Scope('train');
  const views = options.views === undefined ? 1 : 2;
  const features = input('features', [views * batchSize, ...featureShape]);
  const targets = options.soft
    ? input('targets', [batchSize, k])
    : oneHot(input('labels', [batchSize], 'int32'), k);
  const all = options.network(features, scope);
  const scores = views === 1 ? all : slice(all, [0, 0], [batchSize, k]);
  const second = views === 1 ? undefined : slice(all, [batchSize, 0], [2 * batchSize, k]);
  const memory = options.memory && rememberingLoss(options.memory, scores, second);
  const losses =
    memory?.losses ??
    (second && options.views ? options.views(scores, second) : options.loss(scores));
  const weights = options.weighted ? { weights: input('weights', [batchSize]) } : {};
  const parameters = scope.variables.filter(({ kind }) => kind === 'parameter');
  const expressions = parameters.map(({ expr }) => expr);
  const value = objective(losses, targets, {
    ...weights,
    terms: batchValues(options.batchTerms ?? [], {
      ...{ scores, targets, memory: memory?.before },
      ...weights,
    }),
    penalties: options.penalties ?? [],
    parameters: expressions,
  });
  const states = scope.variables.filter(({ kind }) => kind === 'state');
  const updated = states.map((variable) => scope.updated(variable));
  const scaled =
    options.precision === 'mixed' ? scaledGradients(value, expressions, updated) : undefined;
  const gradients = clip(scaled?.gradients ?? grad(value, expressions), options.clipNorm);
  /** A step that overflows leaves all as it is. */
  const after = (next: Expr, before: Expr): Expr =>
    scaled === undefined ? next : where(scaled.isGood, next, before);

  const outputs: Record<string, Expr> = { objective: scaled?.objective ?? value, ...scaled?.next };
  const role = options.ema === undefined ? 'network' : 'optimizer';
  const slots: Slot[] = scope.variables.map((variable) => variableSlot(variable, role));
  slots.push(...(scaled?.slots ?? []));
  if (memory) {
    outputs[nextName(rowMemory)] = after(memory.next(value), memory.before);
    slots.push(memory.slot);
  }
  states.forEach(({ name, expr }, i) => {
    outputs[nextName(name)] = after(updated[i] as Expr, expr);
  });
  parameters.forEach(({ name, expr }, i) => {
    const own = optimizer.init().map((part) => ({ name: `${name}/${part}`, shape: expr.shape }));
    const before = own.map((slot) => input(slot.name, slot.shape));
    const { parameter, state } = optimizer.update({
      parameter: expr,
      gradient: gradients[i] as Expr,
      state: before,
      learningRate: input('learningRate', []),
      stepNumber: scaled?.updateNumber ?? input('stepNumber', []),
    });
    outputs[nextName(name)] = after(parameter, expr);
    own.forEach((slot, j) => {
      slots.push({ ...slot, role: 'optimizer', initialise: () => zerosOf(slot.shape) });
      outputs[nextName(slot.name)] = after(state[j] as Expr, before[j] as Expr);
    });
  });
  if (options.ema !== undefined) {
    const weight = newestWeight(options.ema, input('stepNumber', []));
    for (const { name, expr } of scope.variables) {
      const slot = averageSlot(name, expr.shape);
      const value = outputs[nextName(name)] as Expr;
      outputs[nextName(slot.name)] = movedAverage(input(slot.name, slot.shape), value, weight);
      slots.push(slot);
    }
  }
  const uniforms = scope.uniforms.map(({ attrs: { name, shape } }) => ({ name, shape }));
  return { program: program(outputs), slots, uniforms };
}

/** The loss of the rows of a batch, what is remembered of them before and after the step, and the slot of all rows. */
function rememberingLoss(
  { loss, rows }: NonNullable<StepOptions['memory']>,
  scores: Expr,
  second: Expr | undefined,
) {
  const [n = 0, k = 0] = scores.shape;
  const initial = loss.initial(k);
  const before = input(rowMemory, [n, initial.length]);
  const { losses, memory } = loss.visit(scores, before, second);
  const [rates, deviations] = [loss.rates?.(k), loss.deviations?.(k)];
  const slot: Slot = {
    name: rowMemory,
    shape: [rows, initial.length],
    role: 'rows',
    initialise: (rng) =>
      Float32Array.from({ length: rows * initial.length }, (_, i) => {
        const deviation = deviations?.[i % initial.length] ?? 0;
        const first = initial[i % initial.length] as number;
        return deviation === 0 ? first : first + deviation * rng.normal();
      }),
  };
  const next = (objectiveValue: Expr): Expr => {
    if (rates === undefined) return memory;
    const gradient = grad(objectiveValue, [before])[0] as Expr;
    const steps = constant(fromNumbers('float32', [1, rates.length], rates));
    return sub(memory, mul(gradient, steps));
  };
  return { losses, before, next, slot };
}

/**
 * Applies the network: `features` [batch, …] and its variables → `scores` [batch, k].
 * @param averaged whether its variables are the averages of a step with `ema`
 */
export function buildForward(
  network: Layer,
  batchSize: number,
  featureShape: Shape,
  { averaged = false }: { readonly averaged?: boolean } = {},
): Program {
  const features = input('features', [batchSize, ...featureShape]);
  const scope = new Scope('infer');
  return program({ scores: network(features, averaged ? scope.within(averageScope) : scope) });
}

/** The tensors of a program by name: what `next/…` outputs become at the following step. */
export type Slots = Record<string, Tensor>;

function variableSlot({ name, expr, initialise }: Variable, role: Slot['role']): Slot {
  const { shape } = expr;
  return { name, shape, role, initialise: (rng) => initialise(shape, rng) };
}

/** Where it starts does not matter: the first step gives it no weight. */
function averageSlot(variable: string, shape: Shape): Slot {
  const name = averageName(variable);
  return { name, shape, role: 'network', averages: variable, initialise: () => zerosOf(shape) };
}

function zerosOf(shape: Shape): Float32Array {
  return new Float32Array(sizeOf(shape));
}
