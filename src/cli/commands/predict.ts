import { join } from 'node:path';
import { Command, Option } from 'commander';
import { field, SymlossError, show } from '../../core/index.ts';
import type { Missing, OpenRowsOptions } from '../../data/formats/index.ts';
import { openInputPieces } from '../../data/formats/index.ts';
import { missingRulesOfRows } from '../../data/formats/reading-rules.ts';
import { checkOutputs, writeWhole } from '../../io/index.ts';
import type { Predictor } from '../../model/index.ts';
import { loadModel, modelFiles } from '../../model/node/index.ts';
import { inputFiles } from '../../run/input-files.ts';
import { balancedLine } from '../ui/balanced-line.ts';
import { Comparison } from '../ui/evaluation.ts';
import { formatCount } from '../ui/format.ts';
import { fieldOption } from '../ui/options.ts';
import type { Output } from '../ui/output.ts';
import { writeWithPatience } from '../ui/output.ts';
import type { PredictedRows } from '../ui/predictions-file.ts';
import { predictionsCsv, predictionsParquet } from '../ui/predictions-file.ts';
import type { Screen } from '../ui/progress.ts';
import { ReadingLine } from '../ui/reading-line.ts';
import { UnknownNames } from '../ui/unknown-names.ts';

export interface PredictOptions
  extends Pick<
    OpenRowsOptions,
    'folder' | 'part' | 'imageColumn' | 'badImages' | 'id' | 'embed' | 'embedding'
  > {
  readonly model: string;
  readonly data: string;
  readonly out?: string | undefined;
  readonly missing?: Missing | undefined;
  /** Add a column with the probability of each class. */
  readonly probs: boolean;
  /** Replace an earlier file. */
  readonly overwrite?: boolean;
}

interface Streams {
  readonly out: Output;
  readonly err: Screen;
  readonly signal?: AbortSignal | undefined;
}

/** `symloss predict`: rows or images, with a trained model. */
export function predictCommand(streams: Streams): Command {
  return new Command('predict')
    .description('Predict the rows of a CSV file, or images, with a trained model.')
    .argument('<model>', 'folder that train wrote')
    .argument(
      '<data>',
      'table with the columns of the model (CSV, Excel, JSON lines, Parquet, Arrow, a pattern of several, - for standard input); image, pattern of images or folder of images; .npy, .npz or IDX file, folder of MNIST or CIFAR files',
    )
    .option(
      '--out <file>',
      'CSV or Parquet file (.parquet) to write; default: CSV on standard output',
    )
    .option('--overwrite', 'replace an earlier file', false)
    .option('--probs', 'add the probability of every class', false)
    .addOption(
      fieldOption(
        'missing',
        'missing cells: replaced by the model, an error, or leave the row out; default: impute',
      ).choices(missingRulesOfRows),
    )
    .addOption(
      fieldOption('id', 'columns to write beside the predictions; default: those of the training'),
    )
    .addOption(fieldOption('embedding'))
    .addOption(fieldOption('folder'))
    .addOption(
      new Option(
        '--part <part>',
        'of data in two parts: which one; default: train, of a folder of images all',
      ).choices(['train', 'test']),
    )
    .addOption(fieldOption('imageColumn'))
    .addOption(fieldOption('badImages'))
    .addOption(
      fieldOption(
        'embed',
        'where the pretrained model lies that embeds a column, or images (image=model); default: where it lay in training',
      ),
    )
    .action((model: string, source: string, given: Record<string, unknown>) => {
      const { data: folder, ...options } = given;
      const own = options as unknown as Omit<PredictOptions, 'model' | 'data'>;
      return runPredict(
        { ...own, model, data: source, ...(folder !== undefined && { folder: folder as string }) },
        streams,
      );
    });
}

/** Predictions that are made and written together. */
const mostTogether = 1 << 16;

/**
 * Predicts the rows of a table, or images, and writes `row` (from 1; of a CSV file below the header), for images that are files
 * `path`, the id columns, `label` and `probability` as CSV or Parquet to a file, whole or not at all, or as CSV to standard
 * output. Tables of any size are read, predicted and written piece by piece. Where the rows have labels, it says how many are
 * predicted so.
 */
