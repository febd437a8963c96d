import { expect, test } from 'vitest';
import { core, fromArrays, runModule } from './package.ts';

/** One row in twelve is of the small class, and most of these can be told from the others. */
function unbalanced(n: number) {
  const rng = core.stream(5, 'unbalanced');
  const rows = Array.from({ length: n }, (_, row) => {
    const isSmall = row % 12 === 0;
    return { label: isSmall ? 'yes' : 'no', x: [rng.normal() + (isSmall ? 2.5 : 0), rng.normal()] };
  });
  return fromArrays({ features: rows.map(({ x }) => x), labels: rows.map(({ label }) => label) });
}

const options = {
  data: unbalanced(360),
  model: 'linear',
  epochs: 20,
  folds: 2,
  repeats: 1,
} as const;

test('where the default loss gives up a class, models of another one take its place, and it is said', async () => {
  const [own, asked] = await Promise.all([
    runModule.auditDataset(options),
    runModule.auditDataset({ ...options, loss: runModule.auditLoss }),
  ]);
  expect(asked.givenUp).toEqual([]);
  expect(asked.settings['loss']).toBe('sgce:q=0.7');
  expect(asked.confident.notices).toEqual([
    'class "yes" is never the most probable one: its labels look wrong because the model has not learnt it; take another loss, such as ce or auto, or another model',
  ]);
  const saysYes = ({ probs }: typeof own) =>
    probs.filter((p, i) => i % 2 === 1 && p > 0.5).length > 0;
  expect(saysYes(asked)).toBe(false);
  expect(own.givenUp).toEqual(['yes']);
  expect(['anchored:loss=sgce,ce=0.02', 'ce']).toContain(own.settings['loss']);
  expect(saysYes(own)).toBe(true);
});

test('the loss auto is chosen once, for the models of all folds', async () => {
  const audited = await runModule.auditDataset({ ...options, loss: 'auto', effort: 'quick' });
  expect(['ce', 'anchored:loss=sgce,ce=0.02']).toContain(audited.settings['loss']);
  expect(audited.runs.length).toBe(2);
});

test('that every label is the most probable class is told of given probabilities, not of models made here', async () => {
  const n = 60;
  const labels = Array.from({ length: n }, (_, row) => row % 2);
  const data = fromArrays({
    features: labels.map((label, row) => [9 * label + (row % 5) / 5]),
    labels,
  });
  const noticesOf = async (more: Partial<Parameters<typeof runModule.auditDataset>[0]>) =>
    (await runModule.auditDataset({ data, folds: 2, repeats: 1, epochs: 20, ...more })).confident
      .notices;
  expect(await noticesOf({})).toEqual([]);
  const probs = labels.map((label) => (label === 0 ? [0.9, 0.1] : [0.1, 0.9]));
  expect((await noticesOf({ probs })).join()).toContain('in 60 of 60 rows');
});

test('ce is not advised where the models are of it', async () => {
  const labels = Array.from({ length: 366 }, (_, row) => (row < 6 ? 'single' : `c${row % 2}`));
  const data = fromArrays({ features: labels.map((name) => [name === 'c1' ? 3 : 0]), labels });
  const { confident } = await runModule.auditDataset({ ...options, data, loss: 'ce' });
  expect(confident.notices).toEqual([
    'class "single" is never the most probable one: its labels look wrong because the model has not learnt it; take another model',
  ]);
});
