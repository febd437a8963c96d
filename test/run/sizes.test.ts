import { expect, test } from 'vitest';
import { fromArrays, train } from '../train/package.ts';

test.each([
  [
    { model: 'mlp:65536,65536' },
    'model: expected a network of at most 536870912 weights, received mlp:65536,65536 of 4295294978',
  ],
  [
    { model: 'linear', batchSize: 1, epochs: 100_000 },
    'epochs: expected at most 89478 epochs of 3000 steps, received 100000',
  ],
])('%j is refused before memory is taken for it', async (settings, message) => {
  const rows = Array.from({ length: 3000 }, (_, i) => i % 2);
  const data = fromArrays({ features: rows.map((x) => [x]), labels: rows });
  const before = process.memoryUsage().rss;
  const training = train({ data, loss: 'ce', test: 0, validation: 0, ...settings });
  await expect(training).rejects.toThrow(message);
  expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 29);
});
