import type { Query } from '../../shell/route.ts';
import type { MissingRule, Roles } from './columns.ts';
import { isMissingRule, parseRoles } from './columns.ts';
import type { TrainingDevice } from './device.ts';
import type { PaintedPoint } from './painted.ts';
import { parsePoints } from './painted.ts';
import { shapes } from './shapes.ts';

/** What there is to train on. */
export const subjects = [...shapes, 'painted', 'digits', 'table'] as const;
export type SubjectName = (typeof subjects)[number];

export const subjectNames: Readonly<Record<SubjectName, string>> = {
  spirals: 'Spirals',
  moons: 'Moons',
  blobs: 'Blobs',
  rings: 'Rings',
  painted: 'Paint',
  digits: 'Digits',
  table: 'Table',
};

/** Whether people bring the labels, in which there may be mistakes already. */
export function isOwn(subject: string): boolean {
  return subject === 'painted' || subject === 'table';
}

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
  readonly device: TrainingDevice;
  /** Of `painted`. */
  readonly points: readonly PaintedPoint[];
  /** Of `table`: the column of the labels; empty for the one that probably holds them. */
  readonly label: string;
  /** Of `table`: what was said of columns. */
  readonly roles: Roles;
  /** Of `table`. */
  readonly missing: MissingRule;
}

export const networks: readonly string[] = ['linear', 'mlp:32', 'mlp:128,128', 'mlp:256,256'];

export const mostNoise = 0.6;

/** A pass over the digits is three times as long. */
const digitEpochs = 60;
/** Steps that a table is usually trained for. */
const tableSteps = 6000;

export const defaults: State = {
  subject: 'blobs',
  noiseRate: 0.4,
  seed: 1,
  losses: ['ce', 'sgce:q=0.7'],
  model: 'mlp:128,128',
  epochs: 200,
  device: 'cpu',
  points: [],
  label: '',
  roles: [],
  missing: 'impute',
};

/**
 * From the address; what it cannot mean is as if it were not there.
 * @param trainedRows of a table, where one is open
 */
export function readState(query: Query, trainedRows?: number): State {
  const { on, noise, seed, loss, vs, model, epochs, device, missing } = query;
  const { points = '', label = '', columns = '' } = query;
  const subject = subjects.find((name) => name === on) ?? defaults.subject;
  return {
    ...{ subject, label: subject === 'table' ? label : '' },
    roles: subject === 'table' ? parseRoles(columns) : [],
    missing: subject === 'table' && isMissingRule(missing) ? missing : defaults.missing,
    noiseRate: within(noise, 0, mostNoise) ?? (isOwn(subject) ? 0 : defaults.noiseRate),
    seed: integer(seed, 0, 1e6) ?? defaults.seed,
    losses: [loss || defaults.losses[0], vs || defaults.losses[1]],
    model: networks.find((name) => name === model) ?? defaults.model,
    epochs: integer(epochs, 10, 500) ?? usualEpochs(subject, trainedRows),
    device: device === 'webgpu' ? device : defaults.device,
    points: subject === 'painted' ? parsePoints(points) : [],
  };
}

function usualEpochs(subject: SubjectName, trainedRows = 1000): number {
  if (subject === 'digits') return digitEpochs;
  if (subject !== 'table') return defaults.epochs;
  const fitting = (32 * tableSteps) / trainedRows;
  return Math.max(10, Math.min(defaults.epochs, 10 * Math.round(fitting / 10)));
}

function within(text: string | undefined, min: number, max: number): number | undefined {
  const value = Number(text);
  return text !== undefined && text !== '' && value >= min && value <= max ? value : undefined;
}

function integer(text: string | undefined, min: number, max: number): number | undefined {
  const value = within(text, min, max);
  return Number.isInteger(value) ? value : undefined;
}
