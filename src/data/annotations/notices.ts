import type { Agreement, AnnotatorQuality, ConsensusMethod } from '../../audit/index.ts';
import { count } from '../text.ts';

/** Annotators that are listed one by one. */
const mostListed = 12;

/** Rows with two labels that are needed to tell from chance that annotators agree. */
const rowsToTell = 20;

/** A table of the annotators: of many those that gave the most labels. */
export function annotatorNotices(
  found: {
    readonly annotators: readonly AnnotatorQuality[];
    readonly agreement: Agreement;
    readonly method: ConsensusMethod;
  },
  asked: ConsensusMethod,
): string[] {
  const { annotators, agreement, method } = found;
  const percent = (share: number) => (Number.isNaN(share) ? '–' : `${(100 * share).toFixed(1)} %`);
  const whole = (count: number) => count.toLocaleString('en-US');
  const rowsOf = (rows: number) => `${whole(rows)} row${rows === 1 ? '' : 's'}`;
  const means = { majority: 'majority vote', 'dawid-skene': 'Dawid–Skene' };
  const agreed =
    agreement.rows === 0
      ? 'no row has two labels'
      : `a label equals ${percent(agreement.observed)} of the others of its row, on average over ${rowsOf(agreement.rows)} with two labels or more` +
        `${Number.isNaN(agreement.alpha) ? '' : ` (Krippendorff's α ${agreement.alpha.toFixed(3)})`}`;
  const why = method === asked ? '' : ', since nothing tells annotators apart';
  const listed = [...annotators]
    .map((quality, place) => ({ ...quality, place }))
    .sort((a, b) => b.labels - a.labels || a.place - b.place)
    .slice(0, mostListed)
    .sort((a, b) => a.place - b.place);
  const rows = [
    ['annotator', 'labels', 'est. accuracy', 'as the consensus'],
    ...listed.map((own) => [
      ...[own.name, whole(own.labels), percent(own.accuracy), percent(own.agreement)],
    ]),
  ];
  const widths = [0, 1, 2, 3].map((c) => Math.max(...rows.map((row) => (row[c] as string).length)));
  const lines = rows.map((row) =>
    row
      .map((cell, c) => (c === 0 ? cell.padEnd(widths[c] ?? 0) : cell.padStart(widths[c] ?? 0)))
      .join('  '),
  );
  const others = annotators.length - listed.length;
  return [
    `${count(annotators.length, 'annotator')}: ${agreed}; consensus by ${means[method]}${why}`,
    ...lines.map((line) => `  ${line}`),
    ...(others > 0 ? [`  … and ${others} with fewer labels`] : []),
    ...(agreement.rows >= rowsToTell && agreement.alpha <= 0
      ? [
          'warning: they agree no more often than by chance: are these labels of the same rows, and of the same question?',
        ]
      : []),
  ];
}
