import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Held } from './work.ts';

/*
 * What a server or a long grid does over and over must leave nothing behind. Longer by hand, with a
 * multiple of the times below:
 *
 *   SYMLOSS_SOAK=100 npx vitest run test/soak
 */

const factor = Number(process.env['SYMLOSS_SOAK'] ?? 1);
const path = (file: string) => fileURLToPath(new URL(file, import.meta.url));

async function soak(name: string, times: number): Promise<readonly Held[]> {
  const child = fork(path('../helpers/run-typescript.mjs'), [path('work.ts')], {
    execArgv: ['--expose-gc'],
  });
  const ended = once(child, 'exit').then(() => Promise.reject(new Error('the process ended')));
  ended.catch(() => {}); // it does at the end
  try {
    await Promise.race([once(child, 'message'), ended]);
    child.send({ name, times });
    const [told] = (await Promise.race([once(child, 'message'), ended])) as [readonly Held[]];
    return told;
  } finally {
    child.kill('SIGKILL');
  }
}

const mib = 2 ** 20;

test.each([
  ['predictions', 3000],
  ['loads', 150],
  ['states', 300],
  ['deviceStates', 900],
  ['datasets', 150],
  ['runs', 24],
  ['epochs', 90],
])('%s leave nothing behind', { timeout: 120_000 * factor }, async (name, times) => {
  const [first, , last] = await soak(name, times * factor);
  if (first === undefined || last === undefined) {
    console.log(`${name}: skipped, this machine has no WebGPU`);
    return;
  }
  console.log(
    `${name}, ${times * factor} times: ${((last.memory - first.memory) / mib).toFixed(2)} MiB more held, ${((last.resident - first.resident) / mib).toFixed(1)} MiB resident`,
  );
  expect([last.resources, last.files]).toEqual([first.resources, first.files]);
  expect(last.memory - first.memory).toBeLessThan(2 * mib);
  // what native code allocates and frees does not all return to the system
  expect(last.resident - first.resident).toBeLessThan(48 * mib);
});
