import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { emitLoss, lossDefinitions } from '../../../src/losses/index.ts';
import { bundleTfjs } from '../../helpers/tfjs.ts';
import { tolerances } from '../../tolerances.ts';
import type { EmitResult } from './fixtures.ts';
import { emitCases, faultsOf } from './fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'symloss-tfjs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(() => bundleTfjs(new URL('./tfjs-entry.js', import.meta.url), folder));

/** The code of a loss, with the file in place of the package. */
function codeOf(...[spec, options]: [string, { name?: string; test?: boolean }]): string {
  const code = emitLoss(spec, 'tfjs', options);
  const all = "import * as tf from '@tensorflow/tfjs';";
  expect(code.split('\n')[0]).toBe(all);
  return code.replace(all, "import * as tf from './tf.mjs';");
}

function run(file: string): string {
  const options = { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 30 } as const;
  const { stdout, stderr, status } = spawnSync(process.execPath, [file], options);
  expect(status, stderr).toBe(0);
  return stdout;
}

/** Two views, a memory and a term of the batch that depends on labels and memory. */
const sums = 'elr + 2*sop:consistency=0.9,balance=0.1';

/** Runs each function on its rows. */
const script = `
import { readFileSync } from 'node:fs';
import * as tf from './tf.mjs';

await tf.setBackend('cpu');
const results = [];
for (const job of JSON.parse(readFileSync('jobs.json', 'utf8'))) {
  const { f } = await import(job.file);
  const z = tf.tensor2d(job.scores);
  const labels = tf.tensor1d(job.labels, 'int32');
  const more = [job.second, job.memory].filter(Boolean).map((rows) => tf.tensor2d(rows));
  const lossesOf = (found) => found.losses ?? found;
  const found = f(z, labels, ...more, 'none');
  const whole = (x) => {
    const losses = lossesOf(f(x, labels, ...more, 'none'));
    return job.losses ? tf.sum(losses) : tf.mean(losses);
  };
  const list = (x) => (x === undefined ? [] : Array.from(x.dataSync()));
  results.push({
    losses: list(lossesOf(found)),
    mean: list(lossesOf(f(z, labels, ...more))),
    memory: list(found.memory),
    gradient: list(tf.grad(whole)(z)),
  });
}
console.log(JSON.stringify(results));
`;

test('gives the losses and gradients of the fixtures, in float32', () => {
  const cases = emitCases();
  const specs = [...new Set(cases.map(({ spec }) => spec))];
  for (const [i, spec] of specs.entries()) {
    writeFileSync(join(folder, `loss-${i}.mjs`), codeOf(spec, { name: 'f' }));
  }
  const jobs = cases.map((c) => ({ ...c, file: `./loss-${specs.indexOf(c.spec)}.mjs` }));
  writeFileSync(join(folder, 'jobs.json'), JSON.stringify(jobs));
  writeFileSync(join(folder, 'run.mjs'), script);
  const results = JSON.parse(run('run.mjs')) as readonly EmitResult[];
  expect(results).toHaveLength(cases.length);
  const faults = faultsOf(
    cases,
    results,
    {
      losses: tolerances.float32Loss,
      memory: tolerances.float32Op,
      gradient: tolerances.float32LossGradient,
    },
    { scaled: true },
  );
  expect(faults).toEqual([]);
});

test('passes the test that is written with every loss', () => {
  const specs = [...lossDefinitions.keys(), 'elr + aldr-kl', 'logit-clip(gjs)', 'unit(sgce)', sums];
  const files = specs.map((spec, i) => {
    writeFileSync(join(folder, `test-${i}.mjs`), codeOf(spec, { test: true }));
    return `import './test-${i}.mjs';`;
  });
  writeFileSync(join(folder, 'tests.mjs'), files.join('\n'));
  expect(run('tests.mjs')).toContain(`# pass ${specs.length}\n# fail 0`);
});
