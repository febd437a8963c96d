import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { checkFields, field, SymlossError, show } from '../../core/index.ts';
import { alignClasses } from '../align.ts';
import type { Dataset } from '../dataset.ts';
import type { Embedding } from '../embedding.ts';
import { list } from '../text.ts';
import { checkUnits } from '../units.ts';
import type { Embed, EmbedOptions } from './embeddings/index.ts';
import { embedRows, embedWith, inputBeforeEmbedding, Models } from './embeddings/index.ts';
import type { FoundSource } from './find-format.ts';
import { findSource } from './find-format.ts';
import type {
  DataField,
  Format,
  ModelInput,
  Opened,
  OpenedRows,
  OpenOptions,
  OpenRowsOptions,
} from './format.ts';
import { formats } from './registry.ts';
import type { StoreOptions } from './shared/byte-store.ts';
import { rowNumbers } from './shared/rows.ts';
import { calling, callingIt, callingPieces } from './sources/called.ts';
import { checkTableOptions } from './table/check-options.ts';

/** The fields that mean something only with data to test on. */
const testFields = ['testLabelsFile', 'testEmbedding'] as const;

/** The fields that every format takes: they say where rows are kept, what is made of them, and what to test on. */
const commonFields: readonly DataField[] = [
  ...(['memoryLimit', 'cache', 'signal', 'onProgress'] as const),
  ...(['embed', 'keepIds', 'test', ...testFields] as const),
];

const allFields = [...new Set([...formats.flatMap(({ fields }) => fields), ...commonFields])];

/**
 * Reads data of any format that symloss understands, and their test part where they bring one or
 * `options.test` names one. A source is a name (`digits`, `mnist`, `fashion-mnist`, `cifar10`,
 * `cifar10n`, `cifar100`; a file of that name is given as `./mnist`), a CSV, JSON lines, Parquet, Arrow, .npy, .npz or IDX
 * file, or a folder of IDX files, of CIFAR's binary files, or with one folder of images per class. Several tables of one
 * format are read as one: those whose paths match a pattern (`parts/*.csv`), or lie in a folder. `-` is standard input.
 * Columns of texts, or images, that `options.embed` names become vectors.
 * @returns the test part's classes are numbered as those of the data
 * @throws SymlossError where the source is none of these, an option does not apply to it, or what
 * its reader throws
 */
export async function openDataset(source: string, options: OpenOptions = {}): Promise<Opened> {
  checkFields('openDataset', options, allFields);
  checkTableOptions(options as object);
  if (typeof source !== 'string') {
    throw new SymlossError('openDataset', 'the path or name of data', show(source));
  }
  const found = await findSource(source, options.signal);
  checkApplies(source, found.format, options);
  const { test: testSource, testLabelsFile: _, testEmbedding: _e, ...own } = options;
  const alone = testFields.find((name) => options[name] !== undefined);
  if (testSource === undefined && alone !== undefined) {
    const expected = `data to test on beside it (${field('test')})`;
    throw new SymlossError(field(alone), expected, 'none');
  }
  const { data, test: ownTest } = await open(found, own);
  const test =
    testSource === undefined
      ? ownTest
      : alignClasses(await openTest(testSource, data, options), data.classes);
  const opened = { data, ...(test && { test }) };
  return options.embed === undefined ? opened : embedAll(found, opened, options.embed, options);
}

async function embedAll(
  found: FoundSource,
  { data, test }: Opened,
  embed: Embed,
  options: StoreOptions & Pick<OpenOptions, 'keepIds'>,
): Promise<Opened> {
  const models = new Models();
  try {
    const how = await embedOptions(found, options);
    const embedded = await embedWith(models, data, embed, how);
    return {
      data: embedded,
      ...(options.keepIds && { beforeEmbedding: data }),
      ...(test && { test: await embedWith(models, test, embed, how) }),
    };
  } finally {
    await models.dispose();
  }
}

/** Where vectors are kept. A file that was made of standard input goes with its folder. */
async function embedOptions(
  { format, path, called }: FoundSource,
  { memoryLimit, cache, signal, onProgress }: StoreOptions,
): Promise<EmbedOptions> {
  const isFolder = (place: string) =>
    stat(place).then(
      (found) => found.isDirectory(),
      () => false,
    );
  const places = format.kind === 'name' || called !== undefined ? [] : [path, dirname(path)];
  let beside: string | undefined;
  for (const place of places) if (beside === undefined && (await isFolder(place))) beside = place;
  return {
    beside,
    ...(memoryLimit !== undefined && { memoryLimit }),
    ...(cache !== undefined && { cache }),
    ...(signal !== undefined && { signal }),
    ...(onProgress !== undefined && { onProgress }),
  };
}

