import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { blobs, writeLines } from './run.ts';

/** What these tests read of `metrics.json`. */
export interface Metrics {
  readonly losses: string[];
  readonly warnings: string[];
  readonly runs: {
    readonly loss: string;
    readonly seed: number;
    readonly settings: Record<string, string | number>;
    readonly epochs: unknown[];
    readonly final: {
      testAccuracy?: number;
      validationAccuracy?: number;
      memorised?: number;
      loss: number;
    };
    readonly evaluation: {
      readonly part: string;
      readonly balancedAccuracy: number;
      readonly majorityShare: number;
      readonly confusion: number[][];
    };
    readonly rows: { train: number; validation: number; test: number };
    readonly wrongShare?: number;
    readonly calibration: { temperature: number; transition: string; testError?: number };
    readonly seconds: number;
  }[];
}

export const percent = (share: number | undefined) =>
  `${(100 * (share ?? Number.NaN)).toFixed(1)} %`;
export const bytes = (...path: string[]) => readFileSync(join(...path));

export function table(cwd: string, name = 'data.csv', rows = blobs(60)): string {
  writeLines(cwd, name, ['x,y,kind', ...rows]);
  return name;
}
