import type { LossEntry, SomeTraining } from '../grid/schema.ts';

/**
 * What was checked: the settings and loss parameters for CIFAR-10, CIFAR-100 and WebVision against Wang et
 * al., *ε-Softmax*, NeurIPS 2024, appendix D, which says that it follows Ma et al. 2020 and Zhou et al. 2021
 * and matches the original papers. Those papers themselves were not at hand: `notChecked` marks what no
 * text was found for. docs/experiments.md has the list.
 */
export const asWang2024 = 'as Wang et al. 2024 give it';

/** Marks numbers that were written down from memory. */
export const notChecked = 'not checked against the paper';

/**
 * What comparisons of robust losses have shared since Ma et al., *Normalized Loss Functions for Deep
 * Learning with Noisy Labels*, ICML 2020, and Zhou et al., *Asymmetric Loss Functions for Learning with
 * Noisy Labels*, ICML 2021: SGD with momentum 0.9, batches of 128, a cosine schedule, gradients clipped
 * at norm 5 (so Wang et al. 2024, for CIFAR-10 and CIFAR-100).
 */
export const commonTraining = {
  batchSize: 128,
  optimizer: 'sgd:momentum=0.9',
  schedule: 'cosine',
  clipNorm: 5,
} as const satisfies SomeTraining;

/** Means and deviations over three random runs, as Wang et al. 2024 publish; Ma et al. 2020 not checked. */
export const publishedSeeds = 3;

/** What the description of a preset begins with that nobody has run. */
export const notVerified = 'NOT VERIFIED HERE';

/** What no preset does as published. */
export const heldOut =
  'A tenth of the training part is held out to validate on, which the published runs did not do. ' +
  'The losses of the paper, and what is marked as our choice, are not tuned.';

export const symmetricNoises = [0.2, 0.4, 0.6, 0.8].map((rate) => `symmetric:${rate}`);

/** @param map as in noise specs: `mnist`, `cifar10`, or pairs in parentheses */
export function asymmetricNoises(map: string): string[] {
  return [0.1, 0.2, 0.3, 0.4].map((rate) => `asymmetric:${rate},map=${map}`);
}

/** Our choice of rates. */
export const instanceNoises = [0.2, 0.4].map((rate) => `instance:${rate}`);

/** Every noise that is made, from none on. */
export function madeNoises(map: string): string[] {
  return ['none', ...symmetricNoises, ...asymmetricNoises(map), ...instanceNoises];
}

/** The parameters of the baselines, which their authors chose for each data set. */
export interface BaselineLosses {
  readonly gce: LossEntry;
  readonly sce: LossEntry;
  readonly nceRce: LossEntry;
  readonly nceAgce: LossEntry;
  readonly anlCe: LossEntry;
}

const ours = 'our choice; neither q nor α was tuned on these data';

/**
 * The losses of every preset: baselines with the parameters of the data set, then those of the paper.
 * The unhinged loss is unbounded below, and so is the mixed form of α-MAE: their scores are normalised.
 */
export function lossesOf({ gce, sce, nceRce, nceAgce, anlCe }: BaselineLosses): LossEntry[] {
  return [
    { loss: 'ce' },
    { loss: 'mae' },
    gce,
    sce,
    nceRce,
    nceAgce,
    anlCe,
    {
      loss: 'unhinged',
      name: 'unhinged, scores on the unit sphere',
      training: { scores: 'l2' },
      source: ours,
    },
    {
      loss: 'unhinged',
      name: 'unhinged, batch-normalised scores',
      training: { scores: 'batch' },
      source: ours,
    },
    { loss: 'sgce:q=0.4', source: ours },
    { loss: 'sgce:q=0.7', source: ours },
    {
      loss: 'alpha-mae:alpha=0.1,form=mix',
      name: 'α-MAE by mixing',
      training: { scores: 'l2' },
      source: ours,
    },
    { loss: 'alpha-mae:alpha=0.1,form=scale', name: 'α-MAE by scaling', source: ours },
  ];
}

/** Generalised cross-entropy with q = 0.7 (Zhang and Sabuncu 2018). */
export function gceFor(where: string): LossEntry {
  return { loss: 'gce:q=0.7', source: `Zhang and Sabuncu 2018; ${where}` };
}

/**
 * `alpha·nce + beta·nnce` with the L1 penalty of Ye et al., *Active Negative Loss Functions for Learning
 * with Noisy Labels*, NeurIPS 2023. That the penalty stands in for weight decay, which only the other losses
 * have, its authors say in the discussions of their code; the three numbers were not checked.
 */
export function anlCe(alpha: number, beta: number, delta: number, source: string): LossEntry {
  return {
    loss: `anl-ce:alpha=${alpha},beta=${beta},delta=${delta}`,
    training: { weightDecay: 0 },
    source: `${source}, ${notChecked}; the L1 penalty stands in for weight decay, as the authors say`,
  };
}
