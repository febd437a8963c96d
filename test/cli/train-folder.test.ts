import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkConfig, configFormat } from '../../src/cli/train-config.ts';
import { openTrainFolder, withNextStep } from '../../src/cli/train-folder.ts';
import { SymlossError } from '../../src/core/index.ts';
import { lockFolder } from '../../src/io/index.ts';
import { folders } from './run.ts';

const messageOf = (error: unknown) => (error as Error).message;

describe('what to do next', () => {
  const full = new SymlossError(
    'out/model.onnx',
    'a place to write to',
    'no space left on device',
    {
      hint: 'make room, or choose another place',
      kind: 'failure',
    },
  );

  test('on a full disk: go on where there is something to go on from, else start again', () => {
    const start = 'out/model.onnx: expected a place to write to, received no space left on device';
    expect(messageOf(withNextStep(full, 'out', undefined))).toBe(
      `${start}; make room, then: symloss train --resume out`,
    );
    const again = withNextStep(full, undefined, undefined);
    expect(messageOf(again)).toBe(`${start}; make room, and start it again`);
    expect(again).toMatchObject({ kind: 'failure', cause: full });
  });

  test('after an interrupt', () => {
    const reason = new Error('interrupted');
    const signal = AbortSignal.abort(reason);
    expect(messageOf(withNextStep(reason, 'a b', signal))).toBe(
      'interrupted; go on with: symloss train --resume "a b"',
    );
    expect(messageOf(withNextStep(reason, undefined, signal))).toBe(
      'interrupted; nothing to resume: start it again',
    );
  });

  test('other errors stay as they are', () => {
    const other = new Error('something else');
    expect(withNextStep(other, 'out', undefined)).toBe(other);
    expect(withNextStep(other, 'out', AbortSignal.abort(new Error('interrupted')))).toBe(other);
  });
});

test('a folder in which another command trains is named with its process, not as one to resume', async () => {
  const out = folders('train-folder')();
  const work = join(out, 'checkpoints');
  const lock = await lockFolder(work);
  writeFileSync(join(work, 'config.json'), JSON.stringify(configFormat));
  const start = () =>
    openTrainFolder(checkConfig({ out, source: 'digits', loss: 'ce' }), {
      overwrite: false,
      resume: false,
      files: [],
    });
  await expect(start()).rejects.toThrow(
    `no other command at work in this folder, received process ${process.pid} on `,
  );
  lock.release();
  await expect(start()).rejects.toThrow('received one with checkpoints; go on with: ');
});
