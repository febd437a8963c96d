import { Command } from 'commander';
import { checkInteger, field, show, stream } from '../../core/index.ts';
import type { TableLabels } from '../../data/formats/index.ts';
import { openDataset, openRows, relabelledTable } from '../../data/formats/index.ts';
import { numberColumns } from '../../data/index.ts';
import { checkOutputs, writeWhole } from '../../io/index.ts';
import type { CorruptedLabels, FeatureRows } from '../../noise/index.ts';
import { readNoise } from '../../run/index.ts';
import { filesOfNoise } from '../../run/noise-files.ts';
import { featureRows } from '../../train/part-features.ts';
import { list, number } from '../ui/arguments.ts';
import { formatCount, formatShare, formatTable } from '../ui/format.ts';
import { trainCommandLine } from '../ui/train-command.ts';

export interface CorruptOptions {
  readonly data: string;
  readonly label: string;
  readonly noise: string;
  readonly out: string;
  /** Default: 1. */
  readonly seed?: number;
  /** The new column with the labels as they were. Default: `true_<label>`. */
  readonly trueLabel?: string;
  /** The features that instance-dependent noise looks at. Default: all columns of numbers. */
  readonly features?: readonly string[];
  readonly ignore?: readonly string[];
  readonly overwrite?: boolean;
}

interface Streams {
  readonly out: { write(text: string): unknown };
  readonly signal?: AbortSignal | undefined;
}

/** A matrix of more classes is listed by its largest entries. */
const LARGEST_TABLE = 12;
const LISTED = 20;

/** `symloss corrupt`: a table with noisy labels. */
export function corruptCommand(streams: Streams): Command {
  return new Command('corrupt')
    .description('Write a table with noisy labels, and the labels as they were beside them.')
    .argument(
      '<data>',
      'table: CSV, TSV, Excel, JSON lines, Parquet or Arrow, or several of one format',
    )
    .requiredOption('--label <column>', 'column of the labels')
    .requiredOption('--noise <spec>', 'symmetric:0.4, asymmetric:0.3,map=mnist, pair:0.3, …')
    .requiredOption('--out <file>', 'file to write, in the format of the data')
    .option('--seed <seed>', 'seed of the noise (1)', number)
    .option('--true-label <column>', 'new column for the labels as they were (true_<label>)')
    .option('--features <columns>', 'features of instance noise; default: all numbers', list)
    .option('--ignore <columns>', 'columns that are no features', list)
    .option('--overwrite', 'replace an earlier file', false)
    .action((data: string, options: Omit<CorruptOptions, 'data'>) =>
      runCorrupt({ ...options, data }, streams),
    );
}

/**
 * Writes a table with noisy labels: all columns as they are, the label column noisy, and the
 * labels as they were in a new last column. Prints what the noise did.
 */
export async function runCorrupt(options: CorruptOptions, { out, signal }: Streams): Promise<void> {
  const { data, label, trueLabel = `true_${label}`, seed = 1 } = options;
  const noise = readNoise(options.noise);
  checkInteger(field('seed'), seed, { min: 0 });
  const table = await relabelledTable(data, options.out, { signal });
  const inputs = [...table.files, ...filesOfNoise(options.noise)];
  await checkOutputs([options.out], { inputs, replace: options.overwrite });
  const given = await table.readLabels(label);
  const { labels, classes } = given;
  const features = noise.usesFeatures
    ? await readFeatures(options, labels.length, signal)
    : undefined;
  let noisy: CorruptedLabels;
  try {
    const context = { classes, features };
    noisy = noise.corrupt(labels, classes.length, stream(seed, 'noise'), context);
  } finally {
    features?.close();
  }
  signal?.throwIfAborted();
  const role = 'true-label column';
  const added = { name: trueLabel, option: 'trueLabel', role, cell: 'label' } as const;
  const changes = { label, labels: changedLabels(given, noisy.labels), added };
  await writeWhole(options.out, await table.content(changes), {
    replace: options.overwrite === true,
  });
  for (const notice of given.notices) out.write(`${notice}\n`);
  out.write(
    `${options.out}: ${formatCount(labels.length)} rows, noisy labels in ${show(label)}, ` +
      `the labels as they were in ${show(trueLabel)}\n` +
      `noise ${noise.spec}, seed ${seed}: ${formatShare(noisy.noiseRate)} of the labels changed\n\n` +
      `${realisedTable(noisy, classes)}\n\n` +
      `train on it: ${trainCommandLine({ source: options.out, label, trueLabel })}\n`,
  );
}

/** The columns of numbers. @param n rows, none of which is left out */
async function readFeatures(
  { data: source, label, features, ignore }: CorruptOptions,
  n: number,
  signal: AbortSignal | undefined,
): Promise<FeatureRows & { close(): void }> {
  const columns = { ...(features && { features }), ...(ignore && { ignore }) };
  const { data } = await openDataset(source, { label, ...columns, ...(signal && { signal }) });
  numberColumns(source, data); // says which source has none
  const rows = Uint32Array.from({ length: n }, (_, row) => row);
  return featureRows(data, rows, openRows);
}

/** Of each row whose label changes, a row with its new one. */
function changedLabels({ labels, rowOf }: TableLabels, noisy: Int32Array): Map<number, number> {
  const changed = new Map<number, number>();
  for (const [row, label] of noisy.entries()) {
    if (label !== labels[row]) changed.set(row, rowOf[label] as number);
  }
  return changed;
}

/** What became of each class, as shares of its rows. */
function realisedTable({ transition }: CorruptedLabels, classes: readonly string[]): string {
  const k = classes.length;
  if (k <= LARGEST_TABLE) {
    const rows = classes.map((name, i) => [
      name,
      ...Array.from(transition.subarray(i * k, (i + 1) * k), formatShare),
    ]);
    return formatTable([['true \\ noisy', ...classes], ...rows]);
  }
  const changes = [...transition.entries()]
    .filter(([cell, share]) => share > 0 && Math.floor(cell / k) !== cell % k)
    .sort(([, a], [, b]) => b - a);
  const rows = changes
    .slice(0, LISTED)
    .map(([cell, share]) => [
      classes[Math.floor(cell / k)] as string,
      classes[cell % k] as string,
      formatShare(share),
    ]);
  const rest =
    changes.length > LISTED ? `\nand ${changes.length - LISTED} smaller or equal ones` : '';
  return `${formatTable([['true', 'noisy', 'share of the class'], ...rows])}${rest}`;
}