export async function runPredict(
  options: PredictOptions,
  { out, err, signal }: Streams,
): Promise<void> {
  const { out: file, probs, overwrite: replace = false } = options;
  if (file !== undefined) await checkOut(file, options, signal);
  const model = await loadModel(options.model);
  const reading = new ReadingLine(err);
  const unknown = new UnknownNames(model.card);
  const seen: Seen = { rows: 0, notices: [], comparison: new Comparison(model.classes), unknown };
  const columns = { classes: model.classes, probs };
  try {
    const pieces = watched(predictionsOf(model, options, reading, signal), seen);
    if (file === undefined) {
      for await (const text of predictionsCsv(pieces, columns)) {
        if (!(await writeWithPatience(out, text))) break;
        signal?.throwIfAborted();
      }
    } else if (isParquet(file)) {
      await writeWhole(file, predictionsParquet(pieces, columns), { replace });
    } else {
      await writeWhole(file, predictionsCsv(pieces, columns), { replace });
    }
  } finally {
    reading.clear();
    await model.dispose();
  }
  for (const line of [...seen.notices, ...unknown.lines()]) err.write(`${line}\n`);
  if (file !== undefined)
    err.write(
      `${formatCount(seen.rows)} ${seen.rows === 1 ? 'prediction' : 'predictions'}: ${file}\n`,
    );
  const { classShares } = model.card;
  if (classShares) err.write(`${balancedLine(model.classes, classShares)}\n`);
  for (const line of seen.comparison.lines()) err.write(`${line}\n`);
}

const isParquet = (file: string) => /\.parquet$/i.test(file);

/** What programs would take for something else than CSV. */
const otherForm = /\.(jsonl?|ndjson|tsv|arrow|feather|npy|npz|xlsx?|ods|gz)$/i;

/** @throws SymlossError if the file is read, is there already, or has the name of another format */
async function checkOut(
  file: string,
  { model, data: source, folder, embed, embedding, overwrite }: PredictOptions,
  signal: AbortSignal | undefined,
): Promise<void> {
  const own = Object.values(modelFiles).map((name) => join(model, name));
  const read = await inputFiles({ source, embed, embedding }, { folder, signal });
  await checkOutputs([file], { inputs: [...read, ...own], within: source, replace: overwrite });
  if (otherForm.test(file)) {
    throw new SymlossError(field('out'), 'a file that ends in .csv or .parquet', show(file));
  }
}

/** What is known behind the last piece. */
interface Seen {
  rows: number;
  notices: readonly string[];
  readonly comparison: Comparison;
  readonly unknown: UnknownNames;
}

async function* watched(
  pieces: AsyncIterable<PredictedRows>,
  seen: Seen,
): AsyncGenerator<PredictedRows> {
  for await (const piece of pieces) {
    const { rows, predictions, start } = piece;
    const end = start + predictions.labels.length;
    if (rows.labels) seen.comparison.add(predictions, rows.labels.slice(start, end));
    seen.rows += predictions.labels.length;
    seen.notices = rows.notices;
    if (start === 0) seen.unknown.add(rows);
    yield piece;
  }
}

async function* predictionsOf(
  model: Predictor,
  options: PredictOptions,
  reading: ReadingLine,
  signal: AbortSignal | undefined,
): AsyncGenerator<PredictedRows> {
  const { featureShape, columns, embeddings, idColumns, labelColumn, pixels } = model.card;
  const { missing, folder, part, imageColumn, badImages, id, embed, embedding } = options;
  const given = Object.entries({
    missing,
    folder,
    part,
    imageColumn,
    badImages,
    id,
    embed,
    embedding,
    ownIds: id === undefined ? idColumns : undefined,
    label: labelColumn,
    signal,
    onProgress: reading.show,
  });
  const pieces = openInputPieces(
    options.data,
    { featureShape, ...(columns && { columns }), embeddings, pixels, classes: model.classes },
    Object.fromEntries(given.filter(([, value]) => value !== undefined)),
  );
  for await (const rows of pieces) {
    const count = rows.kept.length;
    // once at least: a piece without rows has the names of the columns
    for (let start = 0; start < Math.max(1, count); start += mostTogether) {
      signal?.throwIfAborted();
      const length = Math.min(mostTogether, count - start);
      const chosen = Uint32Array.from({ length }, (_, i) => start + i);
      yield { rows, start, predictions: await model.predictDataset(rows, chosen) };
    }
  }
}