/** The test data take the options that apply to their format, and must fit the training data. */
async function openTest(source: string, training: Dataset, options: OpenOptions): Promise<Dataset> {
  const { test: _, testLabelsFile: labelsFile, testEmbedding: embedding, ...rest } = options;
  const { labelsFile: _l, embedding: _e, ...given } = rest; // those of the training data
  const found = await findSource(source, given.signal);
  const { format, path } = found;
  const applying: OpenOptions = {
    ...Object.fromEntries(
      Object.entries(given).filter(([name]) => takes(format, name as DataField)),
    ),
    ...(labelsFile !== undefined && { labelsFile }),
    ...(embedding !== undefined && { embedding }),
  };
  const own = await format.testOptions?.(path, applying, training);
  const opened = await open(found, own ?? applying);
  const tested = opened.test ?? opened.data;
  checkUnits(source, training, tested);
  return tested;
}

/** Opens what was found; messages and notices call it as it is called. */
async function open({ format, path, called }: FoundSource, options: OpenOptions): Promise<Opened> {
  const opened = await callingIt(path, called, () => format.open(path, options));
  if (called === undefined) return opened;
  const named = (data: Dataset): Dataset => ({
    ...data,
    name: called,
    notices: calling(data.notices, path, called),
  });
  return { data: named(opened.data), ...(opened.test && { test: named(opened.test) }) };
}

/**
 * Reads rows of any format to predict for; they need no labels. Images are files, or those of a folder and the folders below
 * it, however they are called. Of a dataset in parts the rows of `options.part`.
 * @param input what the model takes, such as its card: encoded images are brought to its shape, columns of a table are
 * found by name
 * @returns rows for `predictDataset` of a model, with the labels that they have
 * @throws SymlossError where the source holds rows of another shape, an option does not apply to
 * it, or what its reader throws
 */
export async function openInputs(
  source: string,
  input: ModelInput,
  options: OpenRowsOptions = {},
): Promise<OpenedRows> {
  const asked = await askedRows(source, input, options);
  const { format, path } = asked.found;
  const rows = await callingIt(path, asked.found.called, async () =>
    format.openRows === undefined
      ? openPart(asked)
      : format.openRows(path, asked.input, asked.options),
  );
  return asked.finish(rows).finally(() => asked.models.dispose());
}

/**
 * As `openInputs`, some rows at a time, so that tables of any size take little memory: of one of more than 200,000 rows, or
 * fewer wide ones, the first ones say how numbers and dates are written.
 * @returns at least one piece, in the order of the rows; the notices of the last one are those of all
 * @throws SymlossError as `openInputs` does, and naming a cell that is not what the first rows of its column are
 */
export async function* openInputPieces(
  source: string,
  input: ModelInput,
  options: OpenRowsOptions = {},
): AsyncGenerator<OpenedRows> {
  const asked = await askedRows(source, input, options);
  const { format, path, called } = asked.found;
  if (format.openRowPieces === undefined) {
    yield await openInputs(source, input, options);
    return;
  }
  try {
    const pieces = format.openRowPieces(path, asked.input, asked.options);
    for await (const rows of callingPieces(path, called, pieces)) yield await asked.finish(rows);
  } finally {
    await asked.models.dispose();
  }
}

/** Rows that are asked for, before they are read. */
interface AskedRows {
  readonly source: string;
  readonly found: FoundSource;
  /** What they have to be before they are embedded. */
  readonly input: ModelInput;
  readonly options: OpenRowsOptions;
  /** What embeds them. */
  readonly models: Models;
  /** Checks their shape, and embeds them. */
  readonly finish: (rows: OpenedRows) => Promise<OpenedRows>;
}

