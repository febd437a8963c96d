import { describe, expect, test } from 'vitest';
import { fromNumbers, toNumbers } from '../../src/core/index.ts';
import type { Expr } from '../../src/graph/index.ts';
import { grad, input, mul, oneHot, program, sum } from '../../src/graph/index.ts';
import { batchValues, evaluate, objective, parseLoss } from '../../src/losses/index.ts';
import { nodeRunner } from '../../src/runtime/index.ts';
import { tolerances } from '../tolerances.ts';
import type { RivalGroup } from './fixture-2026.ts';
import { batchLosses, batchOf, groupRivals, readRivals, rivalSpec } from './fixture-2026.ts';
import { difference, float32Feeds, float32Program } from './values.ts';

type Rows = readonly (readonly number[])[];

const { cases, counts } = readRivals();
const groups = groupRivals(cases);

const batchCases = cases.filter(({ loss }) => batchLosses.includes(loss));
const rowGroups = groups.filter(({ loss }) => !batchLosses.includes(loss));

test('every case of the file runs', () => {
  const run: Record<string, number> = {};
  for (const { loss, cases: group } of groups) run[loss] = (run[loss] ?? 0) + group.length;
  expect(run).toEqual(counts);
  expect(cases).toHaveLength(2061);
  expect(rowGroups.flatMap((group) => group.cases)).toHaveLength(1959);
  expect(batchCases).toHaveLength(102);
});

/** What losses that remember rows know of them before and after the step. */
function memoryOf(group: RivalGroup['cases']): { before?: Rows; after?: Rows; slopes?: Rows } {
  if (group[0]!.t !== undefined) {
    return { before: group.map(({ t }) => t!), after: group.map((c) => c.t_new!) };
  }
  if (group[0]!.u !== undefined) {
    const before = group.map(({ u, v }) => [u!, ...v!]);
    const slopes = group.map(({ grad_u, grad_v }) => [grad_u!, ...grad_v!]);
    return { before, after: before, slopes };
  }
  if (group[0]!.lam === undefined) return {};
  return { before: group.map(({ lam }) => [lam!]), after: group.map((c) => [c.lam_new!]) };
}

/** The scores, labels, values and gradients of cases of one row each. */
function rowsOf({ cases: group }: RivalGroup) {
  return {
    scores: group.map(({ z }) => z as readonly number[]),
    labels: group.map(({ y }) => y as number),
    values: group.map(({ value }) => value),
    gradients: group.map(({ grad, grad_true }) => grad_true ?? (grad as readonly number[])),
    ...memoryOf(group),
    ...(group[0]!.z2 && {
      second: group.map(({ z2 }) => z2!),
      secondGradients: group.map(({ grad2 }) => grad2!),
    }),
  };
}

describe('float64 evaluation agrees with the reference', () => {
  test.each(rowGroups)('$name', (group) => {
    const { scores, labels, ...expected } = rowsOf(group);
    const { before, after = [] } = expected;
    const options = {
      ...(before && { memory: before }),
      ...(expected.second && { secondView: expected.second }),
    };
    const found = evaluate(group.spec, scores, labels, options);
    const { values, gradients, memory = [], memoryGradients = [] } = found;
    const other = found.secondGradients?.flatMap((row) => Array.from(row)) ?? [];
    const expectedOther = expected.secondGradients?.flat() ?? [];
    expect(difference(other, expectedOther, tolerances.float64)).toBe('equal');
    const own = memoryGradients.flatMap((row) => Array.from(row));
    expect(difference(own, expected.slopes?.flat() ?? [], tolerances.float64)).toBe('equal');
    const remembered = memory.flatMap((row) => Array.from(row));
    expect(difference(remembered, after.flat(), tolerances.float64)).toBe('equal');
    expect(difference(values, expected.values, tolerances.float64)).toBe('equal');
    group.cases.forEach(({ id }, i) => {
      const same = gradientDifference(gradients[i]!, expected.gradients[i]!, tolerances.float64);
      expect(`case ${id}: ${same}`).toBe(`case ${id}: equal`);
    });
  });
});

