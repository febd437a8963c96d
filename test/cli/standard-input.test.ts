import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { testFolder } from '../data/files.ts';
import { grey } from '../data/pictures.ts';

const folder = testFolder('standard-input');
const temporary = join(folder.path, 'tmp');
mkdirSync(temporary);
const main = fileURLToPath(new URL('../../dist/node/main.js', import.meta.url));

/** Runs the program with an input. */
function symloss(args: readonly string[], input: Uint8Array | string) {
  const env = { ...process.env, TMPDIR: temporary, TMP: temporary, TEMP: temporary };
  const child = spawn(process.execPath, [main, ...args], { cwd: folder.path, env });
  const outputs = ['', ''];
  child.stdout.on('data', (bytes: Buffer) => {
    outputs[0] += bytes.toString();
  });
  child.stderr.on('data', (bytes: Buffer) => {
    outputs[1] += bytes.toString();
  });
  child.stdin.end(input);
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    child.on('close', (code) =>
      resolve({ code, stdout: outputs[0] as string, stderr: outputs[1] as string }),
    );
  });
}

const rows = Array.from({ length: 60 }, (_, i) => ({
  a: i + (i % 3) / 4,
  b: (i * 7) % 11,
  y: i < 30 ? 'u' : 'v',
}));
const csv = ['a,b,y', ...rows.map(({ a, b, y }) => `${a},${b},${y}`)].join('\n');
const jsonl = rows.map((row) => JSON.stringify(row)).join('\n');

it('is trained on and predicted for, whatever its format, and leaves no file behind', async () => {
  const options = ['--label', 'y', '--loss', 'ce', '--model', 'linear', '--epochs', '30'];
  const trained = await symloss(['train', '-', ...options, '--out', 'm'], gzipSync(csv));
  expect([trained.code, trained.stderr.includes('Error')]).toEqual([0, false]);
  expect(trained.stdout).toContain('standard input: 60 rows, 2 features, 2 classes: "u", "v"');
  const predicted = await symloss(['predict', 'm', '-'], jsonl);
  expect(predicted.code).toBe(0);
  const lines = predicted.stdout.trim().split('\n');
  expect(lines.length).toBe(61);
  expect(lines[1]).toMatch(/^1,u,/);
  expect(lines[60]).toMatch(/^60,v,/);
  // others write there, too
  expect(readdirSync(temporary).filter((name) => name.startsWith('symloss'))).toEqual([]);
});

it('may be an image to predict for', async () => {
  for (const [name, value] of [['dark', 20] as const, ['light', 220] as const]) {
    for (let i = 0; i < 6; i++) folder.save(`lights/${name}/${i}.png`, await grey(value + i, 2, 2));
  }
  const options = ['--loss', 'ce', '--model', 'linear', '--epochs', '20', '--out', 'lights-model'];
  await symloss(['train', 'lights', ...options], '');
  const { code, stdout } = await symloss(['predict', 'lights-model', '-'], await grey(215, 2, 2));
  expect([code, stdout.split('\n')[0]]).toEqual([0, 'row,path,label,probability']);
  expect(stdout.split('\n')[1]).toMatch(/^1,standard input,light,0\./);
});

it.each([
  ['sweep', '-', '--parameter', 'weightDecay'],
  ['tune', '-'],
  ['tune', 'digits', '--test', '-'],
])('the runs of %s cannot read it: %s', async (...args) => {
  const { code, stdout, stderr } = await symloss([...args, '--label', 'y', '--out', 'grid'], csv);
  expect([code, stdout, stderr]).toEqual([
    2,
    '',
    `symloss: ${args.includes('--test') ? 'option --test' : 'data'}: expected a file, a folder or a name, received standard input; ` +
      'write it to a file first: the runs of a grid are made in several processes\n',
  ]);
  expect(readdirSync(folder.path)).not.toContain('grid');
});

it('is called by its name in messages', async () => {
  const wrong = await symloss(['train', '-', '--label', 'z', '--out', 'n'], csv);
  expect([wrong.code, wrong.stderr]).toEqual([
    2,
    'symloss: standard input, label column: expected one of "a", "b", "y", received "z"\n',
  ]);
  const empty = await symloss(['train', '-', '--label', 'z', '--out', 'n'], '');
  expect([empty.code, empty.stderr]).toEqual([
    2,
    'symloss: standard input: expected a header line and rows, received an empty file\n',
  ]);
});
