import { SymlossError, show } from '../core/index.ts';

/** What is kept of every row, in the order of the data. */
export interface AuditedRow {
  /** Its number in the source, from 1; of a table below the header. */
  readonly row: number;
  /** Names of classes. */
  readonly given: string;
  readonly suggested: string;
  readonly pWrong: number;
  readonly pSuggested: number;
  /** Its place in the list of suspects, from 1; `null` for a row that is not in it. */
  readonly rank: number | null;
}

const hint = 'another program may have changed the file; audit the data again';

/**
 * Checks rows that were read from a file.
 * @param where the file
 * @throws SymlossError naming the first cell that is none of an audit, or the first row that is there twice
 */
export function checkAuditedRows(
  where: string,
  rows: readonly { readonly [K in keyof AuditedRow]: unknown }[],
  classes: readonly string[],
): asserts rows is readonly AuditedRow[] {
  const known = new Set<unknown>(classes);
  const isClass = (value: unknown) => known.has(value);
  const rules: {
    readonly [K in keyof AuditedRow]: readonly [
      expected: string,
      holds: (value: unknown) => boolean,
    ];
  } = {
    row: ['the number of a row, from 1', isCount],
    given: ['one of the classes', isClass],
    suggested: ['one of the classes', isClass],
    pWrong: ['a probability', isShare],
    pSuggested: ['a probability', isShare],
    rank: ['a place in the list, from 1, or none', (value) => value === null || isCount(value)],
  };
  const seen = new Set<unknown>();
  for (const [i, row] of rows.entries()) {
    for (const [name, [expected, holds]] of Object.entries(rules)) {
      const value = row[name as keyof AuditedRow];
      if (holds(value)) continue;
      const place = `${where}, row ${i + 1}, column "${name}"`;
      throw new SymlossError(place, expected, show(value), { hint });
    }
    if (seen.has(row.row)) {
      const place = `${where}, row ${i + 1}`;
      throw new SymlossError(place, 'each row once', `row ${row.row} twice`, { hint });
    }
    seen.add(row.row);
  }
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 1;

/** Of a sum of probabilities. */
const rounding = 1e-9;

const isShare = (value: unknown): boolean =>
  typeof value === 'number' && value >= -rounding && value <= 1 + rounding;
