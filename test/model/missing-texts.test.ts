import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDataset, openInputs } from '../../src/data/formats/index.ts';
import { testFolder } from '../data/files.ts';
import { csv } from '../data/made-tables.ts';
import { loadModel, train } from '../train/package.ts';

const folder = testFolder('model-missing-texts');

test('a model takes the texts that its training data had for missing cells, and no others', async () => {
  const text = csv(
    {
      size: (i) => (i % 50 === 5 ? 'k.A.' : i % 60),
      hired: (i) => (i % 50 === 9 ? 'unbekannt' : `2024-01-${10 + (i % 20)}`),
    },
    200,
  );
  const { data } = await openDataset(folder.save('t.csv', text), { label: 'y' });
  const trained = await train({ data, loss: 'ce', model: 'linear', epochs: 1, seed: 1 });
  const saved = join(folder.path, 'saved');
  await trained.save(saved);
  await trained.dispose();
  const model = await loadModel(saved);
  const { columns = [], featureShape } = model.card;
  expect(columns.map(({ missingTexts }) => missingTexts)).toEqual([['k.A.'], ['unbekannt']]);

  const rows = [
    { size: 'k.A.', hired: ' unbekannt' },
    { size: null, hired: null },
  ];
  const { probs } = await model.predict(rows);
  expect(probs[0]).toEqual(probs[1]);
  const file = folder.save('rows.csv', 'size,hired\nk.A.,unbekannt\n');
  const { features } = await openInputs(file, { featureShape, columns });
  const kinds = ['numeric', 'date'] as const;
  const dataset = { features, featureShape, columns: ['size', 'hired'], kinds };
  expect((await model.predictDataset(dataset)).probs[0]).toEqual(probs[0]);
  await expect(model.predict([{ size: 'n.b.', hired: null }])).rejects.toThrow(
    'predict, row 0, column "size": expected a number, or nothing where it is missing, received "n.b."',
  );
  await expect(model.predict([{ size: null, hired: 'k.A.' }])).rejects.toThrow('expected a day');
  await model.dispose();
});
