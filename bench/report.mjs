import { fastest } from './contenders.mjs';
import { matMulPeak } from './rates.mjs';
import { median, summary } from './stats.mjs';
import { variantTitle } from './workload.mjs';

/**
 * @typedef {import('./rates.mjs').Rate} Rate
 * @typedef {Pick<import('./contenders.mjs').Contender, 'side' | 'label' | 'threads' | 'seconds' | 'note'>} Timing
 * @typedef {object} Result what was measured of one model and variant
 * @property {string} model
 * @property {import('./workload.mjs').Variant} variant
 * @property {number} batchSize
 * @property {number} flops of the step's convolutions and matrix products
 * @property {number} rounds
 * @property {Record<string, readonly number[]>} lossDifferences by peer, of each of the first losses
 * @property {Timing[]} timings
 */

/**
 * The machine's rates as a Markdown table.
 * @param {readonly Rate[]} rates
 */
export function ratesTable(rates) {
  const labels = [...new Set(rates.map(({ label }) => label))];
  const threads = [...new Set(rates.map((rate) => rate.threads))];
  return table(
    ['in the same run', ...threads.map((count) => plural(count, 'thread'))],
    labels.map((label) => [
      label,
      ...threads.map((count) => {
        const rate = rates.find((one) => one.label === label && one.threads === count);
        return rate === undefined ? '' : describeRate(rate);
      }),
    ]),
  );
}

/** @param {Rate} rate */
function describeRate({ flops, bytes, seconds }) {
  const time = median(seconds);
  return flops > 0
    ? `${(flops / time / 1e9).toFixed(0)} GFLOP/s`
    : `${(1000 * time).toFixed(3)} ms (${(bytes / time / 1e9).toFixed(0)} GB/s)`;
}

/**
 * All ways as rows of a Markdown table; the fastest way of each side in bold.
 * @param {readonly Result[]} results
 * @param {readonly Rate[]} rates
 */
export function stepsTable(results, rates) {
  return table(
    ['model, loss', 'way', 'ms a step', 'GFLOP/s', 'of MatMul', 'peer / ours'],
    results.flatMap((result) => resultRows(result, rates)),
  );
}

/**
 * @param {Result} result
 * @param {readonly Rate[]} rates
 */
function resultRows({ model, variant, flops, timings }, rates) {
  const ours = fastest(timings, 'ours');
  const work =
    flops < 1e9 ? `${(flops / 1e6).toFixed(1)} MFLOP` : `${(flops / 1e9).toFixed(1)} GFLOP`;
  return timings.map((timing, i) => {
    const { side, label, threads, seconds, note } = timing;
    const rate = flops / median(seconds);
    const cells = [
      label,
      milliseconds(seconds) + (note === undefined ? '' : `, ${note}`),
      (rate / 1e9).toPrecision(3),
      rates.length === 0 ? '' : percent(rate / matMulPeak(rates, threads)),
      side === 'ours' ? '' : describeRatio(ratio(timing, ours)),
    ];
    const isFastest = timing === fastest(timings, side);
    return [
      i === 0 ? `${model}, ${variantTitle(variant)}: ${work}` : '',
      ...cells.map((cell) => (isFastest && cell !== '' ? `**${cell}**` : cell)),
    ];
  });
}

/**
 * A way's time over ours: the summary of the rounds' ratios, or the ratio of the medians where the
 * way was timed apart.
 * @param {Timing} theirs
 * @param {Timing} ours
 */
export function ratio(theirs, ours) {
  if (theirs.note !== undefined) {
    return summary([median(theirs.seconds) / median(ours.seconds)]);
  }
  return summary(theirs.seconds.map((s, round) => s / (ours.seconds[round] ?? Number.NaN)));
}

/** @param {ReturnType<typeof summary>} ratio */
function describeRatio({ median, low, high }) {
  const [m, l, h] = [median, low, high].map((x) => x.toPrecision(3));
  return low === high ? `${m}` : `${m} (${l}–${h})`;
}

/**
 * Median (quartiles), least.
 * @param {readonly number[]} seconds
 */
function milliseconds(seconds) {
  const { median, low, high, min } = summary(seconds);
  const digits = median < 0.1 ? 2 : median < 1 ? 1 : 0;
  const [m, l, h, least] = [median, low, high, min].map((s) => (1000 * s).toFixed(digits));
  return seconds.length === 1 ? `${m}` : `${m} (${l}–${h}), least ${least}`;
}

/** @param {number} share */
function percent(share) {
  return `${share < 0.1 ? (100 * share).toPrecision(1) : (100 * share).toFixed(0)} %`;
}

/** @param {readonly Result[]} results */
export function agreementLines(results) {
  return results
    .filter(({ lossDifferences }) => Object.keys(lossDifferences).length > 0)
    .map(({ model, variant, lossDifferences }) => {
      const parts = Object.entries(lossDifferences).map(
        ([label, differences]) => `${Math.max(...differences).toExponential(1)} ${label}`,
      );
      return `First losses of ${model}, ${variantTitle(variant)}, differ by at most: ${parts.join(', ')}`;
    });
}

/**
 * A Markdown table.
 * @param {readonly string[]} header
 * @param {readonly (readonly string[])[]} rows
 */
export function table(header, rows) {
  const lines = [header, header.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/**
 * @param {number} count
 * @param {string} noun
 */
export function plural(count, noun) {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
