import { formatNames, show } from '../../core/index.ts';
import type { DatasetFindings } from '../../run/index.ts';
import { formatCount, formatShare } from './format.ts';

/** Classes are said to be unclear, or unequal, from these on; pairs and names in a line, at most. */
const [leastConfusion, leastImbalance] = [0.1, 10];
const [mostPairs, mostNames] = [3, 5];

/** What else was found, in lines; none where nothing stands out. */
export function findingLines(
  findings: DatasetFindings,
  classes: readonly string[],
): readonly string[] {
  return [
    ...repeatedLines(findings),
    ...distanceLines(findings),
    ...pairLines(findings, classes),
    ...sizeLines(findings, classes),
    ...annotatorLines(findings, classes),
  ];
}

const counted = (n: number, noun: string): string =>
  `${formatCount(n)} ${noun}${n === 1 ? '' : 's'}`;

const isOrAre = (n: number): string => (n === 1 ? 'is' : 'are');

function repeatedLines({ duplicates }: DatasetFindings): string[] {
  const { repeated, conflicting, inTest } = duplicates;
  const same = `${counted(repeated.rows, 'row')} in ${counted(repeated.groups, 'group')} are the same`;
  const differing =
    conflicting.groups === 0
      ? ', with the same labels'
      : `; ${formatCount(conflicting.rows)} of them, in ${counted(conflicting.groups, 'group')}, have different labels: at least ${counted(conflicting.conflicts, 'label')} ${isOrAre(conflicting.conflicts)} wrong, or the columns do not decide the class`;
  return [
    ...(repeated.groups === 0 ? [] : [`${same}${differing}`]),
    ...(inTest.rows === 0
      ? []
      : [
          `${counted(inTest.rows, 'row')} ${isOrAre(inTest.rows)} in the test part, too (${formatCount(inTest.testRows)} there): it measures what was memorized`,
        ]),
  ];
}

function distanceLines({ distances }: DatasetFindings): string[] {
  if (distances === undefined) return [];
  const { far, nearConflicts } = distances;
  const pairs = nearConflicts.length;
  return [
    ...(pairs === 0
      ? []
      : [
          `${counted(pairs, 'pair')} of rows ${isOrAre(pairs)} nearly the same, with different labels`,
        ]),
    ...(far.rows.length === 0
      ? []
      : [
          `${counted(far.rows.length, 'row')} ${isOrAre(far.rows.length)} unlike all others: more than ${far.fence.toFixed(1)} times as far from the nearest rows as usual`,
        ]),
  ];
}

function pairLines({ ambiguousPairs }: DatasetFindings, classes: readonly string[]): string[] {
  const question = classes.length > 2 ? '; merge or define them anew?' : '';
  return ambiguousPairs
    .filter(({ confusion }) => confusion >= leastConfusion)
    .slice(0, mostPairs)
    .map(
      ({ classes: [a, b], confusion }) =>
        `${show(classes[a])} and ${show(classes[b])} are hard to tell apart: the better guess is wrong in ${formatShare(confusion)} of their rows (estimated)${question}`,
    );
}

function sizeLines({ classSizes }: DatasetFindings, classes: readonly string[]): string[] {
  const { rows, smallest, largest, imbalance } = classSizes;
  if (imbalance < leastImbalance) return [];
  return [
    `classes are unequal: ${counted(rows[smallest] as number, 'row')} of ${show(classes[smallest])}, ${formatCount(rows[largest] as number)} of ${show(classes[largest])}`,
  ];
}

function annotatorLines(
  { annotators = [] }: DatasetFindings,
  classes: readonly string[],
): string[] {
  const constant = annotators.flatMap(({ name, onlyClass }) =>
    onlyClass === undefined ? [] : [`${show(name)} (${show(classes[onlyClass])})`],
  );
  const outliers = annotators
    .filter(({ isOutlier, onlyClass }) => isOutlier && onlyClass === undefined)
    .map(({ name }) => show(name));
  return [
    ...(outliers.length > 0
      ? [
          `annotators who agree with the others no more than by chance: ${formatNames(outliers, mostNames)}`,
        ]
      : []),
    ...(constant.length > 0
      ? [
          `annotators who gave one class only, on rows to which others gave several: ${formatNames(constant, mostNames)}`,
        ]
      : []),
  ];
}
