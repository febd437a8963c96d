import { describe, expect, test } from 'vitest';
import { dataLabel, noiseLevel, tellApart } from '../../src/report/labels.ts';

describe('noiseLevel', () => {
  test.each([
    ['none', { kind: 'none', rate: 0 }],
    ['symmetric:0.4', { kind: 'symmetric', rate: 0.4 }],
    ['symmetric:rate=0.4', { kind: 'symmetric', rate: 0.4 }],
    ['symmetric:0.4,mode=exact', { kind: 'symmetric:mode=exact', rate: 0.4 }],
    ['symmetric:mode=exact,rate=0.2', { kind: 'symmetric:mode=exact', rate: 0.2 }],
    ['asymmetric:0.3,map=(0>1,2>1)', { kind: 'asymmetric:map=(0>1,2>1)', rate: 0.3 }],
    ['instance:0.2', { kind: 'instance', rate: 0.2 }],
    ['column:worse_label', { kind: 'column' }],
    ['matrix:file.csv', { kind: 'matrix' }],
    ['symmetric', { kind: 'symmetric' }],
    ['</script>', { kind: '</script>' }],
  ])('splits %s', (spec, parts) => {
    expect(noiseLevel(spec)).toEqual({ spec, ...parts });
  });
});

describe('tellApart', () => {
  test('adds the settings in which namesakes differ, and no others', () => {
    const items = [
      { name: 'ce', parts: { learningRate: 0.1, clipNorm: 5 } },
      { name: 'ce', parts: { clipNorm: 5 } },
      { name: 'mae', parts: { learningRate: 1 } },
    ];
    expect(tellApart(items)).toEqual(['ce, learningRate=0.1', 'ce, learningRate=default', 'mae']);
  });

  test('names a data set by the last part of its path, and by all of it where two share that', () => {
    const data = (source: string) => dataLabel({ source, testShare: 0.2, validation: 0.1 });
    expect(tellApart([data('digits'), data('/a/x.csv')])).toEqual(['digits', 'x.csv']);
    expect(tellApart([data('/a/x.csv'), data('/b/x.csv')])).toEqual([
      'x.csv, source=/a/x.csv',
      'x.csv, source=/b/x.csv',
    ]);
  });
});
