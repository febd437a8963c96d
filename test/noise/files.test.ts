import { describe, expect, it } from 'vitest';
import type { LabelNoise } from '../../src/noise/index.ts';
import { noiseColumn, parseNoise } from '../../src/noise/index.ts';

/** Parses a spec that names a file with this content. */
function parse(spec: string, content: string): LabelNoise {
  return parseNoise(spec, { readFile: () => content });
}

const classes = ['cat', 'dog', 'fox'];

describe('matrix files', () => {
  it.each([
    ['matrix:m.csv', '0.75,0.25\n0.5,0.5\n'],
    ['matrix:m.csv', '\ufeff 0.75 ; 0.25 \r\n\r\n0.5;0.5'],
    ['matrix:file=m.txt', '0.75 0.25\n0.5\t0.5'],
    ['matrix:m.json', '[[0.75, 0.25], [0.5, 0.5]]'],
  ])('%s with %j', (spec, content) => {
    const noise = parse(spec, content);
    expect([...(noise.transition(2) ?? [])]).toEqual([0.75, 0.25, 0.5, 0.5]);
    expect(noise.spec).toBe(spec.replace('file=', ''));
  });

  it.each([
    ['m.csv', '0.9,0.2\n0,1', 'm.csv, row 1: expected a sum of 1, received 1.1; rows are true'],
    ['m.csv', '1,0\n0.3,0.3', 'm.csv, row 2: expected a sum of 1, received 0.6'],
    [
      'm.csv',
      '1,0\n0,1\n0,1',
      'expected as many rows as columns, received 3 rows, row 1 of 2 numb',
    ],
    ['m.csv', 'a,b\n1,0\n0,1', 'm.csv, row 1, column 1: expected a number in [0, 1], received "a"'],
    ['m.csv', '1,-0.5\n0,1', 'm.csv, row 1, column 2: expected a number in [0, 1], received -0.5'],
    ['m.csv', '\n', 'm.csv: expected k rows of k numbers, received no row'],
    ['m.json', '[1, 0]', 'm.json: expected a list of rows'],
    ['m.json', '[[1', 'm.json: expected a list of rows, received text that is not JSON'],
    ['m.json', '[["1", 0], [0, 1]]', 'm.json, row 1, column 1: expected a number in [0, 1]'],
  ])('refuses %s with %j', (file, content, message) => {
    expect(() => parse(`matrix:${file}`, content)).toThrow(message);
  });

  it('says both sizes where the data have other classes', () => {
    expect(() => parse('matrix:m.csv', '1,0\n0,1').transition(3)).toThrow(
      'm.csv: expected a 3 x 3 matrix for 3 classes, received one of 2 x 2',
    );
  });
});

describe('class maps from files', () => {
  it('go by name', () => {
    const noise = parse('asymmetric:0.25,map=map.json', '{ "cat": "fox" }');
    const expected = [0.75, 0, 0.25, 0, 1, 0, 0, 0, 1];
    expect([...(noise.transition(3, { classes }) ?? [])]).toEqual(expected);
    expect(noise.spec).toBe('asymmetric:0.25,map=map.json');
  });

  it.each([
    [
      '{ "cat": "wolf" }',
      'map.json: expected class names among "cat", "dog", "fox", received "wolf"',
    ],
    ['{ "cat": "cat" }', 'map.json, "cat": expected another class, received "cat"'],
    ['{ "cat": 1 }', 'map.json, "cat": expected a class name as text, received 1'],
    ['{}', 'map.json: expected an object { "class": "wrong class" }, received an empty one'],
    ['[]', 'map.json: expected an object { "class": "wrong class" }, received a list'],
    [
      'cat',
      'map.json: expected an object { "class": "wrong class" }, received text that is not JSON',
    ],
  ])('refuses %j', (content, message) => {
    expect(() => parse('asymmetric:0.25,map=map.json', content).transition(3, { classes })).toThrow(
      message,
    );
  });

  it('are not read as deep as they come', () => {
    const deep = `{ "cat": ${'['.repeat(1e5)}${']'.repeat(1e5)} }`;
    expect(() => parse('asymmetric:0.25,map=map.json', deep)).toThrow(
      'map.json, "cat": expected a class name as text, received a value that is nested too deep',
    );
  });

  it('need the names', () => {
    expect(() => parse('asymmetric:0.25,map=map.json', '{ "cat": "fox" }').transition(3)).toThrow(
      'noise asymmetric: expected the names of the classes, received none; pass { classes }',
    );
  });
});

it.each(['matrix:m.csv', 'asymmetric:0.3,map=m.json'])('%s without readFile', (spec) => {
  expect(() => parseNoise(spec)).toThrow('noise: expected a spec without a file, received "m.');
});

describe('column specs', () => {
  it('name a column', () => {
    expect(noiseColumn('column:worse_label')).toBe('worse_label');
    expect(noiseColumn('column:name=a b')).toBe('a b');
    expect(noiseColumn('symmetric:0.4')).toBeUndefined();
    expect(() => noiseColumn('column')).toThrow(
      'noise column, name: expected a column, received none',
    );
  });

  it('are no models', () => {
    expect(() => parseNoise('column:worse_label')).toThrow(
      'noise: expected a noise model, received column:worse_label; read that column as the label',
    );
  });
});
