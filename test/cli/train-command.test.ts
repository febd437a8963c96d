import { expect, test } from 'vitest';
import { trainCommandLine } from '../../src/cli/ui/train-command.ts';

test.each([
  [{ source: 'data.csv', label: 'y' }, 'symloss train data.csv --label y'],
  [
    { source: "it's.csv", label: '$y', ignore: ['a', 'b c'], features: [] },
    "symloss train 'it'\\''s.csv' --label '$y' --ignore 'a,b c'",
  ],
  [
    {
      source: 'x',
      columns: { zip: 'categorical', key: 'id', d: 'day-first', w: 'weight' },
      id: ['k'],
    },
    'symloss train x --categorical zip --day-first d --id k,key --weight w',
  ],
  [
    {
      source: 'x',
      imageSize: [32, 48],
      embedding: { a: 'a.npy', b: 'b.npy' },
      embed: { text: 'm' },
    },
    'symloss train x --embed text=m --embedding a=a.npy --embedding b=b.npy --image-size 32x48',
  ],
  [
    { source: 'x', loss: 'sgce:q=0.7', model: 'auto', noise: 'unknown', epochs: 60, batchSize: 8 },
    'symloss train x --loss sgce:q=0.7 --batch-size 8',
  ],
] as const)('%j', (values, text) => {
  expect(trainCommandLine(structuredClone(values) as never)).toBe(text);
});
