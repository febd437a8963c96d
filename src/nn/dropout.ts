import { checkNumber } from '../core/index.ts';
import { cast, lessEqual, mul } from '../graph/index.ts';
import type { Layer } from './scope.ts';

/**
 * Dropout: in training each element is 0 with probability `rate` and divided by 1 − rate
 * otherwise; the identity when applied (Srivastava et al. 2014).
 * @param rate in [0, 1)
 */
export function dropout(rate: number): Layer {
  checkNumber('dropout rate', rate, { min: 0, max: 1, openMax: true });
  return (x, scope) => {
    if (scope.mode === 'infer' || rate === 0) return x;
    const kept = cast(lessEqual(rate, scope.uniform(x.shape)), x.dtype);
    return mul(mul(x, kept), 1 / (1 - rate));
  };
}
