import type { LossCheck } from '../../../src/losses/index.ts';

export interface CheckQuestion {
  readonly spec: string;
  readonly k: number;
  readonly noiseRate: number;
}

export type CheckAnswer =
  | { readonly check: LossCheck; readonly error?: undefined }
  | { readonly check?: undefined; readonly error: string };
