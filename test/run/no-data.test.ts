import { expect, test } from 'vitest';
import { compareLabels } from '../../src/review/compare-labels.ts';
import { auditDataset, crossValidate, trainCrowd } from '../../src/run/index.ts';

const received = [
  [undefined, 'undefined'],
  [{}, 'undefined'],
  [{ data: 3 }, '3'],
  [{ data: { features: [], featureShape: [] } }, 'one without labels, classes'],
] as const;
const functions = { auditDataset, crossValidate, trainCrowd, compareLabels } as Readonly<
  Record<string, (options: never) => Promise<unknown>>
>;

test.each(Object.entries(functions))('%s asks for a dataset', async (_, run) => {
  for (const [options, what] of received) {
    const error = await run(options as never).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      name: 'SymlossError',
      message: `data: expected a dataset, received ${what}; make one with fromArrays, readCsv or digits`,
    });
  }
});
