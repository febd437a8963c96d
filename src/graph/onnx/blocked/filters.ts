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
    const [paddedO, paddedC] = [values.roundUp(o), isThin ? c : values.roundUp(c)];
    const padded = values.padToBlocks(values.plain(w), w.shape, isThin ? [0] : [0, 1]);
    const inner = isThin ? padded : e.node('ReorderInput', [padded], {}, blockedDomain);
    const rows = e.reshape(inner, [
      1,
      paddedO,
      (paddedC * kh * kw) / (isThin ? 1 : block),
      isThin ? 1 : block,
    ]);
    const both = e.node('ReorderInput', [rows], {}, blockedDomain);
    return e.reshape(both, [paddedO, paddedC, kh, kw]);
  });
}

/**
 * The weight of the convolution that gives the gradient [n, c, …] of the input from that of the output
 * [n, o, …], the given kernel elements, in their order, of [c/b, o/b, elements, b of o, b of c].
 * @param taps numbers of kernel elements, from 0 to kh·kw − 1
 * @param shape height and width of the kernel that they form
 */
export function flippedFilter(
  w: Expr,
  taps: readonly number[],
  [rows, columns]: readonly [number, number],
  values: Values,
): string {
  const { emitter: e, block } = values;
  const [o, c, kh, kw] = w.shape as [number, number, number, number];
  const [paddedO, paddedC] = [values.roundUp(o), values.roundUp(c)];
  const pairs = (paddedO / block) * (paddedC / block);
  // each pair of blocks is a matrix of b × b for every kernel element: a reordering transposes it
  const transposed = values.derived('transposed filter', w, () => {
    const matrices = e.reshape(filter(w, values), [pairs * kh * kw, block, 1, block]);
    const swapped = e.node('ReorderInput', [matrices], {}, blockedDomain);
    return e.reshape(swapped, [pairs, kh * kw, block * block]);
  });
  const isWhole = taps.length === kh * kw && taps.every((tap, i) => tap === i);
  const chosen = isWhole ? transposed : e.gather(transposed, taps, 1);
  const split = [paddedO / block, paddedC / block, taps.length * block * block];
  const flipped = e.node('Transpose', [e.reshape(chosen, split)], { perm: [1, 0, 2] });
  return e.reshape(flipped, [paddedC, paddedO, rows, columns]);
}
