/**
 * Time and memory of `audit` on given probabilities: a million rows of ten classes, 20 % of the labels wrong. Each repetition
 * is made in a process of its own, so that its memory is its own.
 *
 *   npm run build && node bench/audit.mjs [--rows 1000000] [--classes 10] [--repeat 5]
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { audit, issueFilters } from '../dist/audit/index.js';
import { stream } from '../dist/core/index.js';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    classes: { type: 'string', default: '10' },
    repeat: { type: 'string', default: '5' },
    once: { type: 'boolean', default: false },
  },
});
const [n, k] = [Number(values.rows), Number(values.classes)];

/** Labels, and softmaxes of normal scores that are higher for the true class. */
function makeRows() {
  const rng = stream(1, 'bench/audit');
  const labels = new Int32Array(n);
  const probs = new Float64Array(n * k);
  for (let row = 0; row < n; row++) {
    const truth = Math.floor(rng.uniform() * k);
    labels[row] = rng.uniform() < 0.2 ? Math.floor(rng.uniform() * k) : truth;
    let sum = 0;
    for (let c = 0; c < k; c++) {
      const e = Math.exp(2 * rng.normal() + (c === truth ? 4 : 0));
      probs[row * k + c] = e;
      sum += e;
    }
    for (let c = 0; c < k; c++) probs[row * k + c] /= sum;
  }
  return { labels, probs };
}

const seconds = (from) => (performance.now() - from) / 1000;
const mebibytes = (bytes) => Math.round(bytes / 2 ** 20);

function measureOnce() {
  const input = makeRows();
  const made = process.resourceUsage().maxRSS * 1024;
  const start = performance.now();
  const found = audit(input);
  const estimates = seconds(start);
  const sizes = issueFilters.map((name) => [name, found.issues(name).length]);
  const all = seconds(start);
  const peak = process.resourceUsage().maxRSS * 1024;
  return { estimates, all, made, peak, sizes };
}

if (values.once) {
  process.stdout.write(JSON.stringify(measureOnce()));
} else {
  console.log(`${n} rows, ${k} classes; seconds, and MiB of resident memory at most`);
  for (let i = 0; i < Number(values.repeat); i++) {
    const options = ['--once', '--rows', String(n), '--classes', String(k)];
    const child = spawnSync(process.execPath, [fileURLToPath(import.meta.url), ...options], {
      encoding: 'utf8',
    });
    if (child.status !== 0) throw new Error(child.stderr);
    const { estimates, all, made, peak, sizes } = JSON.parse(child.stdout);
    console.log(
      `audit ${estimates.toFixed(2)} s, with all ${sizes.length} filters ${all.toFixed(2)} s; ${mebibytes(peak)} MiB, ${mebibytes(made)} of them before it`,
    );
  }
}
