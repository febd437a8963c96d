import { checkInteger, checkLabels, SymlossError, show } from '../core/index.ts';

export function checkRows(
  where: string,
  scores: Float64Array,
  labels: Int32Array,
  k: number,
): void {
  checkScores(`${where} scores`, scores, k);
  if (scores.length !== labels.length * k) {
    throw new SymlossError(
      `${where} scores`,
      `${labels.length} rows of ${k}, as many as labels`,
      `${scores.length / k} rows`,
    );
  }
  checkAnyRow(`${where} labels`, labels);
  checkLabels(`${where} labels`, labels, k);
}

export function checkAnyRow(where: string, labels: Int32Array): void {
  if (labels.length === 0) throw new SymlossError(where, 'at least one row', 'none');
}

export function checkScores(where: string, scores: Float64Array, k: number): void {
  checkInteger(`${where} k`, k, { min: 1 });
  if (scores.length % k !== 0) {
    throw new SymlossError(where, `a multiple of k = ${k} numbers`, String(scores.length));
  }
  const bad = scores.findIndex((z) => !Number.isFinite(z));
  if (bad >= 0) {
    const cell = `${where}, row ${Math.floor(bad / k)}, class ${bad % k}`;
    throw new SymlossError(cell, 'a finite number', show(scores[bad]));
  }
}
