import type { Redis as Client, RedisOptions } from 'ioredis';
import { SymlossError, show } from '../../../core/index.ts';
import { reasonOf } from '../../../io/index.ts';
import type { QueueAddress } from './address.ts';
import { loadRedis } from './packages.ts';

/** All keys in Redis start with this, the queue's name, and a colon. */
export const keyPrefix = 'symloss';
export const defaultQueueName = 'runs';

/** The oldest release with the commands that BullMQ is at its best with. */
const oldestRedis = [6, 2] as const;
const connectTimeout = 10_000; // milliseconds

/** @throws SymlossError if Redis keys cannot be made of the name */
export function checkQueueName(name: string): void {
  if (/^[\w.-]{1,64}$/.test(name)) return;
  throw new SymlossError('name of the queue', 'up to 64 letters, digits, . _ and -', show(name));
}

/**
 * How every connection is made. A lost one is made again for as long as it takes, or until `over`
 * aborts: then what waits for it is given up.
 */
export function connectionOptions(address: QueueAddress, over?: AbortSignal) {
  const { host, port, db, username, password, tls } = address;
  return {
    host,
    port,
    db,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(tls && { tls: { servername: host } }),
    connectTimeout,
    maxRetriesPerRequest: null,
    retryStrategy: (times: number) => (over?.aborted ? null : Math.min(200 * times, 2000)),
  } satisfies RedisOptions;
}

/** Options of every BullMQ object. The server's version and settings are checked by `checkServer`. */
export function queueOptions(address: QueueAddress, over?: AbortSignal) {
  return {
    connection: connectionOptions(address, over),
    prefix: keyPrefix,
    skipVersionCheck: true,
  };
}

/**
 * Connects once, so that a wrong address or password is an error and not an endless wait.
 * @returns what is to be said about the server's settings
 * @throws SymlossError (failure) with what the server or the network says
 */
export async function checkServer(address: QueueAddress): Promise<string[]> {
  return withClient(address, async (client) => {
    const info = await client.info().catch(() => ''); // not every account may ask
    const [major = 0, minor = 0] = (field(info, 'redis_version') ?? '').split('.').map(Number);
    if (
      major !== 0 &&
      (major < oldestRedis[0] || (major === oldestRedis[0] && minor < oldestRedis[1]))
    ) {
      throw new SymlossError(
        `queue ${address.shown}`,
        `Redis ${oldestRedis.join('.')} or newer, or Valkey`,
        `Redis ${major}.${minor}`,
        { kind: 'failure' },
      );
    }
    const notices: string[] = [];
    if (field(info, 'aof_enabled') === '0') {
      notices.push(
        'Redis keeps no append-only file: a restart may forget what waits (appendonly yes)',
      );
    }
    const policy = field(info, 'maxmemory_policy');
    if (policy !== undefined && policy !== 'noeviction') {
      notices.push(
        `Redis may drop runs when memory is short (maxmemory-policy ${policy}): set noeviction`,
      );
    }
    return notices.map((text) => `queue ${address.shown}: ${text}`);
  });
}

/**
 * Runs commands over a connection of its own, which is not made a second time.
 * @throws SymlossError (failure) if it cannot be made
 */
export async function withClient<T>(
  address: QueueAddress,
  use: (client: Client) => Promise<T>,
): Promise<T> {
  const { Redis } = await loadRedis();
  const client = new Redis({
    ...connectionOptions(address),
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let fault: Error | undefined;
  client.on('error', (error: Error) => {
    fault = error;
  });
  try {
    await client.connect();
    await client.ping();
  } catch (error) {
    client.disconnect();
    throw unreachable(address, fault ?? error);
  }
  try {
    return await use(client);
  } finally {
    client.disconnect();
  }
}

/** The cause is left out on purpose: errors of ioredis carry the command, and AUTH has the password. */
function unreachable(address: QueueAddress, error: unknown): SymlossError {
  const text = address.redact(reasonOf(error));
  const isRefused = /^(WRONGPASS|NOAUTH|NOPERM|ERR.*(AUTH|password))/.test(text);
  const hint = isRefused
    ? 'user and password are those before @ in the URL, percent-encoded'
    : /certificate|self.signed|CERT|issuer/i.test(text)
      ? 'name the file of your own certificate authority in NODE_EXTRA_CA_CERTS'
      : address.tls
        ? 'is it running there, and does it speak TLS?'
        : 'is it running there? A server that speaks TLS wants rediss://';
  return new SymlossError(
    `queue ${address.shown}`,
    isRefused ? 'a user and password that Redis takes' : 'a Redis server',
    text,
    { hint, kind: 'failure' },
  );
}

function field(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1]?.trim();
}
