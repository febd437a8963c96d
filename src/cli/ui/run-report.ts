import { TEMPERATURE_RANGE } from '../../calibration/index.ts';
import { formatNames, meanAndStd } from '../../core/index.ts';
import type { DoneRecord, RunRecord } from '../../experiments/index.ts';
import { isOfTrueLabels } from '../../run/record.ts';
import { balancedLine } from './balanced-line.ts';
import { formatCount, formatShare } from './format.ts';

/**
 * What is common to the runs: rows, noise, what accuracy means; and the calibration of the model that is kept.
 * @param kept the run of that model. Default: the first that ended well
 */
export function reportLines(records: readonly RunRecord[], kept?: RunRecord): string[] {
  const done = records.filter((record): record is DoneRecord => record.status === 'done');
  const [first] = done;
  if (first === undefined) return [];
  const { rows } = first.data;
  const wrongShare = first.noise.realised;
  // where the loss was chosen, every training row was predicted by models that were not trained on it
  const validation = first.auto ? '' : `, ${formatCount(rows.validation)} validation`;
  const lines = [
    `${formatCount(rows.train)} training${validation} and ${formatCount(rows.test)} test rows`,
  ];
  if (wrongShare !== undefined) {
    lines.push(`${formatShare(wrongShare)} of the training and validation labels are wrong`);
  }
  if (rows.test > 0) {
    lines.push(
      isOfTrueLabels(first)
        ? 'test accuracy is measured on true labels'
        : 'test accuracy is measured on the labels as given, which may be wrong',
    );
  }
  lines.push(...done.flatMap(neverPredicted), ...done.flatMap(belowChance));
  const choice = (kept?.status === 'done' ? kept : first).auto;
  if (choice) {
    const { found, chose, limits } = choice.words;
    lines.push(`found: ${found}`, `chose: ${chose}`, `not known: ${limits}`);
  }
  const waits = done.flatMap(({ epochs }) => epochs.flatMap(({ waitShare }) => waitShare ?? []));
  if (waits.length > 0) {
    lines.push(`waited for data ${formatShare(meanAndStd(waits).mean)} of the time`);
  }
  lines.push(...copiedLines(records));
  const model = kept?.status === 'done' ? kept : first;
  const { temperature, transition, noiseRate, testError, validationError } = model.calibration;
  if (transition !== undefined && transition !== 'none') {
    const error = testError ?? validationError;
    const where = testError === undefined ? 'validation' : 'test';
    const fit = `temperature ${temperature.toPrecision(3)} fitted with the ${transition} noise`;
    const measured =
      error === undefined ? '' : `; calibration error ${formatShare(error)} on the ${where} part`;
    lines.push(`probabilities of ${model.config.loss}: ${fit}${measured}`);
  }
  if (model.settings['metric'] === 'balanced-accuracy') {
    lines.push(balancedLine(model.data.classes, model.calibration.classShares));
  }
  const [least, most] = TEMPERATURE_RANGE;
  if (transition !== 'none' && (temperature < least * nearEnd || temperature > most / nearEnd)) {
    lines.push(
      `warning: the temperature is at the end of its range, ${least} to ${most}: the rows that it was fitted on do not decide it; do not rely on the probabilities of ${model.config.loss}, only on their order`,
    );
  }
  if (noiseRate !== undefined) {
    lines.push(
      `the noise was estimated as one rate for all classes, ${formatShare(noiseRate)}: a rate for each pair of classes takes 10 validation rows a pair, and at most 32 classes`,
    );
  }
  return lines;
}

/** Why steps on a device other than the CPU took longer than they need to, each reason once. */
export function copiedLines(records: readonly RunRecord[]): string[] {
  const lines = records.flatMap((record) => {
    if (record.status !== 'done' || record.stateCopied === undefined) return [];
    const { device } = record.environment;
    return `on ${device}, weights and optimiser state were copied to the device and back at every step, which takes longer than to keep them there: ${record.stateCopied}`;
  });
  return Array.from(new Set(lines));
}

/** Within this factor of an end of its range a temperature is at the end: the search stops a little before it. */
const nearEnd = 1.01;

/** Names of classes in a line, at most. */
const mostNames = 10;

/** A warning where a model never predicts some of the classes that the rows are of. */
function neverPredicted({ config, settings, evaluation }: DoneRecord): string[] {
  if (evaluation === undefined) return [];
  const { n, part, perClass } = evaluation;
  const missing = perClass.filter(({ rows, predicted }) => rows > 0 && predicted === 0);
  if (missing.length === 0) return [];
  const model = `warning: the model of ${config.loss}, seed ${config.seed},`;
  const hint =
    settings['metric'] === 'balanced-accuracy'
      ? ''
      : ' (--metric balanced-accuracy predicts rare classes more often)';
  const [only, ...others] = perClass.filter(({ predicted }) => predicted > 0);
  if (only !== undefined && others.length === 0) {
    return [
      `${model} says ${only.class} to every row; ${formatShare(only.rows / n)} of the ${part} rows are${hint}`,
    ];
  }
  const names = formatNames(
    missing.map((one) => one.class),
    mostNames,
  );
  const rows = missing.reduce((total, one) => total + one.rows, 0);
  return [`${model} never predicts ${names}: ${formatShare(rows / n)} of the ${part} rows${hint}`];
}

/** A warning where probabilities, compared with the shares of the classes, say less than nothing: of a network that gave up a class. */
function belowChance({ config, settings, evaluation }: DoneRecord): string[] {
  if (settings['metric'] !== 'balanced-accuracy' || evaluation === undefined) return [];
  const { balancedAccuracy, perClass } = evaluation;
  const chance = 1 / perClass.filter(({ rows }) => rows > 0).length;
  if (balancedAccuracy > chance) return [];
  return [
    `warning: the model of ${config.loss}, seed ${config.seed}, is no better than chance: its balanced accuracy is ${formatShare(balancedAccuracy)}, that of chance ${formatShare(chance)}; try another loss, such as auto or ce`,
  ];
}

/** How lines begin that warn of data. */
const warns = 'warning: ';

/** Those of the notices of data that warn. */
export function warningsAmong(notices: readonly string[]): string[] {
  return notices.filter((line) => line.startsWith(warns));
}

/** The content of `metrics.json`. @param warnings of the data, as `warningsAmong` gives them */
export function metricsOf(
  records: readonly RunRecord[],
  losses: readonly string[],
  warnings: readonly string[],
) {
  return {
    losses,
    warnings: warnings.map((line) => line.slice(warns.length)),
    runs: records.map((record) => {
      const { loss, seed } = record.config;
      if (record.status === 'failed') return { loss, seed, error: record.error };
      const { settings, data, noise, epochs, last, chosen, calibration, stateCopied } = record;
      return {
        ...{ loss, seed, settings, rows: data.rows, epochs },
        // as in `RunMetrics` of the library: of the model, and of the last epoch, which is another where the best was kept
        ...{ model: last, final: epochs.at(-1), chosen, calibration },
        ...(record.auto && { auto: record.auto }),
        ...(record.evaluation && { evaluation: record.evaluation }),
        ...(noise.realised !== undefined && { wrongShare: noise.realised }),
        ...(stateCopied !== undefined && { stateCopied }),
        seconds: record.seconds,
      };
    }),
  };
}
