import type { Shape } from '../../core/index.ts';
import type { ColumnKind, Dataset, Features, IdColumn } from '../dataset.ts';
import type { Embedding } from '../embedding.ts';
import type { NumberStyle } from '../numbers.ts';
import type { Consensus, Missing } from './reading-rules.ts';
import type { DecodeOptions } from './shared/decode-images.ts';
import type { Relabel } from './shared/relabelling.ts';
import type { TableFile, TableReading } from './shared/table-file.ts';
import type { ColumnRole } from './table/column-role.ts';

export type { Consensus, Missing } from './reading-rules.ts';
export { consensusRules, missingRules } from './reading-rules.ts';

/** How data of any format are read; each format takes some of these fields, and refuses the others. */
export interface OpenOptions extends DecodeOptions {
  /**
   * Column (in an archive: array) of the labels. For CIFAR-100: `fine` (default) or `coarse`. Of a table or a Parquet file
   * several columns with commas between them, `ann,bob,cy`: the labels of several annotators, of which not all
   * label every row.
   */
  readonly label?: string;
  /**
   * Of a table with a row for each label: the column of who gave it. Rows with the same `id` are one item, with the
   * features of the first of them.
   */
  readonly annotator?: string;
  /** How the labels of several annotators become one. Default: `dawid-skene`. */
  readonly consensus?: Consensus;
  /**
   * Of a table instead of `label`: what the names of the columns begin with that hold the share of each class, such as
   * `prob_` for `prob_cat` and `prob_dog`; or a column of lists of shares.
   */
  readonly softLabels?: string;
  /** Column or array of the true labels, where they are known. */
  readonly trueLabel?: string;
  /** The feature columns, in this order; default: all columns of a table but the labels and those that are left out. */
  readonly features?: readonly string[];
  /** Columns that hold numbers: other cells are missing. Default for these and the next: by their cells. */
  readonly numeric?: readonly string[];
  /** Columns whose values are names or codes, numbers too. */
  readonly categorical?: readonly string[];
  /** Columns of texts in a language. */
  readonly text?: readonly string[];
  /** Columns of texts of which only words and pairs of words are counted, no character n-grams. */
  readonly words?: readonly string[];
  /**
   * Columns of texts that a pretrained model makes vectors of, and the id or folder of the model; of images
   * `{ image: model }`. See `embedDataset`.
   */
  readonly embed?: Readonly<Record<string, string>>;
  /** Columns of dates. In 03/04/2024 the month comes first, unless a cell of the column says otherwise. */
  readonly date?: readonly string[];
  /** Columns of dates in which the day comes first. */
  readonly dayFirst?: readonly string[];
  /** Columns to leave out. */
  readonly ignore?: readonly string[];
  /** Columns that say which row it is: left out of the features, and kept beside predictions. */
  readonly id?: readonly string[];
  /**
   * Hold what says which row it is, as `rowIds` of the dataset: the cells of the columns `id` of a table in memory, the paths
   * of a folder of images; and what vectors were made of, to show it. Default: false.
   */
  readonly keepIds?: boolean;
  /** Of data to test on: how the columns of the training data were written, by their names. No field of `openDataset`. */
  readonly trained?: ReadonlyMap<string, TrainedColumn>;
  /** Column of the weights of rows, from 0 on. */
  readonly weight?: string;
  /** Column whose equal values are rows that belong together: they are in one part of the data. */
  readonly group?: string;
  /** What columns are, by their names: another way to say the above. */
  readonly columns?: Readonly<Record<string, ColumnRole>>;
  /**
   * Further columns of a table by name, each with a .npy file of an array `[n, d]`: row i is the vector of row i of the table.
   * They hold finite numbers.
   */
  readonly embedding?: Readonly<Record<string, string>>;
  /**
   * A missing cell stays NaN in the dataset, for the model to replace it (`impute`, the default), or is an error
   * (`error`), or its row is left out (`drop`). Rows without a label are errors, unless `drop` leaves them out, or
   * `drop-unlabelled`, which leaves out no others.
   */
  readonly missing?: Missing;
  /** Column of the images in a Parquet file; default: `image` or `img`, or the only one of images. */
  readonly imageColumn?: string;
  /** File of the labels (.npy, IDX) for a .npy or IDX file. */
  readonly labelsFile?: string;
  /** Where a dataset that is given by name is looked for first. */
  readonly folder?: string;
  /** A file or folder of any format to test on, instead of a test part that the source brings. */
  readonly test?: string;
  /** File of the labels of the test data. */
  readonly testLabelsFile?: string;
  /** The .npy files of `embedding` for the rows of the test data, by the same names. */
  readonly testEmbedding?: Readonly<Record<string, string>>;
}

/** How a column of the training data was written. */
export interface TrainedColumn {
  /** Of numbers: what a comma is. */
  readonly comma?: NumberStyle['comma'];
  /** Of numbers and dates: texts that were read as missing cells. */
  readonly missingTexts?: readonly string[] | undefined;
}

export type DataField = keyof OpenOptions;

/** A dataset, and its own test part where it brings one. */
export interface Opened {
  readonly data: Dataset;
  readonly test?: Dataset;
  /** The rows of `data` before pretrained models made vectors of their texts or images; with `keepIds` only. */
  readonly beforeEmbedding?: Dataset;
}

