import { describe, expect, test } from 'vitest';
import { formatRoute, parseRoute } from '../../web/shell/route.ts';

describe('addresses', () => {
  test.each([
    ['', 'losses', {}],
    ['#', 'losses', {}],
    ['#/', 'losses', {}],
    ['#/train', 'train', {}],
    ['#/train/', 'train', {}],
    ['#/losses?spec=sgce:q=0.4&k=3', 'losses', { spec: 'sgce:q=0.4', k: '3' }],
    ['#/losses?spec=0.5*ce%20%2B%202*mae', 'losses', { spec: '0.5*ce + 2*mae' }],
    ['#/losses?spec=nce+rce&empty=&&lone', 'losses', { spec: 'nce+rce', empty: '', lone: '' }],
    ['#/losses?spec=100%', 'losses', { spec: '100%' }],
  ])('%j is room %s', (hash, room, query) => {
    expect(parseRoute(hash, 'losses')).toEqual({ room, query });
  });

  test('keep specs legible', () => {
    expect(formatRoute('losses', { spec: 'sgce:q=0.4', k: 3, vs: undefined })).toBe(
      '#/losses?spec=sgce:q=0.4&k=3',
    );
    expect(formatRoute('review')).toBe('#/review');
  });

  test.each([
    'symmetrize(gce:q=0.7,minProb=0)',
    '0.5*ce + 2*mae',
    'nce+rce',
    'a&b=c#d?e%f/g "h"',
    'ümläut',
  ])('bring back %j', (spec) => {
    expect(parseRoute(formatRoute('losses', { spec, k: 10 }), 'train')).toEqual({
      room: 'losses',
      query: { spec, k: '10' },
    });
  });
});
