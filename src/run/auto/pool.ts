import type { Tensor } from '../../core/index.ts';
import { memberName } from '../../nn/index.ts';
import type { EpochMetrics } from '../../train/epoch-metrics.ts';
import { commonEpoch } from './compare-losses.ts';
import type { Fit } from './fit.ts';
import type { Folds } from './folds.ts';
import { triedOf } from './halving.ts';

/** Scores [n*k] of the rows of the first folds, each from the model that was trained without it, with their labels as given. */
export function pooled(
  fits: readonly Fit[],
  { folds, predicted }: Folds,
  k: number,
): { scores: Float32Array; labels: Int32Array } {
  const held = folds.slice(0, fits.length).map((fold) => fold.held);
  const places = Uint32Array.from(held.flatMap((own) => [...own])).sort();
  const at = new Map(Array.from(places, (place, i) => [place, i]));
  const scores = new Float32Array(places.length * k);
  for (const [f, own] of held.entries()) {
    const { heldScores } = fits[f] as Fit;
    for (const [i, place] of own.entries()) {
      scores.set(heldScores.subarray(i * k, (i + 1) * k), (at.get(place) as number) * k);
    }
  }
  return { scores, labels: Int32Array.from(places, (place) => predicted.labels[place] as number) };
}

/** The mean scores of the members for the test part, as the average of their networks has them. */
export function testScores(fits: readonly Fit[]): Float32Array | undefined {
  const all = fits.flatMap(({ testScores: own }) => own ?? []);
  const [first] = all;
  if (first === undefined) return undefined;
  return first.map((_, i) => all.reduce((sum, own) => sum + (own[i] as number), 0) / all.length);
}

/** The variables of the average of the members' networks. */
export function memberValues(fits: readonly Fit[]): Record<string, Tensor> {
  return Object.fromEntries(
    fits.flatMap(({ values }, i) =>
      Object.entries(values).map(([name, value]) => [`${memberName(i)}/${name}`, value]),
    ),
  );
}

/** The course of the members' training: the mean of each measurement over them, and the epoch that is best for all of them. */
export function meanEpochs(fits: readonly Fit[]): { epochs: EpochMetrics[]; kept: number } {
  const shortest = Math.min(...fits.map(({ epochs }) => epochs.length));
  const epochs = Array.from({ length: shortest }, (_, e) => {
    const all = fits.map(({ epochs: own }) => own[e] as EpochMetrics);
    const names = Object.keys(all[0] as EpochMetrics) as (keyof EpochMetrics)[];
    const known = names.filter((name) => all.every((one) => one[name] !== undefined));
    return Object.fromEntries(
      known.map((name) => [name, all.reduce((sum, one) => sum + (one[name] ?? 0), 0) / all.length]),
    ) as unknown as EpochMetrics;
  });
  return { epochs, kept: commonEpoch(triedOf(fits)).epoch };
}
