import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { program } from '../../cli/run.ts';
import { CliWorker } from './cli-worker.ts';
import { freePort, noRedis, RedisServer } from './redis.ts';

const password = 's3cret/p@ss';
const encoded = encodeURIComponent(password);

/** `symloss …` with variables of its own. */
async function symloss(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const add = (part: string) => {
    text += part;
  };
  child.stdout.setEncoding('utf8').on('data', add);
  child.stderr.setEncoding('utf8').on('data', add);
  const ready = once(child.stdout, 'data');
  const exit = once(child, 'close').then(() => ({ code: child.exitCode, text }));
  return { child, ready, exit };
}

describe.skipIf(noRedis !== undefined)('passwords and TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'symloss-tls-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  let server: RedisServer;

  beforeAll(async () => {
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const files = ['-keyout', key, '-out', cert, '-days', '2', '-nodes'];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', ...files, ...subject], {
      stdio: 'ignore',
    });
    const tls = ['--tls-port', 'PORT', '--tls-cert-file', cert, '--tls-key-file', key];
    const own = ['--tls-ca-cert-file', cert, '--tls-auth-clients', 'no'];
    server = await RedisServer.start([...tls, ...own, '--requirepass', password]);
  });

  afterAll(async () => {
    await server?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const url = (user: string) => `rediss://${user}localhost:${server.port}`;
  const trust = { NODE_EXTRA_CA_CERTS: cert };

  test('the right password opens, and is not shown', async () => {
    const env = { ...trust, SYMLOSS_QUEUE: url(`:${encoded}@`) };
    const { exit } = await symloss(['queue', 'status'], env);
    const { code, text } = await exit;
    expect(text).toContain(`${url('***@')}, queue runs: 0 waiting, 0 running, 0 done, 0 failed`);
    expect(code).toBe(0);
  });

  test('a worker waits there, and ends when it is told to', async () => {
    const worker = await CliWorker.start(url(`:${encoded}@`), [], { env: trust });
    const code = await worker.stop();
    const { text } = worker;
    expect(text).toContain(`waiting for runs at ${url('***@')}, queue runs`);
    expect(text).toContain('stopped: 0 runs ended, 0 given back');
    expect(text).not.toContain('s3cret');
    expect(code).toBe(0);
  });

  test.each([
    [
      'wrong',
      (): string => url(':s3cret-not@'),
      'expected a user and password that Redis takes, received WRONGPASS',
    ],
    [
      'none',
      (): string => url(''),
      'expected a user and password that Redis takes, received NOAUTH',
    ],
  ])('%s password is an error without it', async (_, address, message) => {
    const { exit } = await symloss(['--debug', 'queue', 'status', '--queue', address()], trust);
    const { code, text } = await exit;
    expect(text).toContain(message);
    expect(text).not.toContain('s3cret');
    expect(code).toBe(1);
  });

  test('a certificate that nobody vouches for is refused, with the remedy', async () => {
    const { exit } = await symloss(['queue', 'status', '--queue', url(`:${encoded}@`)]);
    const { code, text } = await exit;
    expect(text).toMatch(
      /expected a Redis server, received self.signed certificate.*NODE_EXTRA_CA_CERTS/,
    );
    expect(text).not.toContain('s3cret');
    expect(code).toBe(1);
  });
});

describe('the commands without a server', () => {
  test.each([
    [
      ['worker'],
      2,
      'option --queue: expected the URL of a queue, received nothing; give redis://host',
    ],
    [
      ['queue', 'drain', '--queue', 'localhost:s3cret'],
      2,
      'URL of the queue: expected redis://[[user]:password@]host[:port][/database], or rediss://',
    ],
    [['worker', '--help'], 0, 'redis://[[user]:password@]host'],
    [['worker', 'redis://:s3cret@host'], 2, 'symloss: '],
    [
      ['worker', '--queue', 'redis://host', '--lost-after', '0'],
      2,
      'option --lost-after: expected',
    ],
  ])('%j', async (args, code, message) => {
    const { exit } = await symloss(args);
    const { code: exitCode, text } = await exit;
    expect(text).toContain(message);
    expect(text).not.toContain('s3cret');
    expect(exitCode).toBe(code);
  });

  test('a module of a grid does not find the URL, whose queue is used all the same', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'symloss-secrets-'));
    try {
      const [grid, module] = [join(folder, 'grid.json'), join(folder, 'spy.mjs')];
      writeFileSync(
        module,
        `export default ({ registerLoss, findLoss }) => {
          if (Object.keys(process.env).includes('SYMLOSS_QUEUE')) throw new Error('found');
          registerLoss({ ...findLoss('mae'), name: 'spy' });
        };\n`,
      );
      const axes = { data: ['digits'], models: ['linear'], losses: ['spy'], seeds: 1 };
      writeFileSync(grid, JSON.stringify({ name: 'spy', modules: [module], ...axes }));
      const out = ['--out', join(folder, 'out')];
      const env = { SYMLOSS_QUEUE: `redis://:s3cret@127.0.0.1:${await freePort()}` };
      const { text } = await (await symloss(['bench', grid, '--queue', ...out], env)).exit;
      expect(text).not.toContain('found');
      expect(text).toContain('***@127.0.0.1');
      expect(text).toContain('expected a Redis server, received connect ECONNREFUSED');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('a server that is not there', async () => {
    const address = `redis://:s3cret@127.0.0.1:${await freePort()}`;
    const { exit } = await symloss(['worker', '--queue', address]);
    const { code, text } = await exit;
    expect(text).toContain('***@127.0.0.1');
    expect(text).toContain('expected a Redis server, received connect ECONNREFUSED');
    expect(text).not.toContain('s3cret');
    expect(code).toBe(1);
  });
});
