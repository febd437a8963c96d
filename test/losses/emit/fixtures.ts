import { groupCases, readReference } from '../fixture.ts';
import type { RivalCase } from '../fixture-2026.ts';
import { batchLosses, batchOf, groupRivals, readRivals } from '../fixture-2026.ts';
import { cancellation, difference } from '../values.ts';

type Rows = readonly (readonly number[])[];

/** A batch of rows with what a loss has for them, from the fixtures. */
export interface EmitCase {
  readonly name: string;
  readonly spec: string;
  readonly scores: Rows;
  readonly labels: readonly number[];
  readonly second?: Rows;
  readonly memory?: Rows;
  /** The losses of the rows; of a batch with a term of its own, `mean` is what is known. */
  readonly losses?: readonly number[];
  readonly mean?: number;
  /** The gradient of the losses of the rows, or of `mean`. */
  readonly gradient: Rows;
  readonly nextMemory?: Rows;
}

/** All cases of both fixtures, those of one loss and k as a batch. */
export function emitCases(): EmitCase[] {
  const plain = groupCases(readReference()).map(
    ({ spec, k, cases }): EmitCase => ({
      name: `${spec}, k = ${k}`,
      spec,
      scores: cases.map(({ z }) => z),
      labels: cases.map(({ y }) => y),
      losses: cases.map(({ value }) => value),
      gradient: cases.map(({ grad }) => grad),
    }),
  );
  const rivals = groupRivals(readRivals().cases);
  const rows = rivals
    .filter(({ loss }) => !batchLosses.includes(loss))
    .map(
      ({ name, spec, cases }): EmitCase => ({
        name,
        spec,
        scores: cases.map(({ z }) => z as readonly number[]),
        labels: cases.map(({ y }) => y as number),
        losses: cases.map(({ value }) => value),
        gradient: cases.map(({ grad, grad_true }) => grad_true ?? (grad as readonly number[])),
        ...(cases[0]!.z2 && { second: cases.map(({ z2 }) => z2!) }),
        ...memoryOf(cases),
      }),
    );
  const batches = rivals
    .filter(({ loss }) => batchLosses.includes(loss))
    .flatMap(({ name, spec, cases }) =>
      cases.map((c): EmitCase => {
        const { scores, labels, value, gradients, second, memory } = batchOf(c);
        return {
          ...{ name: `${name}, case ${c.id}`, spec, scores, labels },
          ...{ mean: value, gradient: gradients },
          ...(second && { second }),
          ...(memory && { memory }),
        };
      }),
    );
  return [...plain, ...rows, ...batches];
}

function memoryOf(cases: readonly RivalCase[]): Pick<EmitCase, 'memory' | 'nextMemory'> {
  const [first] = cases as [RivalCase];
  if (first.t !== undefined) {
    return { memory: cases.map(({ t }) => t!), nextMemory: cases.map((c) => c.t_new!) };
  }
  if (first.u !== undefined) return { memory: cases.map(({ u, v }) => [u!, ...v!]) };
  if (first.lam === undefined) return {};
  return { memory: cases.map(({ lam }) => [lam!]), nextMemory: cases.map((c) => [c.lam_new!]) };
}

/** What a function gave for a case: the losses of the rows, their mean, the memory, and the gradient; flat. */
export interface EmitResult {
  readonly losses: readonly number[];
  readonly mean: readonly number[];
  readonly memory: readonly number[];
  /** Default: not computed. */
  readonly gradient?: readonly number[];
}

/** Where results differ from the fixtures. Gradients are compared relative to the largest entry of their row. */
export function faultsOf(
  cases: readonly EmitCase[],
  results: readonly EmitResult[],
  tolerances: Readonly<Record<'losses' | 'memory' | 'gradient', number>>,
  { scaled = false } = {},
): string[] {
  return cases.flatMap((c, i) => {
    const { losses, mean, memory, gradient = c.gradient.flat() } = results[i]!;
    const scales = scaled ? cancellation(c.spec, c.scores) : c.scores.map(() => 1);
    const relative = (list: readonly number[]) => list.map((v, row) => v / scales[row]!);
    const k = c.scores[0]!.length;
    const sizes = c.gradient.map((row) => Math.max(1, ...row.map(Math.abs)));
    const slopes = (list: readonly number[]) => list.map((v, at) => v / sizes[Math.floor(at / k)]!);
    const found = {
      losses: c.losses
        ? difference(relative(losses), relative(c.losses), tolerances.losses)
        : difference(mean, [c.mean!], tolerances.losses),
      memory: difference(memory, c.nextMemory?.flat() ?? [], tolerances.memory),
      gradient: difference(slopes(gradient), slopes(c.gradient.flat()), tolerances.gradient),
    };
    return Object.entries(found).flatMap(([what, text]) =>
      text === 'equal' ? [] : [`${c.name}, ${what}: ${text}`],
    );
  });
}

/** Numbers of a text, which may be infinite or none. */
export function numbersOf(texts: readonly string[]): number[] {
  return texts.map((text) => Number(text.replace(/^(-?)inf$/, '$1Infinity')));
}
