import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBytes, readBytesSync, readIfThere, readJson, reasonOf } from '../../src/io/index.ts';
import { hasPipes } from '../helpers/pipes.ts';
import { faultOf, messageOf } from '../messages.ts';

const folder = mkdtempSync(join(tmpdir(), 'symloss-read-'));
const server = createServer();
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

it.each([
  ['ENOENT: no such file or directory, open', 'no such file'],
  ['EEXIST: file already exists, mkdir', 'something of that name that is already there'],
  ['ENOTDIR: not a directory, mkdir', 'a place below a file'],
  ['EISDIR: illegal operation on a directory, open', 'a folder'],
  ['EACCES: permission denied, open', 'no permission'],
  ['EPERM: operation not permitted, rename', 'no permission'],
  ['EFBIG: file too large, write', 'file too large'],
  ['connect ECONNREFUSED 127.0.0.1:6379', 'connect ECONNREFUSED 127.0.0.1:6379'],
])('of Node\'s error "%s" the reason is "%s"', (message, reason) => {
  const [code] = message.split(': ');
  const call = { code, syscall: 'open' };
  expect(
    reasonOf(Object.assign(new Error(`${message} '/a/b'`.replace(/(:6379).*/, '$1')), call)),
  ).toBe(reason);
});

describe.skipIf(!hasPipes)('what is no regular file', () => {
  const [pipe, socket, device] = [join(folder, 'pipe'), join(folder, 'socket'), '/dev/zero'];
  beforeAll(async () => {
    execFileSync('mkfifo', [pipe]);
    await new Promise<void>((done) => server.listen(socket, done));
  });

  it.each([
    [pipe, 'a pipe'],
    [socket, 'a socket'],
    [device, 'a device'],
    [folder, 'a folder'],
  ])('%s is refused at once', async (path, kind) => {
    const message = `${path}: expected a readable file, received ${kind}`;
    for (const read of [readBytes, readIfThere, readJson]) {
      expect(await faultOf(read(path))).toBe(message);
    }
    expect(messageOf(() => readBytesSync(path))).toBe(message);
  });
});

describe('reading a file', () => {
  it('gives its bytes, and refuses a larger one than asked for', async () => {
    const path = join(folder, 'x.json');
    writeFileSync(path, '[1, 2]');
    expect(await readJson(path)).toEqual([1, 2]);
    expect(readBytesSync(path).toString()).toBe('[1, 2]');
    expect(await faultOf(readBytes(path, { expected: 'a grid', atMost: 5 }))).toBe(
      `${path}: expected a grid, received 6 bytes, more than 5`,
    );
  });

  it('knows what is not there', async () => {
    mkdirSync(join(folder, 'sub'));
    expect(await readIfThere(join(folder, 'sub', 'none'))).toBeUndefined();
    expect(messageOf(() => readBytesSync(join(folder, 'none')))).toContain('no such file');
  });
});
