import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { npy } from '../data/files.ts';
import { blobs, folders, symloss } from './run.ts';

const cwd = folders('apply-arrays')();
const points = blobs(90).map((row) => row.split(','));
const bytes = (values: Float32Array | Uint8Array) =>
  new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength);
const x = npy(
  '<f4',
  [90, 2],
  bytes(Float32Array.from(points.flatMap(([a, b]) => [Number(a), Number(b)]))),
);
const y = npy(
  '|u1',
  [90],
  Uint8Array.from(points, ([, , kind]) => 'abc'.indexOf(kind ?? '')),
);
writeFileSync(join(cwd, 'x.npy'), x);
writeFileSync(join(cwd, 'y.npy'), y);
writeFileSync(join(cwd, 'd.npz'), zipSync({ 'x.npy': x, 'y.npy': y }));
const quick = ['--model', 'linear', '--epochs', '3', '--folds', '2', '--repeats', '1'];

test('what cannot be written is refused with what can be done', async () => {
  const audit = await symloss(['audit', 'd.npz', ...quick, '--out', 'found'], cwd);
  expect(audit.code).toBe(0);
  const apply = ['apply', 'found', '--relabel', '0.4'];
  const { code, stdout, stderr } = await symloss([...apply, '--out', 'made.npz'], cwd);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(
    /received an \.npz archive; measure what other labels gain without writing them \(--retrain\); the suspect rows and the labels suggested for them are in found\/suspects\.csv\n$/,
  );
  const measured = await symloss([...apply, '--retrain', '--seeds', '1', '--epochs', '2'], cwd);
  expect([measured.code, measured.stderr]).toEqual([0, '']);
});

test('weights that no training takes are refused before anything is said', async () => {
  const data = ['x.npy', '--labels-file', 'y.npy'];
  const audit = await symloss(['audit', ...data, ...quick, '--out', 'arrays'], cwd);
  expect(audit.code).toBe(0);
  const apply = await symloss(['apply', 'arrays', '--weights', '--out', 'made.npy'], cwd);
  expect(apply).toEqual({
    code: 2,
    stdout: '',
    stderr:
      'symloss: option --weights: expected nothing: train takes no weights for a .npy file, received "weight"; leave it out\n',
  });
  expect(existsSync(join(cwd, 'made.npy'))).toBe(false);
});
