import type { ChildProcess } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

const found = spawnSync('redis-server', ['--version'], { encoding: 'utf8' });

/** Why tests that need a server are skipped, or `undefined` where there is one. */
export const noRedis =
  found.error === undefined ? undefined : 'redis-server is not installed (Debian: redis-server)';

/** A Redis server of its own on a free port, in a folder of its own. */
export class RedisServer {
  readonly folder = mkdtempSync(join(tmpdir(), 'symloss-redis-'));
  readonly port: number;
  readonly #args: readonly string[];
  #child: ChildProcess | undefined;

  private constructor(port: number, args: readonly string[]) {
    this.port = port;
    this.#args = args;
  }

  /** @param args further settings, where `PORT` stands for the port */
  static async start(args: readonly string[] = []): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), args);
    await server.start();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const port = String(this.port);
    const own = this.#args.map((arg) => (arg === 'PORT' ? port : arg));
    const plain = own.includes('--tls-port') ? '0' : port;
    const child = spawn(
      'redis-server',
      ['--port', plain, '--bind', '127.0.0.1', '--dir', this.folder, '--save', '', ...own],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    this.#child = child;
    let log = '';
    await new Promise<void>((resolve, reject) => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        log += text;
        if (log.includes('Ready to accept connections')) resolve();
      });
      child.once('exit', () => reject(new Error(`redis-server ended:\n${log}`)));
    });
  }

  /** Ends it as a power cut would. What it has written to its folder stays. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  /** Runs commands on a connection of its own. */
  async ask(...commands: readonly (readonly [string, ...(string | number)[]])[]): Promise<unknown> {
    const client = new Redis({ port: this.port, host: '127.0.0.1' });
    try {
      let answer: unknown;
      for (const [command, ...args] of commands) answer = await client.call(command, ...args);
      return answer;
    } finally {
      client.disconnect();
    }
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
