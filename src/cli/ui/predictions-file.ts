import { stringify } from 'csv-stringify/sync';
import type { OpenedRows, WrittenColumn } from '../../data/formats/index.ts';
import { parquetPieces } from '../../data/formats/index.ts';
import { spreadsheetCell } from '../../io/index.ts';
import type { Predictions } from '../../model/index.ts';
import { withDistinctNames } from './distinct-names.ts';

/** Predictions for some rows, which follow those before them. */
export interface PredictedRows {
  readonly rows: OpenedRows;
  /** Of the rows from `start` on. */
  readonly predictions: Predictions;
  readonly start: number;
}

export interface PredictionColumns {
  readonly classes: readonly string[];
  /** Add the probability of every class. */
  readonly probs: boolean;
}

/** Predictions as CSV, piece by piece; texts that a spreadsheet would run get an apostrophe before them. */
export async function* predictionsCsv(
  pieces: AsyncIterable<PredictedRows>,
  how: PredictionColumns,
): AsyncGenerator<string> {
  const cast = { string: spreadsheetCell };
  let isStart = true;
  for await (const piece of pieces) {
    const columns = columnsOf(piece, how);
    const lines = piece.predictions.labels.map((_, i) => columns.map(({ values }) => values[i]));
    const heading = isStart ? [columns.map(({ name }) => name)] : [];
    isStart = false;
    yield stringify([...heading, ...lines], { cast });
  }
}

/** The same as Parquet, with the texts as they are. A name that is there already, in other case too, gets a number. */
export function predictionsParquet(
  pieces: AsyncIterable<PredictedRows>,
  how: PredictionColumns,
): AsyncGenerator<Uint8Array> {
  return parquetPieces(columnsOfAll(pieces, how));
}

async function* columnsOfAll(
  pieces: AsyncIterable<PredictedRows>,
  how: PredictionColumns,
): AsyncGenerator<WrittenColumn[]> {
  for await (const piece of pieces) yield withDistinctNames(columnsOf(piece, how));
}

/** Where each row is, its ids, label and probability, and those of all classes. */
function columnsOf(
  { rows, predictions, start }: PredictedRows,
  { classes, probs: all }: PredictionColumns,
): WrittenColumn[] {
  const { kept, paths, ids = [] } = rows;
  const { labels, indices, probs } = predictions;
  const end = start + labels.length;
  const texts = (name: string, values: readonly string[]): WrittenColumn => ({
    ...{ name, type: 'text', values },
  });
  const doubles = (name: string, at: (row: number) => number): WrittenColumn => ({
    ...{
      name,
      type: 'double',
      values: Float64Array.from(labels, (_, i) => probs[i]?.[at(i)] as number),
    },
  });
  return [
    {
      name: 'row',
      type: 'integer',
      values: Array.from(kept.subarray(start, end), (row) => row + 1),
    },
    ...(paths ? [texts('path', paths.slice(start, end))] : []),
    ...ids.map(({ name, values }) => texts(name, values.slice(start, end))),
    texts('label', labels),
    doubles('probability', (i) => indices[i] as number),
    ...(all ? classes.map((name, c) => doubles(`prob_${name}`, () => c)) : []),
  ];
}
