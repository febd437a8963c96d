import { expect, test } from 'vitest';
import { checkNetworkSize } from '../../src/run/build-job.ts';
import { messageOf } from '../messages.ts';

const gib = 2 ** 30;
// mlp:256 on images of 3 × 480 × 640, with momentum
const slots = Array.from({ length: 2 }, () => ({ shape: [3 * 480 * 640, 256] }));

test('a network that fits into the memory is taken', () => {
  expect(() => checkNetworkSize(slots)).not.toThrow();
  expect(() => checkNetworkSize(slots, { memory: 24 * gib, atOnce: 1 })).not.toThrow();
});

test('one that does not is refused, with what would', () => {
  expect(messageOf(() => checkNetworkSize(slots, { memory: 8 * gib, atOnce: 1 }))).toBe(
    "model: expected a network for 8.0 GiB of memory, received 471859200 numbers, the optimizer's included, of which a training would take about 12.3 GiB; " +
      'take narrower layers, smaller images (imageSize: 64) or a convolutional network (model: cnn4)',
  );
  expect(messageOf(() => checkNetworkSize(slots, { memory: 24 * gib, atOnce: 2 }))).toMatch(
    /of which 2 trainings at a time would take about 24\.6 GiB; .*, or fewer trainings \(threads: 1\)$/,
  );
});

test('one that no step can hold is refused whatever the memory is', () => {
  const larger = [...slots, ...slots];
  expect(messageOf(() => checkNetworkSize(larger))).toMatch(
    /^model: expected a network of at most 536870912 numbers, those of the optimizer included, received 943718400; take narrower layers/,
  );
});
