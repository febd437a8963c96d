import { expect, test } from 'vitest';
import { emitLoss } from '../../src/losses/index.ts';
import { folders, symloss } from './run.ts';

const cwd = folders('emit')();
const emit = (...args: readonly string[]) => symloss(['emit', ...args], cwd);

test('prints the function, and nothing else', async () => {
  const { code, stdout, stderr } = await emit('sgce:q=0.4', '--to', 'pytorch');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toBe(emitLoss('sgce:q=0.4', 'pytorch'));
});

test('takes a name, and adds a test', async () => {
  const args = ['elr', '--to', 'tfjs', '--name', 'early', '--test'];
  const { code, stdout } = await emit(...args);
  expect(code).toBe(0);
  expect(stdout).toBe(emitLoss('elr', 'tfjs', { name: 'early', test: true }));
  expect(stdout).toContain("test('early', () => {");
});

test.each([
  [['ce'], "required option '--to <framework>' not specified"],
  [['ce', '--to', 'caffe'], 'Allowed choices are pytorch, jax, tensorflow, tfjs, typescript'],
  [['anl-ce:delta=1', '--to', 'jax'], 'emit anl-ce:alpha=5,delta=1: expected a loss of scores'],
  [['cee', '--to', 'jax'], 'loss: expected one of '],
])('%j is wrong usage', async (args, message) => {
  const { code, stdout, stderr } = await emit(...args);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(message);
});
