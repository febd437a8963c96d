import { meanAndStd } from '../../core/index.ts';
import type { DoneRecord, RunRecord } from '../../experiments/index.ts';
import { formatCount, formatShare } from './format.ts';

/** What is common to the runs: rows, noise, what accuracy means, calibration of the first. */
export function reportLines(records: readonly RunRecord[]): string[] {
  const done = records.filter((record): record is DoneRecord => record.status === 'done');
  const [first] = done;
  if (first === undefined) return [];
  const { rows } = first.data;
  const wrongShare = first.noise.realised;
  const lines = [
    `${formatCount(rows.train)} training, ${formatCount(rows.validation)} validation and ${formatCount(rows.test)} test rows`,
  ];
  if (wrongShare !== undefined) {
    lines.push(`${formatShare(wrongShare)} of the training and validation labels are wrong`);
  }
  if (rows.test > 0) {
    const known = wrongShare !== undefined || first.settings['noise'] === 'none';
    lines.push(
      known
        ? 'test accuracy is measured on true labels'
        : 'test accuracy is measured on the labels as given, which may be wrong',
    );
  }
  const waits = done.flatMap(({ epochs }) => epochs.flatMap(({ waitShare }) => waitShare ?? []));
  if (waits.length > 0) {
    lines.push(`waited for data ${formatShare(meanAndStd(waits).mean)} of the time`);
  }
  const { temperature, transition, noiseRate, testError, validationError } = first.calibration;
  if (transition !== undefined && transition !== 'none') {
    const error = testError ?? validationError;
    const where = testError === undefined ? 'validation' : 'test';
    const fit = `temperature ${temperature.toPrecision(3)} fitted with the ${transition} noise`;
    const measured =
      error === undefined ? '' : `; calibration error ${formatShare(error)} on the ${where} part`;
    lines.push(`probabilities of ${first.config.loss}: ${fit}${measured}`);
  }
  if (noiseRate !== undefined) {
    lines.push(
      `the noise was estimated as one rate for all classes, ${formatShare(noiseRate)}: a matrix takes at most 32 classes, with 10 validation rows for each entry`,
    );
  }
  return lines;
}

/** The content of `metrics.json`. */
export function metricsOf(records: readonly RunRecord[], losses: readonly string[]) {
  return {
    losses,
    runs: records.map((record) => {
      const { loss, seed } = record.config;
      if (record.status === 'failed') return { loss, seed, error: record.error };
      const { settings, data, noise, epochs, last, chosen, calibration, seconds } = record;
      return {
        ...{ loss, seed, settings, rows: data.rows, epochs, final: last, chosen, calibration },
        ...(noise.realised !== undefined && { wrongShare: noise.realised }),
        seconds,
      };
    }),
  };
}
