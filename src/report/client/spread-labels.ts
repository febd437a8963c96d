/**
 * Moves labels apart: the positions nearest to the desired ones (in the least-squares sense) that
 * keep the order and a gap, within [low, high]. Labels that would overlap form a block around the
 * mean of what they want (the pool-adjacent-violators algorithm). If they need more room than there
 * is, they start at `low` and the gap shrinks.
 * @returns positions in the order of `desired`
 */
export function spreadLabels(
  desired: readonly number[],
  gap: number,
  low: number,
  high: number,
): number[] {
  const n = desired.length;
  if (n === 0) return [];
  const space = n > 1 ? Math.min(gap, (high - low) / (n - 1)) : gap;
  const order = desired.map((_, i) => i).sort((a, b) => desired[a]! - desired[b]!);
  // in terms of position − rank · gap, "apart" is "not decreasing"
  const blocks: { sum: number; size: number }[] = [];
  for (const [rank, i] of order.entries()) {
    let block = { sum: desired[i]! - rank * space, size: 1 };
    for (
      let last = blocks.at(-1);
      last && last.sum / last.size >= block.sum / block.size;
      last = blocks.at(-1)
    ) {
      block = { sum: block.sum + last.sum, size: block.size + last.size };
      blocks.pop();
    }
    blocks.push(block);
  }
  const flat = blocks.flatMap(({ sum, size }) => new Array<number>(size).fill(sum / size));
  const top = high - (n - 1) * space;
  const out = new Array<number>(n).fill(0);
  for (const [rank, i] of order.entries()) {
    out[i] = Math.min(Math.max(flat[rank]!, low), top) + rank * space;
  }
  return out;
}
