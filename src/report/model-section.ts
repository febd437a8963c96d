import { wilsonInterval } from '../core/index.ts';
import { nothing, percent } from '../experiments/results/number-texts.ts';
import type { DoneRecord } from '../run/record.ts';
import { isOfTrueLabels } from '../run/record.ts';
import { heatMap } from './heat-map.ts';
import type { Html } from './html.ts';
import { html } from './html.ts';
import { share, table } from './table.ts';

/** The model that a training leaves. */
export interface KeptModel {
  readonly record: DoneRecord;
  /** What is to be known of it, as sentences without full stops: what was found in the labels, what was chosen, warnings. */
  readonly lines: readonly string[];
}

/** A confusion matrix of more classes is not readable. */
const mostClasses = 20;

/** How good the model is, what was found, how its loss was chosen, and how good it is on every class. */
export function modelSection({ record, lines }: KeptModel): Html {
  const { config, evaluation, auto } = record;
  return html`<section aria-labelledby="model"><h2 id="model">The model</h2>
${evaluation && html`<p class="lead">${headline(evaluation, isOfTrueLabels(record))}</p>`}
<p>It is that of <code>${config.loss}</code>, seed ${String(config.seed)}.</p>
<ul>${lines.map((line) => html`<li>${line}</li>`)}</ul>
${auto && choice(auto)}
${evaluation && classes(evaluation)}
</section>`;
}

type Evaluation = NonNullable<DoneRecord['evaluation']>;

function headline(evaluation: Evaluation, isTrue: boolean): string {
  const { part, n, accuracy, balancedAccuracy, majorityShare, perClass } = evaluation;
  const [low, high] = wilsonInterval(accuracy * n, n);
  const largest = perClass.reduce((most, one) => (one.rows > most.rows ? one : most));
  const right = isTrue ? 'right' : 'as their labels say, which may be wrong';
  return [
    `${percent(accuracy)} % of the ${n.toLocaleString('en-US')} ${part} rows are predicted ${right}`,
    ` (95 % interval ${percent(low)} to ${percent(high)} %).`,
    ` To say “${largest.class}” always would be right for ${percent(majorityShare)} %.`,
    ` Balanced accuracy, the mean recall of the classes, is ${percent(balancedAccuracy)} %.`,
  ].join('');
}

function choice({ losses, chosen, folds, rows }: NonNullable<DoneRecord['auto']>): Html {
  const isLikely = losses.some(({ logLikelihood }) => logLikelihood !== undefined);
  return html`<h3>How the loss was chosen</h3>
${table(
  `Losses that were compared on ${rows.toLocaleString('en-US')} rows, by models trained without the rows that they predict, in ${folds} folds: accuracy on the labels as given, and how much the choice is better on the rows that both predicted, with its standard error.${isLikely ? ' They were compared by the mean log likelihood of these labels, in nats.' : ''}`,
  [
    ...['Loss', 'Accuracy (%)', ...(isLikely ? ['Log likelihood'] : [])],
    ...['Behind the choice (points)', 'Models', 'Rate', 'Decay'],
  ],
  losses.map((tried, i) => [
    i === chosen ? html`<strong>${tried.loss}</strong>` : tried.loss,
    tried.diverged ? 'diverged' : share(tried.accuracy),
    ...(isLikely ? [tried.logLikelihood?.toFixed(3) ?? nothing] : []),
    tried.behind === undefined
      ? nothing
      : `${percent(tried.behind.mean).replace('-', '−')} ± ${percent(tried.behind.standardError)}`,
    ...[tried.models, tried.learningRate, tried.weightDecay ?? nothing],
  ]),
)}`;
}

function classes({ part, against, perClass, confusion }: Evaluation): Html {
  const names = perClass.map((one) => one.class);
  const truth = against === 'trueLabels' ? 'true class' : 'label';
  return html`<h3>Class by class</h3>
${table(
  `Of the ${part} rows. Recall: share of the rows of a class that are predicted as it. Precision: share of the rows predicted as a class that are of it.`,
  ['Class', 'Rows', 'Predicted', 'Recall (%)', 'Precision (%)'],
  perClass.map((one) => [
    ...[one.class, one.rows, one.predicted],
    ...[share(one.recall), share(one.precision)],
  ]),
  { isSortable: true },
)}
${
  confusion !== undefined &&
  names.length <= mostClasses &&
  heatMap({
    caption: `Rows of the ${part} part by their ${truth} and the predicted class. The stronger the colour, the larger the share of the rows of the ${truth}; what is predicted right is framed.`,
    label: 'Confusion matrix',
    classes: names,
    corner: truth,
    columnsAre: 'predicted',
    rows: perClass.map(({ rows }) => rows),
    shares: confusion.map((counts, i) =>
      counts.map((count) => count / Math.max(1, perClass[i]?.rows ?? 0)),
    ),
    text: (i, j) => (confusion[i]?.[j] ?? 0).toLocaleString('en-US'),
  })
}`;
}
