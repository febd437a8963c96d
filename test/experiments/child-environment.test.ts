import { expect, test } from 'vitest';
import { childEnvironment } from '../../src/experiments/executors/pool/child-environment.ts';

test('a process that makes runs is given what programs and devices need, and no secrets', () => {
  const needed = {
    ...{ PATH: '/bin', HOME: '/root', LC_ALL: 'C', SYMLOSS_DATA: '/data', XDG_CACHE_HOME: '/c' },
    ...{ LD_LIBRARY_PATH: '/cuda', CUDA_VISIBLE_DEVICES: '1', OMP_NUM_THREADS: '2' },
    // of WebGPU on Linux
    ...{ VK_ICD_FILENAMES: '/icd.json', VK_DRIVER_FILES: '/icd.json', XDG_DATA_DIRS: '/share' },
    ...{ XDG_RUNTIME_DIR: '/run', MESA_VK_DEVICE_SELECT: '10de:2204', DRI_PRIME: '1' },
  };
  const others = {
    ...{ SYMLOSS_QUEUE: 'redis://:password@host', AWS_SECRET_ACCESS_KEY: 'x', GITHUB_TOKEN: 'x' },
    ...{ XDG_SESSION_COOKIE: 'x', VKPASSWORD: 'x', PATH_TO_KEY: 'x' },
  };
  expect(childEnvironment({ ...needed, ...others })).toEqual(needed);
});
