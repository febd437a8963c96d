import { spawnSync } from 'node:child_process';

/** Whether named pipes can be made here: Windows has none. */
export const hasPipes = process.platform !== 'win32' && spawnSync('mkfifo').error === undefined;
if (!hasPipes) console.log('skipped: tests of named pipes, as there is no mkfifo');
