import { join } from 'node:path';
import { Command, Option } from 'commander';
import { stringify } from 'csv-stringify/sync';
import type { Missing, OpenRowsOptions } from '../../data/formats/index.ts';
import { openInputs } from '../../data/formats/index.ts';
import { checkOutputs, spreadsheetCell, writeWhole } from '../../io/index.ts';
import type { Predictor } from '../../model/index.ts';
import { loadModel, modelFiles } from '../../model/node/index.ts';
import { fieldOption } from '../ui/options.ts';

export interface PredictOptions
  extends Pick<OpenRowsOptions, 'folder' | 'part' | 'imageColumn' | 'badImages'> {
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
  readonly err: { write(text: string): unknown };
  readonly signal?: AbortSignal | undefined;
}

/** `symloss predict`: rows or images, with a trained model. */
export function predictCommand(streams: Streams): Command {
  return new Command('predict')
    .description('Predict the rows of a CSV file, or images, with a trained model.')
    .argument('<model>', 'folder that train wrote')
    .argument(
      '<data>',
      'CSV file with the columns of the model; Parquet, .npy, .npz or IDX file, folder of MNIST or CIFAR files or of images',
    )
    .option('--out <file>', 'CSV file to write; default: standard output')
    .option('--overwrite', 'replace an earlier file', false)
    .option('--probs', 'add the probability of every class', false)
    .addOption(fieldOption('missing'))
    .addOption(fieldOption('folder'))
    .addOption(
      new Option('--part <part>', 'of images in two parts: which one (train)').choices([
        'train',
        'test',
      ]),
    )
    .addOption(fieldOption('imageColumn'))
    .addOption(fieldOption('badImages'))
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
 * Predicts the rows of a CSV file, or images, and writes `row` (from 1; of a CSV file below the
 * header), for a folder of images `path`, `label` and `probability` as CSV, to a file or to standard
 * output.
 */
export async function runPredict(
  options: PredictOptions,
  { out, err, signal }: Streams,
): Promise<void> {
  if (options.out !== undefined) {
    const own = Object.values(modelFiles).map((name) => join(options.model, name));
    await checkOutputs([options.out], {
      inputs: [options.data, ...own],
      within: options.data,
      replace: options.overwrite,
    });
  }
  const model = await loadModel(options.model);
  const { predictions, kept, paths, notices } = await predict(model, options, signal).finally(() =>
    model.dispose(),
  );
  for (const notice of notices) err.write(`${notice}\n`);
  const { labels, indices, probs } = predictions;
  signal?.throwIfAborted();
  const heading = ['row', ...(paths ? ['path'] : []), 'label', 'probability'];
  const lines = labels.map((label, i) => {
    const own = probs[i] as Float32Array;
    const place = [(kept[i] as number) + 1, ...(paths ? [paths[i]] : [])];
    const base = [...place, label, own[indices[i] as number]];
    return options.probs ? [...base, ...own] : base;
  });
  const head = options.probs ? [...heading, ...model.classes.map((c) => `prob_${c}`)] : heading;
  const text = stringify([head, ...lines], { cast: { string: spreadsheetCell } });
  if (options.out === undefined) {
    out.write(text);
  } else {
    await writeWhole(options.out, text);
    err.write(`${labels.length} predictions: ${options.out}\n`);
  }
}

async function predict(model: Predictor, options: PredictOptions, signal: AbortSignal | undefined) {
  const { featureShape } = model.card;
  const columns = model.card.columns?.map(({ name }) => name);
  const { missing, folder, part, imageColumn, badImages } = options;
  const given = Object.entries({ missing, folder, part, imageColumn, badImages, signal });
  const rows = await openInputs(
    options.data,
    { featureShape, ...(columns && { columns }) },
    Object.fromEntries(given.filter(([, value]) => value !== undefined)),
  );
  return {
    ...rows,
    predictions: await model.predictDataset({ ...rows, ...(columns && { columns }) }),
  };
}
