import { portableText } from '../core/index.ts';
import { termFinder } from '../graph/strings/terms.ts';
import type { FeaturePipeline, TextColumn } from './columns.ts';
import { ofKind, termCount, textLength } from './columns.ts';
import type { TableRows } from './fit.ts';

/** The weights of terms in n rows: only those that are not 0 are stored (compressed sparse rows). */
export interface SparseTerms {
  /** Terms that there are. */
  readonly terms: number;
  /** `[n + 1]`: the entries of row i are those from `starts[i]` to `starts[i + 1]` − 1. */
  readonly starts: Float64Array;
  readonly places: Uint32Array;
  readonly values: Float32Array;
}

/** The weights of the terms of some rows, those of one text column behind those of another. */
export function termWeights(
  { features, texts }: TableRows,
  d: number,
  rows: ArrayLike<number>,
  pipeline: FeaturePipeline,
): SparseTerms {
  const columns = ofKind(pipeline, 'text').map((column) => {
    const place = pipeline.columns.indexOf(column);
    return { place, weigh: weigher(column), texts: texts?.[place] ?? [] };
  });
  const starts = new Float64Array(rows.length + 1);
  const places: number[] = [];
  const values: number[] = [];
  for (let i = 0; i < rows.length; i++) {
    let offset = 0;
    for (const { place, weigh, texts: own } of columns) {
      const text = own[features[(rows[i] as number) * d + place] as number]; // none where it is missing
      if (text !== undefined) {
        for (const [term, weight] of weigh.weights(text)) {
          places.push(offset + term);
          values.push(weight);
        }
      }
      offset += weigh.terms;
    }
    starts[i + 1] = places.length;
  }
  return {
    terms: termCount(pipeline),
    starts,
    places: Uint32Array.from(places),
    values: Float32Array.from(values),
  };
}

/** How texts of a column are weighed: ln(1 + count)·idf of each term that is there, then brought to one length. */
function weigher(column: TextColumn) {
  const { idf, terms } = column;
  const find = terms.length > 0 ? termFinder(column) : () => {};
  const weights = (text: string): Map<number, number> => {
    const found = new Map<number, number>();
    find(portableText(text), (term) => {
      found.set(term, (found.get(term) ?? 0) + 1);
    });
    let square = 0;
    for (const [term, count] of found) {
      const weight = Math.log1p(count) * (idf[term] as number);
      found.set(term, weight);
      square += weight * weight;
    }
    const scale = textLength / Math.sqrt(square);
    for (const [term, weight] of found) found.set(term, weight * scale);
    return found;
  };
  return { terms: terms.length, weights };
}
