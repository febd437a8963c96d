import type { Expr } from '../graph/index.ts';
import { add, cast, div, grad, input, less, lessEqual, mul, where } from '../graph/index.ts';
import { squaredNorm } from './clip.ts';
import type { Slot } from './slot.ts';
import { nextName } from './slot-names.ts';

/**
 * How the scale changes, as `torch.amp.GradScaler` of PyTorch does by default: it starts at `first`, is halved by a step that overflows,
 * and doubled after `interval` steps in a row that did not. Below `least`, 33 halvings from `first`, a run does not go on.
 */
export const lossScale = { first: 2 ** 16, interval: 2000, least: 2 ** -16 } as const;

/** The slots, scalars: the scale; steps since it changed or one overflowed; updates of the parameters, without the steps that overflowed. */
export const scaleSlots = {
  scale: 'lossScale/scale',
  goodSteps: 'lossScale/goodSteps',
  updates: 'lossScale/updates',
} as const;

/** Sums of squares beyond it are taken as infinite: far from what training gives, and from the end of float32. */
const largest = 2 ** 120;

export interface ScaledGradients {
  /** As without a scale, but for what float16 makes of them. */
  readonly gradients: readonly Expr[];
  /** The objective; infinite where the scale is below the least, so that the run ends. */
  readonly objective: Expr;
  /** Whether nothing overflowed, a bool: the step is made only then. */
  readonly isGood: Expr;
  /** The number of the update that the step is, 1 at the first. */
  readonly updateNumber: Expr;
  readonly slots: readonly Slot[];
  /** What the slots are after the step, by the names of outputs. */
  readonly next: Readonly<Record<string, Expr>>;
}

/**
 * Gradients of a step in mixed precision. Float16 has no numbers below 6e-8 and none beyond 65,504, so the objective is multiplied by a
 * scale before the backward pass, and the gradients are divided by it in float32.
 *
 * Source: Micikevicius et al., *Mixed precision training*, ICLR 2018, section 3.2.
 * @param objective a scalar
 * @param states what else the step makes of the network, such as running statistics: it overflows with the activations
 */
export function scaledGradients(
  objective: Expr,
  parameters: readonly Expr[],
  states: readonly Expr[],
): ScaledGradients {
  const scale = input(scaleSlots.scale, []);
  const goodSteps = add(input(scaleSlots.goodSteps, []), 1);
  const updates = input(scaleSlots.updates, []);
  const gradients = grad(mul(objective, scale), parameters).map((g) => div(g, scale));
  const isGood = less(squaredNorm([...gradients, ...states, objective]), largest);
  const isEarly = less(goodSteps, lossScale.interval);
  const updateNumber = add(updates, 1);
  const next = {
    scale: where(isGood, where(isEarly, scale, mul(scale, 2)), div(scale, 2)),
    goodSteps: where(isGood, where(isEarly, goodSteps, 0), 0),
    updates: where(isGood, updateNumber, updates),
  };
  const first = { scale: lossScale.first, goodSteps: 0, updates: 0 };
  const names = Object.entries(scaleSlots) as [keyof typeof scaleSlots, string][];
  return {
    gradients,
    objective: div(objective, cast(lessEqual(lossScale.least, scale), objective.dtype)),
    isGood,
    updateNumber,
    slots: names.map(([key, name]) => ({
      ...{ name, shape: [], role: 'optimizer' },
      initialise: () => Float32Array.of(first[key]),
    })),
    next: Object.fromEntries(names.map(([key, name]) => [nextName(name), next[key]])),
  };
}
