import type { AutoDecision, LossTried } from './decision.ts';
import { noisyFrom } from './halving.ts';
import { correctedLoss } from './plans.ts';

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** Rows of the smallest class, below which nothing can be said about it. */
const fewRows = 10;
/** Below so many rows the choice is chance. */
const fewInAll = 200;
/** Noise that is found may be none at all where its interval begins below this share. */
const hardlyAny = 0.02;
/** Share of one class from which on accuracy says little. */
const dominating = 0.75;

/** The three lines for people. @param labels as given, of the rows that the losses were compared on */
export function wordsOf(
  decision: Omit<AutoDecision, 'words'>,
  labels: Int32Array,
  classes: readonly string[],
): AutoDecision['words'] {
  return {
    found: found(decision),
    chose: chose(decision),
    limits: limits(decision, labels, classes),
  };
}

function found({ noise, rows }: Omit<AutoDecision, 'words'>): string {
  const { rate, low, high, isUniform, confusions } = noise;
  const interval = `95 % interval ${percent(low)} to ${percent(high)}`;
  const where =
    isUniform === undefined
      ? ''
      : isUniform
        ? ', about evenly over the classes'
        : confusions.length > 0
          ? `, most of them ${confusions.map(({ from, to, share }) => `${from} → ${to} (${percent(share)} of ${from})`).join(', ')}`
          : ', more among some classes than among others';
  const spread = rate < 0.01 ? '' : where;
  return `about ${percent(rate)} of the labels look wrong (${interval})${spread}; estimated by models on ${rows.toLocaleString('en')} rows that they were not trained on`;
}

function chose({ losses, chosen, reason, members }: Omit<AutoDecision, 'words'>): string {
  const own = losses[chosen] as LossTried;
  const others = losses
    .filter((one) => one !== own)
    .map((one) => `${one.loss} ${one.diverged ? 'diverged' : accuracyOf(one, own)}`)
    .join('; ');
  const asGood = own.logLikelihood === undefined ? 'are as accurate' : 'explain the labels as well';
  const why = {
    'most accurate': 'it is the most accurate',
    'more robust': `others ${asGood} within chance, and it is more robust to wrong labels`,
    'most likely': 'the labels are most likely by its probabilities',
    plainer: `others ${asGood} within chance, and few labels look wrong`,
  }[reason];
  const corrected = isCorrected(own) ? ', cross-entropy corrected for this noise' : '';
  const what = members > 1 ? `, the mean of ${members} models` : '';
  return `${own.loss}${corrected}${what}: ${why}, ${percent(own.accuracy)} on labels as given (${others})`;
}

function isCorrected({ loss }: LossTried): boolean {
  return loss === correctedLoss;
}

/** Of a loss that was out early only how far it is from the choice on the first folds, whose rows may be easier than all. */
function accuracyOf({ accuracy, models, behind }: LossTried, own: LossTried): string {
  if (models >= own.models || behind === undefined) return percent(accuracy);
  const points = (100 * Math.abs(behind.mean)).toFixed(1);
  const where = `on ${models} of ${own.models} folds`;
  if (Number(points) === 0) return `level ${where}`;
  return `${points} points ${behind.mean > 0 ? 'behind' : 'ahead'} ${where}`;
}

/** What the numbers cannot say, by what the data are like. */
function limits(
  { noise, losses, chosen }: Omit<AutoDecision, 'words'>,
  labels: Int32Array,
  classes: readonly string[],
): string {
  const k = classes.length;
  const counts = new Array<number>(k).fill(0);
  for (const label of labels) counts[label] = (counts[label] as number) + 1;
  const n = labels.length;
  const largest = Math.max(...counts);
  const small = classes.filter((_, i) => (counts[i] as number) < fewRows);
  const said: string[] = [];
  if (n < fewInAll) said.push(`${n} rows are too few to choose by: the choice may be chance`);
  if (small.length > 0) {
    const names = small.length > 3 ? `${small.length} classes` : small.join(', ');
    said.push(`fewer than ${fewRows} rows are labelled ${names}`);
  }
  if (largest / n > dominating) {
    const name = classes[counts.indexOf(largest)];
    said.push(`${percent(largest / n)} of the labels are ${name}: look at the balanced accuracy`);
  }
  if (noise.low < hardlyAny && noise.rate >= noisyFrom) {
    said.push(
      'the labels may also be right: rows that are hard to tell apart explain them almost as well',
    );
  }
  if (noise.high > (0.9 * (k - 1)) / k) {
    said.push(
      `near ${percent((k - 1) / k)} of wrong labels nothing can be learnt from ${k} classes`,
    );
  }
  if (noise.isUniform === undefined && k > 2) {
    said.push('the rows are too few to see whether some classes are mislabelled more often');
  } else if (isCorrected(losses[chosen] as LossTried)) {
    said.push(
      'the noise was counted among the rows that models are surest of: what they get wrong there is taken for noise',
    );
  } else if (noise.isUniform === false) {
    said.push(
      'labels that are wrong for some classes more than for others can favour a loss that repeats the mistakes',
    );
  }
  said.push(
    'rows that are hard to tell apart also look mislabelled, and mistakes that follow a rule in the features do not',
  );
  return said.join('; ');
}
