import type { Query } from '../../shell/route.ts';
import type { Quantity } from './map.ts';
import { quantities } from './map.ts';

/** What is chosen in the room. */
export interface State {
  /** As it is in the address, right or wrong. */
  readonly spec: string;
  /** What it is compared with; empty for nothing. */
  readonly vs: string;
  readonly k: number;
  readonly noiseRate: number;
  /** Whether losses are divided by their slope at equal scores. */
  readonly isUnit: boolean;
  /** What the map shows. */
  readonly quantity: Quantity;
}

export const classCounts: readonly number[] = [2, 3, 10, 100];
export const defaults: State = {
  spec: 'sgce:q=0.4',
  vs: 'ce',
  k: 3,
  noiseRate: 0.4,
  isUnit: false,
  quantity: 'value',
};

/** From the address; what it cannot mean is as if it were not there. */
export function readState({ spec, vs, k, noise, scale, show }: Query): State {
  const rate = Number(noise);
  const isRate = noise !== undefined && noise !== '' && rate >= 0 && rate <= 0.9;
  return {
    spec: spec ?? defaults.spec,
    vs: vs ?? defaults.vs,
    k: classCounts.find((count) => String(count) === k) ?? defaults.k,
    noiseRate: isRate ? rate : defaults.noiseRate,
    isUnit: scale === 'unit',
    quantity: quantities.find((quantity) => quantity === show) ?? defaults.quantity,
  };
}

/** Places to begin at. */
export const examples: readonly { readonly title: string; readonly query: Query }[] = [
  {
    title: 'From unhinged to MAE',
    query: { spec: 'sgce:q=0.4', vs: 'alpha-mae:alpha=0.5', k: '10', scale: 'unit' },
  },
  {
    title: 'How noise moves the minimum of cross-entropy',
    query: { spec: 'ce', vs: '', show: 'noisy' },
  },
  {
    title: 'What symmetrize removes',
    query: { spec: 'gce:q=0.7', vs: 'symmetrize(gce:q=0.7)', show: 'insensitive' },
  },
  { title: 'Symmetric, but slow to train', query: { spec: 'mae', vs: 'nce+rce', k: '100' } },
];
