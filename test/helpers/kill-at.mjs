/*
 * Preloaded with `node --import`: ends the process with SIGKILL at a chosen call that changes files, or counts them.
 *   KILL_AT    number of the call, from 0; `<n>` before it, `<n>+` after it, `<n>/` with half of the bytes of a write
 *   KILL_LOG   a file that gets a line per call
 *   KILL_IN    `worker`: in threads and processes that the process starts. Default: in its own main thread
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { isMainThread } from 'node:worker_threads';

const [, at = '', how = ''] = /^(\d+)([+/]?)$/.exec(process.env.KILL_AT ?? '') ?? [];
const log = process.env.KILL_LOG ? fs.openSync(process.env.KILL_LOG, 'a') : undefined;
let count = 0;

const kill = () => process.kill(process.pid, 'SIGKILL');

/** Whether this call is the one, after telling of it. */
function isChosen(name, path) {
  const number = count++;
  if (log !== undefined) fs.writeSync(log, `${number} ${name} ${path ?? ''}\n`);
  return String(number) === at;
}

function wrap(object, names, isSync) {
  for (const name of names) {
    const original = object[name];
    object[name] = isSync
      ? (...args) => {
          const chosen = isChosen(name, args[0]);
          if (chosen && how === '') kill();
          const result = original.apply(object, args);
          if (chosen) kill();
          return result;
        }
      : async (...args) => {
          const chosen = isChosen(name, args[0]);
          if (chosen && how === '') kill();
          const result = await original.apply(object, args);
          if (chosen) kill();
          return name === 'open' ? wrapHandle(result, args[0]) : result;
        };
  }
}

function wrapHandle(handle, path) {
  for (const name of ['write', 'appendFile', 'truncate', 'sync']) {
    const original = handle[name].bind(handle);
    handle[name] = async (...args) => {
      const chosen = isChosen(name, path);
      if (chosen && how === '') kill();
      if (chosen && how === '/' && name !== 'sync' && name !== 'truncate') {
        const bytes = Buffer.from(args[0]);
        await original(bytes.subarray(0, bytes.length >> 1), ...(name === 'write' ? [0] : []));
        kill();
      }
      const result = await original(...args);
      if (chosen) kill();
      return result;
    };
  }
  return handle;
}

const isWorker = !isMainThread || process.send !== undefined;
if (isWorker === (process.env.KILL_IN === 'worker')) {
  const changing = ['rename', 'link', 'rm', 'rmdir', 'unlink', 'mkdir', 'writeFile', 'copyFile'];
  wrap(fs.promises, [...changing, 'open'], false);
  wrap(fs, ['rmSync', 'renameSync', 'writeFileSync', 'unlinkSync'], true);
  syncBuiltinESMExports();
}
