import { checkInteger, checkNumber } from './checks.ts';
import { SymlossError } from './errors.ts';

/** How far a transition's row may sum from 1: matrices come from files with few digits. */
export const rowSumTolerance = 1e-6;

/**
 * Checks `transition[true*k + noisy]`: k·k entries in [0, 1], every row sums to 1 within 1e-6.
 * @param where what is checked, as the error names it
 * @throws SymlossError with the size, the bad entry, or the number and sum of the bad row (from 0)
 */
export function checkTransition(where: string, transition: Float64Array, k: number): void {
  checkInteger(`${where} k`, k, { min: 1 });
  if (transition.length !== k * k) {
    throw new SymlossError(where, `${k} x ${k} = ${k * k} entries`, String(transition.length));
  }
  for (let i = 0; i < k; i++) {
    let sum = 0;
    for (let j = 0; j < k; j++) {
      const entry = transition[i * k + j] as number;
      sum += checkNumber(`${where}, row ${i}, column ${j}`, entry, { min: 0, max: 1 });
    }
    if (Math.abs(sum - 1) > rowSumTolerance) {
      throw new SymlossError(`${where}, row ${i}`, 'a sum of 1', String(sum), {
        hint: 'rows are true classes, columns noisy classes; divide each row by its sum',
      });
    }
  }
}
