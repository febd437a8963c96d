import { stringify } from 'csv-stringify/sync';
import { SymlossError } from '../core/index.ts';
import type { Missing } from '../data/node/index.ts';
import { readRows } from '../data/node/index.ts';
import { loadModel, writeWhole } from '../model/index.ts';

export interface PredictOptions {
  readonly model: string;
  readonly data: string;
  readonly out?: string | undefined;
  readonly missing?: Missing | undefined;
  /** Add a column with the probability of each class. */
  readonly probs: boolean;
}

interface Streams {
  readonly out: { write(text: string): unknown };
  readonly err: { write(text: string): unknown };
  readonly signal?: AbortSignal;
}

/**
 * Predicts the rows of a CSV file and writes `row` (below the header, from 1), `label` and
 * `probability` as CSV, to a file or to standard output.
 */
export async function runPredict(
  options: PredictOptions,
  { out, err, signal }: Streams,
): Promise<void> {
  const model = await loadModel(options.model);
  const { columns } = model.card;
  if (columns === undefined) {
    throw new SymlossError(options.model, 'a model of tables, with named columns', 'one without');
  }
  const { missing } = options;
  const rows = await readRows(options.data, columns, missing === undefined ? {} : { missing });
  for (const notice of rows.notices) err.write(`${notice}\n`);
  const { labels, indices, probs } = await model.predict(rows.features);
  await model.dispose();
  signal?.throwIfAborted();
  const k = model.classes.length;
  const heading = ['row', 'label', 'probability'];
  const lines = labels.map((label, i) => {
    const own = probs.subarray(i * k, (i + 1) * k);
    const base = [(rows.kept[i] as number) + 1, label, own[indices[i] as number]];
    return options.probs ? [...base, ...own] : base;
  });
  const head = options.probs ? [...heading, ...model.classes.map((c) => `prob_${c}`)] : heading;
  const text = stringify([head, ...lines]);
  if (options.out === undefined) {
    out.write(text);
  } else {
    await writeWhole(options.out, text);
    err.write(`${labels.length} predictions: ${options.out}\n`);
  }
}
