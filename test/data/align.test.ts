import { expect, test } from 'vitest';
import type { Dataset } from '../../src/data/index.ts';
import { alignClasses, checkDataset, fromArrays } from '../../src/data/index.ts';
import { messageOf } from '../messages.ts';

const features = [[1], [2], [3], [4]];

function named(labels: readonly string[], trueLabels?: readonly string[]): Dataset {
  const truth = trueLabels === undefined ? {} : { trueLabels };
  return fromArrays({ name: 'test.csv', features, labels, ...truth });
}

test('labels are renumbered by name: fewer classes, in another order', () => {
  const dataset = named(['cat', 'ant', 'cat', 'ant']);
  expect(dataset.classes).toEqual(['ant', 'cat']);
  const classes = ['dog', 'cat', 'bee', 'ant'];
  const aligned = alignClasses(dataset, classes);
  expect(aligned.classes).toEqual(classes);
  expect(aligned.labels).toEqual(Int32Array.of(1, 3, 1, 3));
  expect('trueLabels' in aligned).toBe(false);
  checkDataset('aligned', aligned);
});

test('true labels are renumbered as well; everything else stays, the source too', () => {
  const dataset = named(['cat', 'ant', 'cat', 'ant'], ['cat', 'cat', 'bee', 'ant']);
  const aligned = alignClasses(dataset, ['cat', 'bee', 'ant']);
  expect(aligned.labels).toEqual(Int32Array.of(0, 2, 0, 2));
  expect(aligned.trueLabels).toEqual(Int32Array.of(0, 0, 1, 2));
  expect(aligned.features).toBe(dataset.features);
  expect([aligned.name, aligned.featureShape]).toEqual(['test.csv', [1]]);
  expect(dataset.classes).toEqual(['ant', 'bee', 'cat']);
  expect(dataset.labels).toEqual(Int32Array.of(2, 0, 2, 0));
});

test('soft labels are moved to the columns of their classes', () => {
  const labels = [
    [0.75, 0.25],
    [0.5, 0.5],
    [0, 1],
  ];
  const dataset = fromArrays({ features: [[1], [2], [3]], labels, classes: ['cat', 'ant'] });
  const aligned = alignClasses(dataset, ['ant', 'bee', 'cat']);
  expect(aligned.softLabels).toEqual(Float32Array.of(0.25, 0, 0.75, 0.5, 0, 0.5, 1, 0, 0));
  expect(aligned.labels).toEqual(Int32Array.of(2, 2, 0));
  checkDataset('aligned', aligned);
  expect(() => alignClasses(dataset, ['cat', 'bee'])).toThrow('received "ant"');
});

test('the same classes change nothing', () => {
  const dataset = named(['b', 'a', 'a', 'b']);
  expect(alignClasses(dataset, dataset.classes)).toEqual(dataset);
});

test('a class that is known but does not occur need not be among them', () => {
  const dataset = { ...named(['b', 'a', 'a', 'b']), classes: ['a', 'b', 'unused'] };
  expect(alignClasses(dataset, ['b', 'a']).labels).toEqual(Int32Array.of(0, 1, 1, 0));
});

test.each([
  ['labels', named(['a', 'zebra', 'a', 'zebra'])],
  ['true labels', named(['a', 'b', 'a', 'b'], ['a', 'b', 'a', 'zebra'])],
])('a class among the %s that is not among them is named', (_, dataset) => {
  expect(messageOf(() => alignClasses(dataset, ['a', 'b', 'c']))).toBe(
    'test.csv, classes: expected one of the 3 classes of the training data, received "zebra"; ' +
      'train on rows of every class, or take its rows away here',
  );
});
