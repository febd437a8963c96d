import { expect, test } from 'vitest';
import { isClose, tolerances } from '../tolerances.ts';
import { quick, tested } from './digit-halves.ts';
import { train } from './package.ts';

test('a run measures its model on the test part as evaluate does', async () => {
  const model = await train({ ...quick, noise: 'symmetric:0.3', validation: 0.2 });
  const { logLoss, calibrationError, ...counts } = await model.evaluate(tested);
  await model.dispose();
  const { evaluation, final } = model.metrics;
  expect(evaluation).toMatchObject({ part: 'test', ...counts });
  expect(evaluation?.accuracy).toBe(final.testAccuracy);
  expect(isClose(evaluation?.logLoss ?? 0, logLoss, tolerances.float32Net)).toBe(true);
  const error = evaluation?.calibrationError ?? 0;
  expect(isClose(error, calibrationError, tolerances.float32Net)).toBe(true);
});

test('without a test part on the validation part, whose labels are as given', async () => {
  const options = { ...quick, test: 0, noise: 'symmetric:0.3', validation: 0.2 };
  const { evaluation, final } = (await train(options)).metrics;
  expect(evaluation).toMatchObject({ part: 'validation', against: 'labels', n: 180 });
  expect(evaluation?.accuracy).toBe(final.validationAccuracy);
});

test('with neither part nothing is measured', async () => {
  const { metrics } = await train({ ...quick, test: 0, validation: 0 });
  expect(metrics.evaluation).toBe(undefined);
});
