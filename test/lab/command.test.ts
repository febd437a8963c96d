import { mkdirSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folders, symloss } from '../cli/run.ts';
import { askPort } from '../server/lab.ts';
import { startLabProcess } from './lab-process.ts';

const folder = folders('lab-command');
const cwd = folder();
mkdirSync(join(cwd, 'empty'));

describe('symloss lab', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    'ends with %s, and says so as other commands do',
    async (signal) => {
      const lab = await startLabProcess([], cwd);
      const { port, search, hash } = new URL(lab.url);
      expect([search.length, hash]).toEqual(['?key='.length + 32, '']);
      const { status } = await askPort(Number(port), `/${search}`, {
        headers: { connection: 'keep-alive' },
      });
      expect(status).toBe(303);
      expect(await lab.end(signal)).toBe(130);
      expect(lab.output()).toBe(
        `open in a browser: ${lab.url}\nCtrl-C ends it\nsymloss: interrupted\n`,
      );
    },
  );

  test('port 0 is any that is free', async () => {
    const labs = [];
    for (let i = 0; i < 2; i++) labs.push(await startLabProcess(['--port', '0'], cwd));
    const ports = labs.map(({ url }) => Number(new URL(url).port));
    expect(new Set([0, ...ports]).size).toBe(3);
    for (const lab of labs) expect(await lab.end()).toBe(130);
  });

  test('serves every file of the built page', async () => {
    const lab = await startLabProcess([], cwd);
    const { port, search } = new URL(lab.url);
    const { headers } = await askPort(Number(port), `/${search}`);
    const cookie = headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    const files = readdirSync(new URL('../../dist/lab/', import.meta.url), { recursive: true })
      .map((name) => String(name).replaceAll('\\', '/'))
      .filter((name) => name.includes('.'));
    expect(files.length).toBeGreaterThan(10);
    for (const file of files) {
      const { status } = await askPort(Number(port), `/${file}`, { headers: { cookie } });
      expect([file, status]).toEqual([file, 200]);
    }
    await lab.end();
  });

  test('warns where other machines reach it', async () => {
    const lab = await startLabProcess(['--host', '0.0.0.0'], cwd);
    await lab.end();
    expect(lab.output()).toContain(
      'other machines reach it, too: whoever has the address reads and decides, and the connection is not encrypted\n',
    );
  });

  test.each([
    [
      ['none'],
      'none: expected a folder of symloss audit, train, bench, sweep or tune, received no such file or folder',
    ],
    [
      ['empty'],
      'empty: expected a folder of symloss audit, train, bench, sweep or tune, received a folder of another kind; audit the data first (symloss audit), or name the folder of one command, not the one above it',
    ],
    [['--port', '65536'], 'option --port: expected an integer from 0 to 65535, received 65536'],
    [
      ['--host', '192.0.2.1'],
      'option --host: expected an address of this machine, received 192.0.2.1',
    ],
    [
      ['a', 'b'],
      "too many arguments for 'lab'. Expected 1 argument but got 2; see symloss lab --help",
    ],
  ])('%j is wrong usage', async (args, message) => {
    const { code, stdout, stderr } = await symloss(['lab', ...args], cwd);
    expect([code, stdout, stderr.split('; listen')[0]?.trim()]).toEqual([
      2,
      '',
      `symloss: ${message}`,
    ]);
  });

  test('a port that is taken is named', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const { code, stderr } = await symloss(['lab', '--port', String(port)], cwd);
    other.close();
    expect([code, stderr]).toEqual([
      2,
      `symloss: option --port: expected a port that is free, received ${port}, which is taken; choose another, or leave --port out: a free one is found\n`,
    ]);
  });
});
