/** A worker of a queue in a process of its own, with fake runs: `node worker-process.mjs <url> <JSON>`. */
import { runQueueWorker } from '../../../dist/experiments/executors/queue/index.js';
import { fakeEnvironment, fakeExecute } from './fake-run.mjs';

const [url, json = '{}'] = process.argv.slice(2);
const { epochTime = 0, crashOn, sha256, key, ...options } = JSON.parse(json);
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());

try {
  const totals = await runQueueWorker(url, {
    lostAfter: 20,
    ...options,
    execute: fakeExecute({ epochTime, crashOn }),
    ...(sha256 && { hash: async () => sha256 }),
    ...(key && { key: Buffer.from(key) }),
    environment: fakeEnvironment,
    signal: stop.signal,
    onLine: (line) => console.log(line),
  });
  console.log(JSON.stringify(totals));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
