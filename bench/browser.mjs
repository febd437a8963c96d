// A training step in a page of Chromium beside Node, in alternating rounds:
//   node bench/browser.mjs [--rounds N] [--chromium PATH]
// It needs the built package (`npm run build`).

import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { fromArrays, train } from 'symloss';
import { epochTimes } from './browser/epoch-times.mjs';
import { openPage } from './browser/open-page.mjs';
import { quantile } from './stats.mjs';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    chromium: { type: 'string', default: process.env['SYMLOSS_CHROMIUM'] ?? '/usr/bin/chromium' },
  },
});

const photo = { shape: [1, 28, 28], batchSize: 128, steps: 3, epochs: 4 };

/** @type {readonly Omit<import('./browser/epoch-times.mjs').Work, 'threads'>[]} */
const works = [
  { model: 'mlp:64', shape: [64], batchSize: 32, steps: 300, epochs: 6 },
  { model: 'mlp:256', shape: [784], batchSize: 128, steps: 20, epochs: 6 },
  { model: 'cnn4', ...photo },
];

const page = await openPage(options.chromium);

/** @param {import('./browser/epoch-times.mjs').Work} work */
const inPage = (work) => /** @type {Promise<number[]>} */ (page.call('measure', work));
/** @param {import('./browser/epoch-times.mjs').Work} work */
const inNode = (work) => epochTimes({ train, fromArrays }, work);

console.log(
  `${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}, Chromium ${page.version}\n`,
);
console.log('| model | threads | Node, ms | page, ms | page / Node |');
console.log('|---|---|---|---|---|');
for (const own of works) {
  for (const threads of [1, 2]) {
    const work = { ...own, threads };
    /** @type {{ node: number[], page: number[] }} */
    const times = { node: [], page: [] };
    for (let round = 0; round < Number(options.rounds); round++) {
      times.node.push(...(await inNode(work)));
      times.page.push(...(await inPage(work)));
    }
    const ratio = quantile(times.page, 0) / quantile(times.node, 0);
    console.log(
      `| \`${work.model}\` | ${threads} | ${shown(times.node)} | ${shown(times.page)} | ${ratio.toFixed(1)} |`,
    );
  }
}

await page.close();

/**
 * The least, with the quartiles.
 * @param {readonly number[]} times
 */
function shown(times) {
  const [least, low, high] = [0, 0.25, 0.75].map((q) => quantile(times, q).toPrecision(3));
  return `${least} (${low}–${high})`;
}
