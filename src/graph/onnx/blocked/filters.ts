import type { Expr } from '../../expr.ts';
import { blockedDomain } from '../emitter.ts';
import type { Values } from '../values.ts';

/**
 * The weight [o, c, kh, kw] as blocked convolutions read it: [o/b, c/b, kh, kw, b of c, b of o], or
 * [o/b, c, kh, kw, b of o] where c is less than a block.
 */
export function filter(w: Expr, values: Values): string {
  return values.derived('filter', w, () => {
    const [o, c, kh, kw] = w.shape as [number, number, number, number];
    const { emitter: e, block } = values;
    const isThin = c < block;
    const [wholeO, wholeC] = [values.whole(o), isThin ? c : values.whole(c)];
    const padded = values.padChannels(values.plain(w), w.shape, isThin ? [0] : [0, 1]);
    const inner = isThin ? padded : e.node('ReorderInput', [padded], {}, blockedDomain);
    const rows = e.reshape(inner, [
      1,
      wholeO,
      (wholeC * kh * kw) / (isThin ? 1 : block),
      isThin ? 1 : block,
    ]);
    const both = e.node('ReorderInput', [rows], {}, blockedDomain);
    return e.reshape(both, [wholeO, wholeC, kh, kw]);
  });
}

/**
 * The weight for the way back, from gradients [n, o, …] to [n, c, …]: the given taps, in their
 * order, of [c/b, o/b, taps, b of o, b of c].
 * @param taps numbers from 0 to kh·kw − 1
 * @param shape height and width of what the taps form
 */
export function turnedFilter(
  w: Expr,
  taps: readonly number[],
  [rows, columns]: readonly [number, number],
  values: Values,
): string {
  const { emitter: e, block } = values;
  const [o, c, kh, kw] = w.shape as [number, number, number, number];
  const [wholeO, wholeC] = [values.whole(o), values.whole(c)];
  const pairs = (wholeO / block) * (wholeC / block);
  // each pair of blocks is a matrix of b × b for every tap: transposed by a reordering of its own
  const swapped = values.derived('swapped filter', w, () => {
    const matrices = e.reshape(filter(w, values), [pairs * kh * kw, block, 1, block]);
    const transposed = e.node('ReorderInput', [matrices], {}, blockedDomain);
    return e.reshape(transposed, [pairs, kh * kw, block * block]);
  });
  const isWhole = taps.length === kh * kw && taps.every((tap, i) => tap === i);
  const chosen = isWhole ? swapped : e.gather(swapped, taps, 1);
  const split = [wholeO / block, wholeC / block, taps.length * block * block];
  const turned = e.node('Transpose', [e.reshape(chosen, split)], { perm: [1, 0, 2] });
  return e.reshape(turned, [wholeC, wholeO, rows, columns]);
}
