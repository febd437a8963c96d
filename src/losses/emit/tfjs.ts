import { tensorLanguages, tfjsHelpers, writeTensors } from '../../graph/emit/index.ts';
import type { LossText } from './describe.ts';
import type { Frame } from './frame.ts';
import { listText, parametersOf, rowsText } from './frame.ts';
import { docComment, indented } from './javascript.ts';
import type { Reference } from './reference.ts';

/** A function of JavaScript for TensorFlow.js, and its test if there is a reference. */
export function tfjsFunction({ name, unified, text, reference }: Frame): string {
  const { lines, outputs, helpers } = writeTensors(unified, tensorLanguages.tfjs, {
    scores: 'scores',
    labels: 'labels',
    second_scores: 'secondScores',
    memory: 'memory',
  });
  const own = outputs.batch ? 'own' : 'losses';
  const statements = [
    ...lines,
    `const all = ${outputs.losses?.text};`,
    "const isLabel = tf.cast(tf.oneHot(labels, k), 'bool');",
    `const ${own} = tf.sum(tf.where(isLabel, all, tf.zerosLike(all)), -1);`,
    ...(outputs.batch ? [`const losses = tf.add(own, ${outputs.batch.text});`] : []),
  ];
  const usesRows = /\bn\b/.test([...statements, outputs.next_memory?.text ?? ''].join('\n'));
  const result = "reduction === 'mean' ? tf.mean(losses) : losses";
  const body = [
    "if (reduction !== 'mean' && reduction !== 'none') {",
    "  throw new Error('reduction: expected mean or none, received ' + reduction);",
    '}',
    'return tf.tidy(() => {',
    ...[
      usesRows ? 'const [n, k] = scores.shape;' : 'const k = scores.shape[1];',
      ...statements,
      outputs.next_memory
        ? `return { losses: ${result}, memory: ${outputs.next_memory.text} };`
        : `return ${result};`,
    ].map(indented),
    '});',
  ];
  const parameters = [...parametersOf(text), "reduction = 'mean'"].join(', ');
  return [
    "import * as tf from '@tensorflow/tfjs';",
    ...(reference
      ? ["import assert from 'node:assert/strict';", "import { test } from 'node:test';"]
      : []),
    '',
    ...helpers.flatMap((helper) => [tfjsHelpers[helper] as string, '']),
    ...docComment(text, tagsOf(text)),
    `export function ${name}(${parameters}) {`,
    ...body.map(indented),
    '}',
    ...(reference ? ['', ...testOf(name, text, reference)] : []),
    '',
  ].join('\n');
}

function tagsOf({ scores, labels, second, memory, returned }: LossText): [string, string][] {
  return [
    ['@param {tf.Tensor2D} scores', scores],
    ['@param {tf.Tensor1D} labels', `${labels}, int32`],
    ...(second ? [['@param {tf.Tensor2D} secondScores', second] as [string, string]] : []),
    ...(memory ? [['@param {tf.Tensor2D} memory', memory] as [string, string]] : []),
    ["@param {'mean' | 'none'} reduction", 'the mean over the rows, or the loss of every row [n]'],
    ...(returned === '' ? [] : [['@returns', `the losses, ${returned}`] as [string, string]]),
  ];
}

function testOf(
  name: string,
  text: LossText,
  { scores, labels, second, memory, losses, gradient, nextMemory }: Reference,
): string[] {
  const parameters = parametersOf(text);
  const f = (reduction: string) => {
    const call = `${name}(${['z', ...parameters.slice(1)].join(', ')}, '${reduction}')`;
    return nextMemory ? `${call}.losses` : call;
  };
  const body = [
    '// in float32',
    'const close = (x, y) =>',
    '  x.flat().forEach((v, i) => assert.ok(Math.abs(v - y.flat()[i]) < 1e-4, String([v, y.flat()[i]])));',
    `const scores = tf.tensor2d(${rowsText(scores)});`,
    `const labels = tf.tensor1d(${listText(labels)}, 'int32');`,
    ...(second ? [`const secondScores = tf.tensor2d(${rowsText(second)});`] : []),
    ...(memory ? [`const memory = tf.tensor2d(${rowsText(memory)});`] : []),
    `const losses = (z) => ${f('none')};`,
    `close(losses(scores).arraySync(), ${listText(losses)});`,
    ...(nextMemory
      ? [`close(${name}(${parameters.join(', ')}).memory.arraySync(), ${rowsText(nextMemory)});`]
      : []),
    `const gradient = tf.grad((z) => ${f('mean')})(scores);`,
    `close(gradient.arraySync(), ${rowsText(gradient)});`,
  ];
  return [`test('${name}', () => {`, ...body.map(indented), '});'];
}
