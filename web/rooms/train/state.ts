import type { Query } from '../../shell/route.ts';
import { shapes } from './shapes.ts';

/** What there is to train on. */
export const subjects = [...shapes, 'digits'] as const;
export type SubjectName = (typeof subjects)[number];

export const subjectNames: Readonly<Record<SubjectName, string>> = {
  spirals: 'Spirals',
  blobs: 'Blobs',
  rings: 'Rings',
  digits: 'Digits',
};

/** What is chosen in the room. */
export interface State {
  readonly subject: SubjectName;
  readonly noiseRate: number;
  /** Of points, wrong labels and networks. */
  readonly seed: number;
  /** Specs of the two losses, or `auto`. */
  readonly losses: readonly [first: string, second: string];
  readonly model: string;
  readonly epochs: number;
}

export const networks: readonly string[] = ['linear', 'mlp:32', 'mlp:128,128', 'mlp:256,256'];

export const mostNoise = 0.6;

/** A pass over the digits is three times as long. */
const digitEpochs = 60;

export const defaults: State = {
  subject: 'blobs',
  noiseRate: 0.4,
  seed: 1,
  losses: ['ce', 'sgce:q=0.7'],
  model: 'mlp:128,128',
  epochs: 200,
};

/** From the address; what it cannot mean is as if it were not there. */
export function readState({ on, noise, seed, loss, vs, model, epochs }: Query): State {
  const subject = subjects.find((name) => name === on) ?? defaults.subject;
  const usualEpochs = subject === 'digits' ? digitEpochs : defaults.epochs;
  return {
    subject,
    noiseRate: within(noise, 0, mostNoise) ?? defaults.noiseRate,
    seed: integer(seed, 0, 1e6) ?? defaults.seed,
    losses: [loss || defaults.losses[0], vs || defaults.losses[1]],
    model: networks.find((name) => name === model) ?? defaults.model,
    epochs: integer(epochs, 10, 500) ?? usualEpochs,
  };
}

function within(text: string | undefined, min: number, max: number): number | undefined {
  const value = Number(text);
  return text !== undefined && text !== '' && value >= min && value <= max ? value : undefined;
}

function integer(text: string | undefined, min: number, max: number): number | undefined {
  const value = within(text, min, max);
  return Number.isInteger(value) ? value : undefined;
}
