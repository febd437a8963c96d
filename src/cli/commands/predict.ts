import { join } from 'node:path';
import { Command, Option } from 'commander';
import { stringify } from 'csv-stringify/sync';
import type { Missing, OpenedRows, OpenRowsOptions } from '../../data/formats/index.ts';
import { openInputs } from '../../data/formats/index.ts';
import { checkOutputs, spreadsheetCell, writeWhole } from '../../io/index.ts';
import type { Predictions, Predictor } from '../../model/index.ts';
import { loadModel, modelFiles } from '../../model/node/index.ts';
import { inputFiles } from '../input-files.ts';
import { evaluationLines } from '../ui/evaluation.ts';
import { fieldOption } from '../ui/options.ts';
import type { Screen } from '../ui/progress.ts';
import { ReadingLine } from '../ui/reading-line.ts';

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
  readonly out: { write(text: string): unknown };
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
      'table with the columns of the model (CSV, JSON lines, Parquet, a pattern of several, - for standard input); .npy, .npz or IDX file, folder of MNIST or CIFAR files or of images',
    )
    .option('--out <file>', 'CSV file to write; default: standard output')
    .option('--overwrite', 'replace an earlier file', false)
    .option('--probs', 'add the probability of every class', false)
    .addOption(fieldOption('missing'))
    .addOption(
      fieldOption('id', 'columns to write beside the predictions; default: those of the training'),
    )
    .addOption(fieldOption('embedding'))
    .addOption(fieldOption('folder'))
    .addOption(
      new Option('--part <part>', 'of images in two parts: which one (train)').choices([
        'train',
        'test',
      ]),
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

/**
 * Predicts the rows of a table, or images, and writes `row` (from 1; of a CSV file below the header), for a folder of images
 * `path`, the id columns, `label` and `probability` as CSV, to a file or to standard output. Where the rows have labels, it
 * says how many are predicted so.
 */
export async function runPredict(
  options: PredictOptions,
  { out, err, signal }: Streams,
): Promise<void> {
  if (options.out !== undefined) {
    const own = Object.values(modelFiles).map((name) => join(options.model, name));
    const { data: source, folder, embed, embedding } = options;
    const read = await inputFiles({ source, embed, embedding }, { folder, signal });
    await checkOutputs([options.out], {
      inputs: [...read, ...own],
      within: options.data,
      replace: options.overwrite,
    });
  }
  const model = await loadModel(options.model);
  const reading = new ReadingLine(err);
  const { predictions, rows } = await predict(model, options, reading, signal)
    .finally(() => reading.clear())
    .finally(() => model.dispose());
  for (const notice of rows.notices) err.write(`${notice}\n`);
  signal?.throwIfAborted();
  const text = predictionTable(model, predictions, rows, options.probs);
  if (options.out === undefined) {
    out.write(text);
  } else {
    await writeWhole(options.out, text);
    err.write(`${predictions.labels.length} predictions: ${options.out}\n`);
  }
  if (rows.labels === undefined) return;
  for (const line of evaluationLines(model.classes, predictions, rows.labels)) {
    err.write(`${line}\n`);
  }
}

/** The file of predictions: where each row is, its ids, label and probability, and those of all classes. */
function predictionTable(
  { classes }: Predictor,
  { labels, indices, probs }: Predictions,
  { kept, paths, ids = [] }: OpenedRows,
  all: boolean,
): string {
  const heading = [
    ...['row', ...(paths ? ['path'] : []), ...ids.map(({ name }) => name)],
    ...['label', 'probability', ...(all ? classes.map((name) => `prob_${name}`) : [])],
  ];
  const lines = labels.map((label, i) => {
    const own = probs[i] as Float32Array;
    const place = [(kept[i] as number) + 1, ...(paths ? [paths[i]] : [])];
    const cells = [...place, ...ids.map(({ values }) => values[i])];
    return [...cells, label, own[indices[i] as number], ...(all ? own : [])];
  });
  return stringify([heading, ...lines], { cast: { string: spreadsheetCell } });
}

async function predict(
  model: Predictor,
  options: PredictOptions,
  reading: ReadingLine,
  signal: AbortSignal | undefined,
) {
  const { featureShape, columns, embeddings, idColumns, labelColumn } = model.card;
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
  const rows = await openInputs(
    options.data,
    { featureShape, ...(columns && { columns }), embeddings },
    Object.fromEntries(given.filter(([, value]) => value !== undefined)),
  );
  reading.clear();
  const names = columns?.map(({ name }) => name);
  const predictions = await model.predictDataset({
    ...withoutLabels(rows),
    ...(names && { columns: names }),
  });
  return { rows, predictions };
}

function withoutLabels({ labels: _, ...rows }: OpenedRows): Omit<OpenedRows, 'labels'> {
  return rows;
}
