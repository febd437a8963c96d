import type { Run, Trained } from '../train/index.ts';
import { meanAndStd } from '../train/index.ts';
import { formatCount, formatDuration, formatShare, formatShares, formatTable } from './format.ts';

/** What is common to the runs: rows, noise, what accuracy means, calibration of the first. */
export function reportLines(runs: readonly Run[]): string[] {
  const trained = runs.find((run) => run.trained !== undefined)?.trained;
  if (trained === undefined) return [];
  const { rows, wrongShare, calibration } = trained.metrics;
  const lines = [
    `${formatCount(rows.train)} training, ${formatCount(rows.validation)} validation and ${formatCount(rows.test)} test rows`,
  ];
  if (wrongShare !== undefined) {
    lines.push(`${formatShare(wrongShare)} of the training and validation labels are wrong`);
  }
  if (rows.test > 0) {
    const known = wrongShare !== undefined || trained.settings.noise === 'none';
    lines.push(
      known
        ? 'test accuracy is measured on true labels'
        : 'test accuracy is measured on the labels as given, which may be wrong',
    );
  }
  const waits = runs.flatMap(({ trained }) =>
    (trained?.metrics.epochs ?? []).flatMap(({ waitShare }) => waitShare ?? []),
  );
  if (waits.length > 0) {
    lines.push(`waited for data ${formatShare(meanAndStd(waits).mean)} of the time`);
  }
  if (calibration.transition !== 'none') {
    const fit = `temperature ${calibration.temperature.toPrecision(3)} fitted with the ${calibration.transition} noise`;
    const error = calibration.testError ?? calibration.validationError;
    const where = calibration.testError === undefined ? 'validation' : 'test';
    lines.push(
      `probabilities of ${trained.settings.loss}: ${fit}${error === undefined ? '' : `; calibration error ${formatShare(error)} on the ${where} part`}`,
    );
  }
  return lines;
}

/** One row per loss: settings used, test accuracy, memorised share, time per run. */
export function comparisonTable(losses: readonly string[], runs: readonly Run[]): string {
  const heading = ['loss', 'scores', 'rate', 'decay', 'test accuracy', 'memorised', 'time'];
  const rows = losses.map((loss) => {
    const own = runs.filter((run) => run.loss === loss);
    const trained = own.flatMap((run) => (run.trained === undefined ? [] : [run.trained]));
    const [first] = trained;
    if (first === undefined) return [loss, 'diverged'];
    const failed = own.length - trained.length;
    const shown = (pick: (metrics: Trained['metrics']['final']) => number | undefined) => {
      const values = trained
        .map(({ metrics }) => pick(metrics.final))
        .filter((value) => value !== undefined);
      const { mean, std } = meanAndStd(values);
      return formatShares(mean, std, values.length);
    };
    const seconds = meanAndStd(trained.map(({ metrics }) => metrics.seconds)).mean;
    return [
      loss,
      String(first.settings.scores),
      String(first.settings.learningRate),
      String(first.settings.weightDecay),
      shown(({ testAccuracy }) => testAccuracy) + (failed > 0 ? ` (${failed} diverged)` : ''),
      shown(({ memorised }) => memorised),
      formatDuration(seconds),
    ];
  });
  return formatTable([heading, ...rows]);
}

/** The content of `metrics.json`. */
export function runRecords(losses: readonly string[], runs: readonly Run[]) {
  return {
    losses,
    runs: runs.map(({ loss, seed, ...run }) =>
      run.trained === undefined
        ? { loss, seed, error: run.error.message }
        : { loss, seed, settings: run.trained.settings, ...run.trained.metrics },
    ),
  };
}
