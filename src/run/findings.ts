import type {
  AmbiguousPair,
  AnnotatorAgreement,
  ClassSizes,
  Duplicates,
  FarRows,
  NearConflict,
} from '../audit/index.ts';
import {
  ambiguousPairs,
  annotatorAgreement,
  classSizes,
  duplicatesInPieces,
  farRows,
  nearConflicts,
} from '../audit/index.ts';
import type { Pieces } from '../core/index.ts';
import { finish } from '../core/index.ts';
import type { Dataset } from '../data/index.ts';
import type { DatasetAudit } from './audit.ts';
import { numberedAs, openRowNumbers } from './row-numbers.ts';

/** What an audit finds beside suspects. Classes are numbered as those of the audit. */
export interface DatasetFindings {
  /** Rows with the same features, also of the test part; labels are those of the audit. */
  readonly duplicates: Duplicates;
  readonly classSizes: ClassSizes;
  /** Of the pairs of classes that exchange most rows, how far models can tell them apart. */
  readonly ambiguousPairs: readonly AmbiguousPair[];
  /** Where the audit looked for the nearest rows: those that are far from all others, and pairs that are nearly the same. */
  readonly distances?: { readonly far: FarRows; readonly nearConflicts: readonly NearConflict[] };
  /** Of the annotators, where several labelled the same rows. */
  readonly annotators?: readonly AnnotatorAgreement[];
}

type FoundIn = Pick<DatasetAudit, 'classes' | 'labels' | 'calibrated' | 'confident' | 'neighbours'>;

/** Pairs of classes that are looked at. */
const mostPairs = 20;

/**
 * Finds what else is wrong with a dataset: rows that are the same or nearly so, rows unlike all others, unequal classes, classes that nothing tells apart, annotators
 * who disagree with everybody.
 * @param audit of the same data
 * @param test rows that models are to be tested on, with the same columns; they are compared with the others
 * @throws SymlossError if rows lie in a file that cannot be read
 */
export function datasetFindings(data: Dataset, audit: FoundIn, test?: Dataset): DatasetFindings {
  return finish(findingsInPieces(data, audit, test));
}

/** `datasetFindings`, in pieces: rows that lie in a file take long to read. */
export function* findingsInPieces(
  data: Dataset,
  audit: FoundIn,
  test?: Dataset,
): Pieces<DatasetFindings> {
  const { labels, calibrated, confident, neighbours } = audit;
  const k = audit.classes.length;
  const { annotations } = data;
  return {
    duplicates: yield* duplicatesOf(data, labels, test),
    classSizes: classSizes(labels, k),
    ambiguousPairs: ambiguousPairs(confident.overlaps.slice(0, mostPairs), calibrated, k),
    ...(neighbours && {
      distances: { far: farRows(neighbours), nearConflicts: nearConflicts(neighbours, labels) },
    }),
    ...(annotations && {
      annotators: annotatorAgreement(
        annotations.labels,
        annotations.annotators,
        data.classes.length,
      ),
    }),
  };
}

/** Rows that are the same in every column, also of test data, in pieces. @param labels of the data */
export function* duplicatesOf(
  data: Dataset,
  labels: Int32Array,
  test: Dataset | undefined,
): Pieces<Duplicates> {
  const own = openRowNumbers(data);
  try {
    if (test === undefined) return yield* duplicatesInPieces(own.numbers, labels);
    const other = openRowNumbers(test);
    try {
      const features = numberedAs(data, test, other.numbers);
      const options = { test: { features, rows: test.labels.length } };
      return yield* duplicatesInPieces(own.numbers, labels, options);
    } finally {
      other.close();
    }
  } finally {
    own.close();
  }
}
