import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { emitLoss, lossDefinitions } from '../../../src/losses/index.ts';
import { importText } from '../../helpers/emitted.ts';
import { tolerances } from '../../tolerances.ts';
import { difference } from '../values.ts';
import { emitCases } from './fixtures.ts';

type Rows = readonly (readonly number[])[];
type Losses = readonly number[];
type Emitted = (...args: unknown[]) => Losses | { losses: Losses; memory: Rows };

const root = fileURLToPath(new URL('../../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'symloss-emit-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the function gives the losses of the fixtures', () => {
  test.each(emitCases())('$name', async ({ spec, scores, labels, second, memory, ...expected }) => {
    const { f } = await importText<{ f: Emitted }>(emitLoss(spec, 'typescript', { name: 'f' }));
    const found = f(scores, labels, ...(second ? [second] : []), ...(memory ? [memory] : []));
    const losses = 'losses' in found ? found.losses : found;
    const mean = losses.reduce((a, b) => a + b) / losses.length;
    const [actual, wanted] =
      expected.mean === undefined ? [losses, expected.losses!] : [[mean], [expected.mean]];
    expect(difference(actual, wanted, tolerances.float64)).toBe('equal');
    const after = 'memory' in found ? found.memory.flat() : [];
    expect(difference(after, expected.nextMemory?.flat() ?? [], tolerances.float64)).toBe('equal');
  });
});

/** Losses beside those of the registry. */
const others = [
  'symmetrize(gce)',
  'unit(mae)',
  'logit-clip(elr)',
  'elr + aldr-kl',
  '0.5*gjs + sop',
  'sop:consistency=0.9,balance=0.1',
  'elr + 2*sop:balance=0.5',
];

test('the function and its test are right to a strict compiler, and the test passes', () => {
  const specs = [...lossDefinitions.keys(), ...others];
  const files = specs.map((spec, i) => {
    const file = join(folder, `loss-${i}.ts`);
    writeFileSync(file, emitLoss(spec, 'typescript', { test: true }));
    return file;
  });
  const options = {
    ...{ strict: true, noUncheckedIndexedAccess: true, noUnusedLocals: true },
    ...{ noUnusedParameters: true, exactOptionalPropertyTypes: true },
    ...{ target: 'es2022', module: 'nodenext', types: ['node'], outDir: 'out' },
    typeRoots: [join(root, 'node_modules/@types')],
  };
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files }));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const compiled = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
  expect(compiled.stdout).toBe('');
  expect(compiled.status).toBe(0);
  // one process for all
  const imports = files.map((_, i) => `import './loss-${i}.js';`);
  writeFileSync(join(folder, 'out/all.js'), imports.join('\n'));
  const run = spawnSync(process.execPath, ['all.js'], {
    cwd: join(folder, 'out'),
    encoding: 'utf8',
  });
  expect(run.stdout).toContain(`# pass ${specs.length}\n# fail 0`);
  expect(run.status).toBe(0);
});