/** Rows that a model takes. */
export interface ModelInput {
  /** `[d]`, or `[c, h, w]` for images. */
  readonly featureShape: Shape;
  /** Names of the d columns of a table, which are of numbers; or what is known of each. */
  readonly columns?: readonly (string | ModelColumn)[];
  /** Why rows are of this shape, for messages. Default: the model takes such rows. */
  readonly reason?: string | undefined;
  /** Of the vectors among them those that are made of texts or images. */
  readonly embeddings?: readonly Embedding[] | undefined;
  /** Whether pixels of images were bytes, 0 to 255, in training. */
  readonly pixels?: 'bytes' | undefined;
  /** Names of its classes, by which labels that the rows have are told from other names. */
  readonly classes?: readonly string[];
}

/** A column that a model takes. */
export interface ModelColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  /** Of dates: whether in 03/04/2024 the day comes first. */
  readonly dayFirst?: boolean | undefined;
  /** Of numbers: their unit, and what a comma in them is where the cells leave it open: see `NumberStyle`. */
  readonly unit?: string | undefined;
  readonly comma?: 'thousands' | 'decimal' | undefined;
  /** Of numbers and dates: texts that stand for a missing cell. */
  readonly missingTexts?: readonly string[] | undefined;
}

/** How rows to predict for are read. */
export interface OpenRowsOptions
  extends Pick<OpenOptions, 'missing' | 'imageColumn' | 'folder' | 'id' | 'embedding'>,
    DecodeOptions {
  /** Of data with a test part of their own: which one. Default: `train`; of a folder of images all that it holds. */
  readonly part?: 'train' | 'test';
  /** Where pretrained models lie now, by the columns that they embed. Default: where they lay in training. */
  readonly embed?: Readonly<Record<string, string>>;
  /** Column of the labels: they are read where a table has it. Default: none. */
  readonly label?: string;
  /** Columns to hand through beside those of `id`, where a table has them. Default: none. */
  readonly ownIds?: readonly string[];
}

/** Rows to predict for: `predictDataset` of a model takes them. */
export interface OpenedRows {
  readonly features: Features;
  /** `[d]`, or `[c, h, w]` for images. */
  readonly featureShape: Shape;
  /** `[n]`: which rows of the source these are, counted from 0; all but those left out. */
  readonly kept: Uint32Array;
  /** `[n]`, of images that are files: relative to the folder, or as they were given. */
  readonly paths?: readonly string[];
  /** Of a table: the names of its columns, `[d]`. */
  readonly columns?: readonly string[];
  /** Of a table with columns of texts: their kinds and texts, as in a dataset. */
  readonly kinds?: NonNullable<Dataset['kinds']>;
  readonly texts?: NonNullable<Dataset['texts']>;
  /** `[n]`, names of classes, '' where one is missing, where the rows have labels. */
  readonly labels?: readonly string[];
  /** The columns that were asked for by `id`. */
  readonly ids?: readonly IdColumn[];
  readonly notices: readonly string[];
}

/** What a source is recognised by. */
export interface Source {
  /** As it was given. */
  readonly path: string;
  /** The first bytes of a file, unpacked. */
  readonly start?: Buffer;
  /** Names of the files in a folder. */
  readonly names?: readonly string[];
}

/** A format of data: one row of the table `formats`. */
export interface Format {
  /** What it is called; a dataset of `kind` name is opened by it. */
  readonly name: string;
  /** What messages call data of this format: `a CSV file`. */
  readonly about: string;
  /** Whether data are opened by this format's name, or lie in a file or a folder. */
  readonly kind: 'name' | 'file' | 'folder';
  /** Extensions of files that are of this format whatever they hold, without the dot. */
  readonly extensions?: readonly string[];
  /** Whether a source of its kind is of this format, where the extension does not tell. */
  readonly detect: (source: Source) => boolean | Promise<boolean>;
  /** The format that a file which seems to be of this one really has, by a look into it. Default: this one. */
  readonly resolve?: (path: string) => Promise<Format>;
  /** Opens a file as a table, for formats of tables. */
  readonly openTable?: (path: string, reading: TableReading) => Promise<TableFile>;
  /**
   * What reads several files of this format as one, in this order. Its functions take what messages call them together in
   * place of a path. Default: they are not read together.
   */
  readonly join?: (paths: readonly string[]) => Format;
  /** Writes data of this format with other labels. Default: they are not written. */
  readonly relabel?: Relabel;
  /** Of a dataset by its name: the files that `open` would read. @param folder where it lies, as in the field */
  readonly files?: (folder: string | undefined) => Promise<readonly string[]>;
  /** The fields that it takes, beside those that every format takes. */
  readonly fields: readonly DataField[];
  /** Reads data with labels. */
  readonly open: (path: string, options: OpenOptions) => Promise<Opened>;
  /**
   * Reads rows without their labels. Default: a part of what `open` reads, without the labels.
   * @param options the channels and size of the model's images are among them
   */
  readonly openRows?: (
    path: string,
    input: ModelInput,
    options: OpenRowsOptions,
  ) => Promise<OpenedRows>;
  /** Whether `openRows` takes a part. Default: no. */
  readonly hasParts?: boolean;
  /** The same, some rows at a time: the notices of the last piece are those of all. Default: all at once. */
  readonly openRowPieces?: (
    path: string,
    input: ModelInput,
    options: OpenRowsOptions,
  ) => AsyncIterable<OpenedRows>;
  /**
   * Options that data of this format need to test a model on them, beside those that were given for
   * the training data.
   */
  readonly testOptions?: (
    path: string,
    options: OpenOptions,
    training: Dataset,
  ) => OpenOptions | Promise<OpenOptions>;
}
