import type { Pieces } from '../core/index.ts';
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

/** The weights of the terms of some rows, those of one text column behind those of another; in pieces. */
export function* termWeights(
  { features, texts }: TableRows,
  d: number,
  rows: ArrayLike<number>,
  pipeline: FeaturePipeline,
): Pieces<SparseTerms> {
  const columns = ofKind(pipeline, 'text').map((column) => {
    const place = pipeline.columns.indexOf(column);
    return { place, weigh: weigher(column), texts: texts?.[place] ?? [] };
  });
  const starts = new Float64Array(rows.length + 1);
  const entries = new Entries();
  for (let i = 0; i < rows.length; i++) {
    let offset = 0;
    for (const { place, weigh, texts: own } of columns) {
      const text = own[features[(rows[i] as number) * d + place] as number]; // none where it is missing
      if (text !== undefined) {
        for (const [term, weight] of weigh.weights(text)) {
          entries.add(offset + term, weight);
        }
      }
      offset += weigh.terms;
    }
    starts[i + 1] = entries.count;
    yield;
  }
  return { terms: termCount(pipeline), starts, ...entries.whole() };
}

/** Places and values in arrays that grow: lists of numbers would take three times as much memory. */
class Entries {
  count = 0;
  #places = new Uint32Array(1024);
  #values = new Float32Array(1024);

  add(place: number, value: number): void {
    if (this.count === this.#places.length) {
      const { length } = this.#places;
      const [places, values] = [new Uint32Array(2 * length), new Float32Array(2 * length)];
      places.set(this.#places);
      values.set(this.#values);
      [this.#places, this.#values] = [places, values];
    }
    this.#places[this.count] = place;
    this.#values[this.count] = value;
    this.count++;
  }

  whole(): Pick<SparseTerms, 'places' | 'values'> {
    return {
      places: this.#places.slice(0, this.count),
      values: this.#values.slice(0, this.count),
    };
  }
}

/**
 * How texts of a column are weighed: ln(1 + count)·idf of each term that is there, then words and pairs brought to one length,
 * and characters, too.
 */
function weigher(column: TextColumn) {
  const words = column.terms.length;
  const idf = [...column.idf, ...(column.characters?.idf ?? [])];
  const find = termFinder(column);
  const weights = (text: string): Map<number, number> => {
    const found = new Map<number, number>();
    find(portableText(text), (term) => {
      found.set(term, (found.get(term) ?? 0) + 1);
    });
    let [ofWords, ofCharacters] = [0, 0];
    for (const [term, count] of found) {
      const weight = Math.log1p(count) * (idf[term] as number);
      found.set(term, weight);
      if (term < words) ofWords += weight * weight;
      else ofCharacters += weight * weight;
    }
    const [scale, other] = [textLength / Math.sqrt(ofWords), textLength / Math.sqrt(ofCharacters)];
    for (const [term, weight] of found) found.set(term, weight * (term < words ? scale : other));
    return found;
  };
  return { terms: idf.length, weights };
}
