import type { Parameters, Rng } from '../core/index.ts';
import {
  checkInteger,
  checkLabels,
  checkNumber,
  checkTransition,
  formatForm,
  parseDecimal,
  rowSumTolerance,
  SymlossError,
} from '../core/index.ts';
import { fileText } from './file-text.ts';
import type { ClassNoise } from './noise.ts';
import { describeCorruption, noiseForm } from './noise.ts';

const parameters = {
  file: {
    kind: 'text',
    domain: 'a .csv or .json file',
    shown: 'bare',
    about: 'transition matrix, k rows of k numbers',
  },
} as const satisfies Parameters;

/**
 * Noise by any transition matrix: a row of class i gets class j with probability
 * `transition[i*k + j]`.
 * @param transition [k*k], rows sum to 1
 * @param file where the matrix came from, for the spec `matrix:file`
 * @throws SymlossError unless the matrix is a transition of k classes
 */
export function matrixNoise(transition: Float64Array, k: number, file = 'custom'): ClassNoise {
  checkTransition('noise matrix', transition, k);
  const own = transition.slice();
  const checkSize = (classes: number): void => {
    checkInteger('noise matrix, k', classes, { min: 1 });
    if (classes === k) return;
    throw new SymlossError(
      file === 'custom' ? 'noise matrix' : file,
      `a ${classes} x ${classes} matrix for ${classes} classes`,
      `one of ${k} x ${k}`,
    );
  };
  return {
    spec: formatForm('matrix', parameters, { file }),
    kind: 'matrix',
    transition(classes) {
      checkSize(classes);
      return own.slice();
    },
    corrupt(labels, classes, rng) {
      checkSize(classes);
      checkLabels('noise matrix, labels', labels, k);
      const noisy = labels.map((label) => drawClass(own.subarray(label * k, (label + 1) * k), rng));
      return describeCorruption(labels, noisy, k);
    },
  };
}

export const matrixForm = noiseForm({
  about: 'a transition matrix from a file, rows true classes, columns noisy ones',
  example: 'matrix:file.csv',
  parameters,
  build: ({ file }, options) => {
    const { transition, k } = parseMatrix(file, fileText(file, options));
    return matrixNoise(transition, k, file);
  },
});

/** A class with the probabilities given, by inversion. Rounding goes to the last possible class. */
export function drawClass(probs: Float64Array, rng: Rng): number {
  let rest = rng.uniform();
  let last = 0;
  for (const [j, p] of probs.entries()) {
    if (p === 0) continue;
    if (rest < p) return j;
    rest -= p;
    last = j;
  }
  return last;
}

/**
 * Reads a transition matrix from a file's text: k rows of k numbers, as JSON (a list of lists) or
 * one row a line, split at commas, semicolons or blanks, without a header.
 * @param file as messages name it; `.json` tells JSON
 * @throws SymlossError naming file and row (from 1) if it is not square, or a row does not sum to 1
 */
export function parseMatrix(file: string, text: string): { transition: Float64Array; k: number } {
  const rows = /\.json$/i.test(file) ? jsonRows(file, text) : textRows(file, text);
  const k = rows.length;
  if (k === 0) throw new SymlossError(file, 'k rows of k numbers', 'no row');
  for (const [i, row] of rows.entries()) {
    if (row.length !== k) {
      const received = `${k} rows, row ${i + 1} of ${row.length} numbers`;
      throw new SymlossError(file, 'as many rows as columns', received, {
        hint: 'k rows of k numbers, without a header',
      });
    }
    const sum = row.reduce((total, entry) => total + entry, 0);
    if (Math.abs(sum - 1) > rowSumTolerance) {
      // Without the rounding of the sum: 1.1, not 1.1000000000000001
      const received = String(Number(sum.toPrecision(12)));
      throw new SymlossError(`${file}, row ${i + 1}`, 'a sum of 1', received, {
        hint: 'rows are true classes, columns noisy classes; divide each row by its sum',
      });
    }
  }
  return { transition: Float64Array.from(rows.flat()), k };
}

function textRows(file: string, text: string): number[][] {
  return text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line, i) =>
      line
        .split(/\s*[,;]\s*|\s+/)
        .map((cell, j) =>
          parseDecimal(`${file}, row ${i + 1}, column ${j + 1}`, cell, { min: 0, max: 1 }),
        ),
    );
}

function jsonRows(file: string, text: string): number[][] {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new SymlossError(file, 'a list of rows', 'text that is not JSON', { cause });
  }
  if (!Array.isArray(content) || !content.every((row) => Array.isArray(row))) {
    throw new SymlossError(file, 'a list of rows, [[0.9, 0.1], [0, 1]]', 'something else');
  }
  for (const [i, row] of content.entries()) {
    for (const [j, entry] of row.entries()) {
      checkNumber(`${file}, row ${i + 1}, column ${j + 1}`, entry, { min: 0, max: 1 });
    }
  }
  return content as number[][];
}
