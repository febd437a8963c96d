import { typescript, typescriptHelpers, writeElements } from '../../graph/emit/index.ts';
import type { LossText } from './describe.ts';
import type { Frame } from './frame.ts';
import { listText, parametersOf, rowsText } from './frame.ts';
import { docComment, indented } from './javascript.ts';
import type { Reference } from './reference.ts';

/** A function of TypeScript on plain arrays, and its test if there is a reference. */
export function typescriptFunction({ name, unified, text, reference }: Frame): string {
  const { batch, row, helpers } = writeElements(
    unified,
    typescript,
    {
      batch: {
        scores: 'scores',
        labels: 'labels',
        second_scores: 'secondScores',
        memory: 'memory',
      },
      row: { scores: 'z', second_scores: 'second', memory: 'before' },
    },
    ['batch'],
  );
  const own = row.outputs.losses?.element(['i', 'label']).text ?? '';
  const term = batch.outputs.batch?.whole().text;
  const loss = term === undefined ? own : `${own} + batchTerm`;
  const next = row.outputs.next_memory?.whole().text;
  const perRow = [
    ...row.lines,
    ...(next === undefined
      ? [`return ${loss};`]
      : [`const loss = ${loss};`, `return { loss, memory: ${next} };`]),
  ];
  // what only the batch uses is not taken from its rows
  const rowUses = (name: string) => new RegExp(`\\b${name}\\b`).test(perRow.join('\n'));
  const inRow = [
    'const label = labels[i]!;',
    ...(rowUses('second') ? ['const second = secondScores[i]!;'] : []),
    ...(rowUses('before') ? ['const before = memory[i]!;'] : []),
    ...perRow,
  ];
  const inBatch = [...batch.lines, ...(term === undefined ? [] : [`const batchTerm = ${term};`])];
  const code = [...inBatch, ...inRow].join('\n');
  const uses = (size: string) => new RegExp(`\\b${size}\\b`).test(code);
  const body = [
    ...(uses('n') ? ['const n = scores.length;'] : []),
    ...(uses('k') ? ['const k = scores[0]?.length ?? 0;'] : []),
    ...inBatch,
    `${next === undefined ? 'return' : 'const rows ='} scores.map((z, i) => {`,
    ...inRow.map(indented),
    '});',
    ...(next === undefined
      ? []
      : ['return { losses: rows.map((row) => row.loss), memory: rows.map((row) => row.memory) };']),
  ];
  const types: Readonly<Record<string, string>> = { labels: 'readonly number[]' };
  const parameters = parametersOf(text).map(
    (parameter) => `${parameter}: ${types[parameter] ?? 'Rows'}`,
  );
  const returned = next === undefined ? 'number[]' : '{ losses: number[]; memory: number[][] }';
  return [
    ...(reference
      ? ["import assert from 'node:assert/strict';", "import { test } from 'node:test';", '']
      : []),
    ...['/** Rows of numbers. */', 'type Rows = readonly (readonly number[])[];', ''],
    ...docComment(text, tagsOf(text)),
    ...signature(name, parameters, returned),
    ...body.map(indented),
    '}',
    ...withCalled(helpers).flatMap((helper) => ['', typescriptHelpers[helper]?.text ?? '']),
    ...(reference ? ['', ...testOf(name, text, reference)] : []),
    '',
  ].join('\n');
}

/** On one line if that is not too long. */
function signature(name: string, parameters: readonly string[], returned: string): string[] {
  const line = `export function ${name}(${parameters.join(', ')}): ${returned} {`;
  if (line.length <= 100) return [line];
  return [
    `export function ${name}(`,
    ...parameters.map((parameter) => indented(`${parameter},`)),
    `): ${returned} {`,
  ];
}

/** The helpers and those that they call, in the order of the table. */
function withCalled(helpers: readonly string[]): string[] {
  const needed = new Set<string>();
  const stack = [...helpers];
  for (let helper = stack.pop(); helper !== undefined; helper = stack.pop()) {
    needed.add(helper);
    stack.push(...(typescriptHelpers[helper]?.calls ?? []));
  }
  return Object.keys(typescriptHelpers).filter((helper) => needed.has(helper));
}

function tagsOf({ scores, labels, second, memory, returned }: LossText): [string, string][] {
  const own = returned === '' ? '' : `, ${returned}`;
  return [
    ['@param scores', scores],
    ['@param labels', labels],
    ...(second ? [['@param secondScores', second] as [string, string]] : []),
    ...(memory ? [['@param memory', memory] as [string, string]] : []),
    ['@returns', `the loss of every row [n], of which training minimises the mean${own}`],
  ];
}

function testOf(
  name: string,
  text: LossText,
  { scores, labels, second, memory, losses, nextMemory }: Reference,
): string[] {
  const body = [
    'const close = (x: readonly number[], y: readonly number[]) => {',
    '  assert.equal(x.length, y.length);',
    '  for (const [i, v] of x.entries()) assert.ok(Math.abs(v - y[i]!) < 1e-10, String([v, y[i]]));',
    '};',
    `const scores = ${rowsText(scores)};`,
    `const labels = ${listText(labels)};`,
    ...(second ? [`const secondScores = ${rowsText(second)};`] : []),
    ...(memory ? [`const memory = ${rowsText(memory)};`] : []),
    `const found = ${name}(${parametersOf(text).join(', ')});`,
    `close(${nextMemory ? 'found.losses' : 'found'}, ${listText(losses)});`,
    ...(nextMemory ? [`close(found.memory.flat(), ${listText(nextMemory.flat())});`] : []),
  ];
  return [`test('${name}', () => {`, ...body.map(indented), '});'];
}
