import { expect, test, vi } from 'vitest';
import { copiedLines, metricsOf } from '../../src/cli/ui/run-report.ts';
import { expandGrid } from '../../src/experiments/index.ts';
import { DatasetCache } from '../../src/run/datasets.ts';
import { executeRun } from '../../src/run/execute.ts';
import { runRecordSchema } from '../../src/run/record.ts';
import type { Runner } from '../../src/runtime/index.ts';
import { FedState, nodeRunner } from '../../src/runtime/index.ts';
import type { Job } from '../../src/train/index.ts';
import { runJob } from '../../src/train/index.ts';

const reason = 'WebGPU lost a buffer';

/** In place of a card that does not keep the state. */
const loadStateful: Runner['loadStateful'] = async (model, state) => {
  const { load } = nodeRunner();
  return new FedState(await load(model), state, load, reason);
};

vi.mock('../../src/train/thread.ts', () => ({
  runInThread: (job: Job) => runJob(job, { loadStateful }),
}));

function planned(loss: string) {
  const [run] = expandGrid({
    ...{ name: 'runs', data: [{ source: 'digits', rows: 300 }], models: ['linear'] },
    ...{ noises: ['unknown'], losses: [loss], seeds: [1] },
    training: { epochs: 2, effort: 'quick' },
  });
  return run!;
}

test.each([
  ['ce', 'webgpu', reason],
  ['auto', 'webgpu', reason],
  ['ce', 'cpu', undefined], // where there is nothing to copy from
] as const)('%s on %s: the record says why its state was copied: %s', async (loss, device, why) => {
  const record = await executeRun(planned(loss), { datasets: new DatasetCache(), device });
  expect(record).toMatchObject({ status: 'done', environment: { device } });
  expect(record).toHaveProperty('epochs.length', 2);
  expect(record.status === 'done' && record.stateCopied).toBe(why);
  expect(runRecordSchema.parse(JSON.parse(JSON.stringify(record)))).toEqual(record);
  expect(metricsOf([record], [loss], []).runs[0]).toEqual(
    why === undefined
      ? expect.not.objectContaining({ stateCopied: expect.anything() })
      : expect.objectContaining({ stateCopied: why }),
  );
  expect(copiedLines([record, record])).toEqual(
    why === undefined
      ? []
      : [
          `on webgpu, weights and optimiser state were copied to the device and back at every step, which takes longer than to keep them there: ${why}`,
        ],
  );
});
