import { describe, expect, test } from 'vitest';
import {
  parseQueueUrl,
  redactCredentials,
} from '../../../src/experiments/executors/queue/address.ts';
import { queueExecutor } from '../../../src/experiments/executors/queue/index.ts';
import {
  jobIdOf,
  parseRequest,
  requestOf,
} from '../../../src/experiments/executors/queue/request.ts';
import { gridOf } from './grid.ts';

describe('the URL of a queue', () => {
  test('names host, port, database, user and password', () => {
    const { redact: _, ...address } = parseQueueUrl('rediss://me:p%40ss%2F%C3%A4@host:7000/3');
    expect(address).toEqual({
      shown: 'rediss://***@host:7000/3',
      host: 'host',
      port: 7000,
      db: 3,
      username: 'me',
      password: 'p@ss/ä',
      tls: true,
    });
  });

  test('is short where the server is plain', () => {
    const { redact: _, ...address } = parseQueueUrl('redis://[::1]');
    expect(address).toEqual({
      shown: 'redis://[::1]:6379',
      host: '::1',
      port: 6379,
      db: 0,
      tls: false,
    });
  });

  test.each([
    ['http://:hidden@host', 'something else'],
    ['redis://user:hid#den@host', 'something else'],
    ['redis://user:hid?den@host', 'something else'],
    ['redis://:hidden@host/name', 'another path'],
    ['redis://host?password=hidden', 'more behind it'],
    ['redis://:%hidden@host', 'a lone % in user or password'],
    ['hidden', 'something else'],
    ['', 'something else'],
  ])('%s is refused without being repeated', (url, received) => {
    const parse = () => queueExecutor(url);
    expect(parse).toThrow(/^URL of the queue: expected redis:\/\//);
    expect(parse).toThrow(`received ${received}`);
    expect(parse).not.toThrow('hid');
  });

  test('takes secrets out of messages, as they are and as they are encoded', () => {
    const { redact } = parseQueueUrl('redis://me:p%40ss@host');
    expect(redact('AUTH me p@ss, redis://me:p%40ss@host, p%40ss')).toBe(
      'AUTH me ***, redis://***@host, ***',
    );
    expect(parseQueueUrl('redis://token@host').redact('AUTH token')).toBe('AUTH ***');
    expect(redactCredentials("unknown command 'redis://a:b/c@d@host/0'")).toBe(
      "unknown command 'redis://***@host/0'",
    );
  });

  test('leaves the form of the URL in our own texts as it is, and nothing else', () => {
    const form = 'redis://[[user]:password@]host[:port][/database], or rediss:// for TLS';
    expect(redactCredentials(`expected ${form}`)).toBe(`expected ${form}`);
    expect(redactCredentials(`${form}, redis://me:secret@host`)).toBe(`${form}, redis://***@host`);
    expect(redactCredentials('redis://[[user]:password@]me:secret@host')).toBe('redis://***@host');
  });

  test('a name that makes no Redis key is refused', () => {
    expect(() => queueExecutor('redis://host', { name: 'a:b' })).toThrow(
      'name of the queue: expected up to 64 letters, digits, . _ and -, received "a:b"',
    );
  });
});

describe('a request', () => {
  const [run] = gridOf(['ce'], 1);
  if (run === undefined) throw new Error('no run');

  test('is one job per run and data, never a decimal number', () => {
    const decimal = { ...run, id: '1234567890123456' };
    expect(jobIdOf(requestOf(decimal, undefined))).toBe('run-1234567890123456');
    expect(jobIdOf(requestOf(decimal, 'ab'.repeat(32)))).toBe(
      'run-1234567890123456-abababababababab',
    );
  });

  test('is read as it was written; another version is refused', () => {
    const request = requestOf(run, 'ab'.repeat(32));
    expect(parseRequest(JSON.parse(JSON.stringify(request)))).toEqual(request);
    expect(() => parseRequest({ ...request, version: 1 })).toThrow(
      /^job of the queue: expected a run as this version .*, received version: .*; use the same version/,
    );
  });
});