describe('float32 in onnxruntime-node agrees with the reference', () => {
  const runner = nodeRunner();

  test.each(rowGroups)('$name', async (group) => {
    const { scores, labels, ...expected } = rowsOf(group);
    const { before, after = [] } = expected;
    const { classLoss, memory, views } = parseLoss(group.spec);
    const second = input('second', [scores.length, group.k]);
    const shape = [scores.length, before === undefined ? 0 : before[0]!.length];
    const visit = (z: Expr) => memory!.visit(z, input('memory', shape));
    const oneView = memory === undefined ? classLoss : (z: Expr) => visit(z).losses;
    const loss = views === undefined ? oneView : (z: Expr) => views(z, second);
    const { outputs } = float32Program(loss, scores.length, group.k);
    const z = input('scores', [scores.length, group.k]);
    const t = oneHot(input('labels', [scores.length], 'int32'), group.k);
    const trained = memory?.rates && {
      slopes: grad(sum(mul(t, loss(z))), [input('memory', shape)])[0]!,
    };
    const otherView = views && { other: grad(sum(mul(t, loss(z))), [second])[0]! };
    const next = memory && { remembered: visit(input('scores', [scores.length, group.k])).memory };
    const executable = await runner.compile(
      program({ ...outputs, ...next, ...trained, ...otherView }),
    );
    // the scores are exact in float32, so only the computation differs
    expect(scores.flat().every((z) => Math.fround(z) === z)).toBe(true);
    const feeds = {
      ...(before && { memory: fromNumbers('float32', shape, before.flat()) }),
      ...(expected.second && {
        second: fromNumbers('float32', second.shape, expected.second.flat()),
      }),
    };
    const result = await executable.run({ ...float32Feeds(scores, labels), ...feeds });
    await executable.dispose();
    const { values, gradient } = result;
    const remembered = result.remembered ? toNumbers(result.remembered) : [];
    expect(difference(remembered, after.flat(), tolerances.float32Op)).toBe('equal');
    const other = result.other ? toNumbers(result.other) : [];
    const expectedOther = expected.secondGradients?.flat() ?? [];
    expect(difference(other, expectedOther, tolerances.float32LossGradient)).toBe('equal');
    const own = result.slopes ? toNumbers(result.slopes) : [];
    const expectedOwn = expected.slopes?.flat() ?? [];
    expect(difference(own, expectedOwn, tolerances.float32LossGradient)).toBe('equal');
    expect(difference(toNumbers(values!), expected.values, tolerances.float32Loss)).toBe('equal');
    const slopes = expected.gradients.flat();
    expect(difference(toNumbers(gradient!), slopes, tolerances.float32LossGradient)).toBe('equal');
  });
});

/** Relative to the largest entry of the gradient. */
function gradientDifference(
  actual: ArrayLike<number>,
  expected: readonly number[],
  tolerance: number,
): string {
  const size = Math.max(1, ...expected.map(Math.abs));
  const scaled = (row: ArrayLike<number>) => Array.from(row, (v) => v / size);
  return difference(scaled(actual), scaled(expected), tolerance);
}

describe('the objective of batches', () => {
  const named = batchCases.map((c) => ({ name: `case ${c.id}: ${rivalSpec(c)}`, ...c }));

  test('in float64', () => {
    for (const c of named) {
      const { scores, labels, second, memory, ...expected } = batchOf(c);
      const { batch } = evaluate(rivalSpec(c), scores, labels, {
        ...(second && { secondView: second }),
        ...(memory && { memory }),
      });
      const found = [difference([batch.value], [expected.value], tolerances.float64)];
      for (const name of ['gradients', 'secondGradients', 'memoryGradients'] as const) {
        const own = (batch[name] ?? []).flatMap((row) => Array.from(row));
        found.push(gradientDifference(own, (expected[name] ?? []).flat(), tolerances.float64));
      }
      expect([c.name, ...found]).toEqual([c.name, 'equal', 'equal', 'equal', 'equal']);
    }
  });

  test('in float32 through onnxruntime', async () => {
    const runner = nodeRunner();
    for (const c of named) {
      const { classLoss, memory: remembers, batchTerms } = parseLoss(rivalSpec(c));
      const { scores, labels, second, memory, ...expected } = batchOf(c);
      const z = input('scores', [c.n!, c.k]);
      const others = {
        ...(second && { second: input('second', z.shape) }),
        ...(memory && { memory: input('memory', [c.n!, memory[0]!.length]) }),
      };
      const losses = others.memory
        ? remembers!.visit(z, others.memory, others.second).losses
        : classLoss(z);
      const targets = oneHot(input('labels', [c.n!], 'int32'), c.k);
      const terms = batchValues(batchTerms, { scores: z, targets, memory: others.memory });
      const value = objective(losses, targets, { terms });
      const slopes = grad(value, [z, ...Object.values(others)]);
      const graph = program({ value, ...Object.fromEntries(slopes.map((x, i) => [`d${i}`, x])) });
      const executable = await runner.compile(graph);
      const float32 = (rows: Rows) =>
        fromNumbers('float32', [rows.length, rows[0]!.length], rows.flat());
      const result = await executable.run({
        ...float32Feeds(scores, labels),
        ...(second && { second: float32(second) }),
        ...(memory && { memory: float32(memory) }),
      });
      await executable.dispose();
      const found = [
        difference(toNumbers(result.value!), [expected.value], tolerances.float32Loss),
      ];
      const wanted = [expected.gradients, expected.secondGradients, expected.memoryGradients];
      for (const [i, rows] of wanted.filter((x) => x !== undefined).entries()) {
        const own = toNumbers(result[`d${i}`]!);
        found.push(difference(own, rows.flat(), tolerances.float32LossGradient));
      }
      expect([c.name, ...found]).toEqual([c.name, ...found.map(() => 'equal')]);
    }
  });
});
