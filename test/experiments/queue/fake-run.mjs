/**
 * Stands in for training: epochs that only wait, and numbers that follow from the run's id alone.
 * Plain JavaScript, since worker processes of the tests load it, too.
 * @param {{ epochTime: number, crashOn?: string }} how milliseconds of an epoch; the loss that ends the process
 */
export function fakeExecute({ epochTime, crashOn }) {
  return async (run, { signal, onEpoch }) => {
    const { loss, training } = run.config;
    if (loss === crashOn) process.kill(process.pid, 'SIGKILL');
    const epochs = [];
    for (let epoch = 1; epoch <= training.epochs; epoch++) {
      if (epochTime > 0) await sleep(epochTime, signal);
      signal.throwIfAborted();
      const metrics = metricsOf(run.id, epoch);
      epochs.push(metrics);
      onEpoch(metrics);
    }
    return recordOf(run, epochs);
  };
}

function metricsOf(id, epoch) {
  const share = Number.parseInt(id.slice(0, 6), 16) / 2 ** 24;
  return { epoch, loss: share / epoch, learningRate: 0.1, testAccuracy: share, seconds: epoch };
}

function recordOf(run, epochs) {
  const common = {
    format: 'symloss-run',
    version: 1,
    id: run.id,
    grid: run.grid,
    config: run.config,
    environment: fakeEnvironment,
    started: new Date().toISOString(),
    seconds: 1,
  };
  const { loss } = run.config;
  if (loss === 'unhinged') {
    return { ...common, status: 'failed', error: 'the loss is NaN', diverged: true, epochs };
  }
  if (loss === 'mae') {
    return { ...common, status: 'failed', error: 'no such column', diverged: false, epochs };
  }
  return {
    ...common,
    status: 'done',
    settings: { batchSize: 32 },
    data: {
      sha256: 'f'.repeat(64),
      classes: ['a', 'b'],
      rows: { train: 8, validation: 1, test: 1 },
    },
    noise: { realised: 0.4 },
    epochs,
    last: epochs.at(-1),
    calibration: { temperature: 1 },
  };
}

export const fakeEnvironment = {
  symloss: '0.0.0',
  onnxruntime: '0.0.0',
  node: process.version,
  platform: 'test',
  cpu: 'test',
  threads: 1,
  device: 'cpu',
  host: `process-${process.pid}`,
};

function sleep(time, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, time);
    signal.addEventListener('abort', stop, { once: true });
  });
}
