import { SymlossError, show } from '../../../core/index.ts';
import { collectClasses } from '../../classes.ts';
import { checkClasses } from './labels.ts';
import { rowPlace } from './structure.ts';
import { CsvTable, list } from './table.ts';

/** Labels as a file has them, and the file with other ones. */
export interface Relabelling {
  /** [n] */
  readonly labels: Int32Array;
  readonly classes: readonly string[];
  /** The delimiter of the file. */
  readonly delimiter: string;
  readonly notices: readonly string[];
  /**
   * The file's records, the header first, some at a time: other labels in the label column, the
   * old cells in a new last column, and every other cell as it stands. A label that stays keeps
   * its spelling.
   * @param labels [n]
   */
  records(labels: Int32Array): AsyncGenerator<string[][]>;
  close(): void;
}

/**
 * Opens a CSV file to give it other labels. Classes are those of `readCsv`.
 * @param label the label column
 * @param trueLabel what to call the column for the labels as they were
 * @throws SymlossError if the file can't be read, has no such label column, a row without a label or
 * fewer than two classes, or has a column `trueLabel` already
 */
export async function openRelabelling(
  path: string,
  label: string,
  trueLabel: string,
): Promise<Relabelling> {
  const table = await CsvTable.open(path);
  try {
    const column = table.find('label column', label);
    checkIsNew(table, trueLabel);
    const texts = (await table.texts(column)).map((text, row) => text ?? refuseMissing(row));
    const classes = collectClasses([texts]);
    checkClasses(table, column, texts, classes);
    const labels = Int32Array.from(texts, classes.indexOf);
    return {
      labels,
      classes: classes.classes,
      delimiter: table.structure.delimiter,
      notices: classes.joined.map((names) => `${list(names)} are one class: the same number`),
      async *records(given) {
        let start = -1; // the header
        for await (const some of table.records()) {
          const first = start;
          yield some.map((cells, i) => relabel(cells, given, first + i));
          start += some.length;
        }
      },
      close: () => table.close(),
    };

    function relabel(cells: readonly string[], given: Int32Array, row: number): string[] {
      if (row < 0) return [...cells, trueLabel];
      const old = cells[column] as string;
      const isSame = given[row] === labels[row];
      const name = isSame ? old : (classes.classes[given[row] as number] as string);
      return [...cells.with(column, name), old];
    }

    function refuseMissing(row: number): never {
      const where = `${path}, ${rowPlace(row + 1)}, column ${show(table.names[column])}`;
      throw new SymlossError(where, 'a label', 'a missing cell', {
        hint: 'delete such rows (NA, NaN and null count as missing)',
      });
    }
  } catch (error) {
    table.close();
    throw error;
  }
}

function checkIsNew(table: CsvTable, trueLabel: string): void {
  if (trueLabel.trim() === '' || trueLabel !== trueLabel.trim()) {
    const received = show(trueLabel);
    throw new SymlossError('true-label column', 'a name without blanks around it', received);
  }
  if (!table.names.includes(trueLabel)) return;
  throw new SymlossError(
    `${table.path}, true-label column`,
    'a name that no column has',
    show(trueLabel),
    { hint: 'choose another with --true-label' },
  );
}