/** @throws SymlossError where an option does not apply */
async function askedRows(
  source: string,
  wanted: ModelInput,
  options: OpenRowsOptions,
): Promise<AskedRows> {
  const found = await findSource(source, options.signal);
  const { format, path, called } = found;
  const { embed = {}, part, label, ownIds, missing, ...others } = options;
  // no cell is missing where there are no cells
  const asks = missing !== undefined && (missing !== 'error' || takes(format, 'missing'));
  const given = { ...others, ...(asks && { missing }) };
  const { embeddings: all = [] } = wanted;
  checkEmbed(embed, all);
  // vectors that are there already need no model
  const embeddings = all.filter(({ column }) => given.embedding?.[column] === undefined);
  checkApplies(source, format, given);
  if (part !== undefined && format.openRows !== undefined && !format.hasParts) {
    throw refusal(source, format, 'part', part);
  }
  const input = embeddings.length === 0 ? wanted : inputBeforeEmbedding({ ...wanted, embeddings });
  const own = {
    ...given,
    ...encodedAs(format, input.featureShape),
    ...(label !== undefined && takes(format, 'label') && { label }),
    ...(ownIds !== undefined && takes(format, 'id') && { ownIds }),
  };
  const models = new Models();
  const how = embeddings.length === 0 ? undefined : await embedOptions(found, options);
  const columns = wanted.columns?.map((own) => (typeof own === 'string' ? own : own.name));
  return {
    ...{ source, found, input, models },
    options: { ...(format.openRows === undefined ? given : own), ...(part && { part }) },
    async finish(rows) {
      checkShape(source, rows, input);
      const notices = [...calling(rows.notices, path, called), ...pixelNotices(rows, input)];
      const paths = rows.paths && calling(rows.paths, path, called);
      const named = { ...rows, notices, ...(paths && { paths }) };
      const embedded =
        how === undefined
          ? named
          : await embedRows(source, named, wanted, embeddings, { models, embed, how });
      return { ...embedded, ...(columns && { columns }) };
    },
  };
}

/** @throws SymlossError for rows that the model does not take */
function checkShape(
  source: string,
  { featureShape }: OpenedRows,
  { featureShape: shape, reason = 'as the model takes' }: ModelInput,
): void {
  if (featureShape.length === shape.length && featureShape.every((d, i) => d === shape[i])) return;
  const isImages = shape.length === 3;
  const expected = isImages ? `images of ${shape.join(' × ')}` : `rows of ${shape} numbers`;
  const received = featureShape.length === 3 ? featureShape.join(' × ') : `${featureShape} numbers`;
  throw new SymlossError(source, `${expected}, ${reason}`, received);
}

/** Warns of pixels in another range than the model was trained on. */
function pixelNotices({ features }: OpenedRows, { pixels, featureShape }: ModelInput): string[] {
  if (pixels === undefined || featureShape.length !== 3) return [];
  if (!(features instanceof Float32Array) || features.length === 0) return [];
  const largest = features.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest > 1) return [];
  return [
    `warning: no pixel is above ${Number(largest.toPrecision(3))}, and the model was trained on pixels from 0 to 255: multiply them by 255 if they are from 0 to 1`,
  ];
}

/** @throws SymlossError naming a column that the model has no vectors of */
function checkEmbed(embed: Embed, embeddings: readonly Embedding[]): void {
  const known = embeddings.map(({ column }) => column);
  const other = Object.keys(embed).find((column) => !known.includes(column));
  if (other === undefined) return;
  const expected = known.length === 0 ? 'none: the model embeds nothing' : `one of ${list(known)}`;
  throw new SymlossError(field('embed'), expected, show(other));
}

/** Channels and size to bring encoded images to. */
function encodedAs({ fields }: Format, shape: readonly number[]) {
  if (shape.length !== 3 || !fields.includes('channels')) return {};
  const [channels, h, w] = shape as [1 | 3, number, number];
  return { channels, imageSize: [h, w] } as const;
}

/** A part of data that are read with their labels. @throws SymlossError where it is not there */
async function openPart({ source, found, options }: AskedRows): Promise<OpenedRows> {
  const { part = 'train', ...given } = options;
  const opened = await found.format.open(found.path, given);
  const data = part === 'test' ? opened.test : opened.data;
  if (data === undefined) throw new SymlossError(source, 'a test part', 'none');
  const { features, featureShape, notices, classes } = data;
  const labels = Array.from(data.trueLabels ?? data.labels, (label) => classes[label] as string);
  return { features, featureShape, notices, labels, kept: rowNumbers(labels.length) };
}

/** @throws SymlossError naming a field that is given and has no meaning for the source */
function checkApplies(source: string, format: Format, options: OpenOptions): void {
  const names = Object.keys(options) as DataField[];
  const wrong = names.find((name) => options[name] !== undefined && !takes(format, name));
  if (wrong !== undefined) throw refusal(source, format, wrong, options[wrong]);
}

function takes({ fields }: Format, name: DataField): boolean {
  return fields.includes(name) || commonFields.includes(name);
}

function refusal(source: string, format: Format, name: string, value: unknown): SymlossError {
  const form = format.kind === 'name' ? source : `${source}, ${format.about}`;
  return new SymlossError(field(name), `nothing: it has no meaning for ${form}`, show(value), {
    hint: 'leave it out',
  });
}
