import { rowNumber } from '../../data/index.ts';
import type { DatasetFindings } from '../../run/index.ts';
import type { ListedAudit } from './suspects-file.ts';

/** Groups of rows that are listed, pairs of them, and rows. */
const mostGroups = 1000;

/** Findings as plain data: rows count from 1, as in the list of suspects; groups with different labels come first. */
export function findingsJson(
  { duplicates, classSizes, ambiguousPairs, distances, annotators }: DatasetFindings,
  data: ListedAudit['data'],
  test: ListedAudit['data'] = {},
) {
  const groups = [...duplicates.groups].sort(
    (a, b) => Math.sign(b.conflicts) - Math.sign(a.conflicts),
  );
  return {
    duplicates: {
      ...{ repeated: duplicates.repeated, conflicting: duplicates.conflicting },
      inTest: duplicates.inTest,
      listed: groups.slice(0, mostGroups).map(({ rows, testRows, conflicts }) => ({
        rows: rows.map((row) => rowNumber(data, row)),
        ...(testRows.length > 0 && { testRows: testRows.map((row) => rowNumber(test, row)) }),
        conflicts,
      })),
    },
    ...{ classSizes, ambiguousPairs },
    ...(distances && {
      nearConflicts: distances.nearConflicts.slice(0, mostGroups).map(({ rows, distance }) => ({
        rows: rows.map((row) => rowNumber(data, row)),
        distance,
      })),
      farRows: {
        fence: distances.far.fence,
        listed: Array.from(distances.far.rows.subarray(0, mostGroups), (row) => ({
          row: rowNumber(data, row),
          score: distances.far.scores[row],
        })),
      },
    }),
    ...(annotators && { annotators }),
  };
}
