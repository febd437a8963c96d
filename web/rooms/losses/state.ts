import type { Query } from '../../shell/route.ts';

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
}

export const classCounts: readonly number[] = [2, 3, 10, 100];
export const defaults: State = {
  spec: 'sgce:q=0.4',
  vs: 'ce',
  k: 3,
  noiseRate: 0.4,
  isUnit: false,
};

/** From the address; what it cannot mean is as if it were not there. */
export function readState({ spec, vs, k, noise, scale }: Query): State {
  const rate = Number(noise);
  const isRate = noise !== undefined && noise !== '' && rate >= 0 && rate <= 0.9;
  return {
    spec: spec ?? defaults.spec,
    vs: vs ?? defaults.vs,
    k: classCounts.find((count) => String(count) === k) ?? defaults.k,
    noiseRate: isRate ? rate : defaults.noiseRate,
    isUnit: scale === 'unit',
  };
}
