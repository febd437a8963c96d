import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hostsForOthers } from '../../src/server/addresses.ts';
import { tokenHeader } from '../../src/server/api/types.ts';
import { isOwnHost } from '../../src/server/guard.ts';
import { openSource, startLab } from '../../src/server/index.ts';
import { faultOf } from '../messages.ts';
import { askPort, makeAudit, makeSite, openLab, temporaryFolder } from './lab.ts';

const folder = temporaryFolder();
const site = makeSite(folder);
const audit = await makeAudit(folder);
writeFileSync(join(folder, 'secret.txt'), 'secret');
symlinkSync(join(folder, 'secret.txt'), join(site, 'link.txt'));
mkdirSync(join(folder, 'elsewhere'));
writeFileSync(join(folder, 'elsewhere', 'secret.html'), 'secret');
symlinkSync(join(folder, 'elsewhere'), join(site, 'linked'));
writeFileSync(join(site, 'plain.txt'), 'plain');
symlinkSync('plain.txt', join(site, 'inside.txt'));

const client = await openLab(audit, { site, within: folder });
const { ask, cookie, token, lab } = client;
const decision = JSON.stringify({ row: 8, author: 'ann', answer: { action: 'skip' } });
const json = { 'content-type': 'application/json' };
const faultText = (text: string) => (JSON.parse(text) as { error: { message: string } }).error;

describe('who is let in', () => {
  test('the address gives a cookie, and leads to the page without the key', async () => {
    const { search, hash } = new URL(lab.url);
    expect(hash).toBe('#/review');
    const { status, headers } = await ask(`/${search}`);
    expect([status, headers.location]).toEqual([303, '/']);
    const elsewhere = await ask(`//evil.example/${search}&a=b`);
    expect(elsewhere.headers.location).toBe('/?a=b');
    expect(headers['set-cookie']?.[0]).toMatch(
      new RegExp(`^symloss-lab-${lab.port}=[\\w-]{32}; Path=/; HttpOnly; SameSite=Lax$`),
    );
    expect((await ask('/', { headers: { cookie } })).text).toBe(
      '<!doctype html><head><meta name="symloss-lab-server" content="here"><meta name="symloss-lab-webgpu" content="here"><title>lab</title></head>',
    );
  });

  test.each(['/', '/assets/main.js', '/api/info', '/api/suspects', '/api/rows/8'])(
    'without the key nobody gets %s',
    async (path) => {
      const { status, text } = await ask(path);
      expect([status, faultText(text).message]).toEqual([
        401,
        'no key: open the address that symloss lab printed',
      ]);
    },
  );

  test.each(['', 'x', 'x'.repeat(32)])('a wrong key is none: %j', async (key) => {
    expect((await ask(`/?key=${key}`)).status).toBe(401);
    const wrong = `symloss-lab-${lab.port}=${key}`;
    expect((await ask('/api/info', { headers: { cookie: wrong } })).status).toBe(401);
  });

  test.each([
    ['evil.example', 403],
    ['evil.example:80', 403],
    ['127.0.0.1.evil.example', 403],
    ['192.168.1.7', 403],
    [`localhost:${lab.port}`, 401], // another name, so that it has no cookie of ours, but not refused
  ])('by the name %s it answers %i', async (host, status) => {
    const headers = host.startsWith('localhost') ? { host } : { host, cookie };
    expect((await ask('/api/info', { headers })).status).toBe(status);
  });

  test.each([
    ['Origin', { origin: 'https://evil.example' }],
    ['Origin of another port', { origin: 'http://127.0.0.1:1' }],
    ['Origin null', { origin: 'null' }],
    ['Sec-Fetch-Site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
    ['Sec-Fetch-Site of another port', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' }],
  ])('a page of another site is refused by %s, with all the rest right', async (_, headers) => {
    const reading = await ask('/api/info', { headers: { cookie, ...headers } });
    expect(reading.status).toBe(403);
    const writing = await ask('/api/decisions', {
      method: 'POST',
      headers: { cookie, [tokenHeader]: token, ...json, ...headers },
      body: decision,
    });
    expect([writing.status, faultText(writing.text).message]).toEqual([
      403,
      'the request is from a page of another site',
    ]);
    expect((await client.get<{ tally: object }>('/api/audit')).tally).toMatchObject({ decided: 0 });
  });

  test('a link of another site leads to the page', async () => {
    const headers = { cookie, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect((await ask('/', { headers })).status).toBe(200);
  });

  test.each([
    ['without a token', {}],
    ['with a wrong one', { [tokenHeader]: 'x'.repeat(32) }],
    ['with the key as one', { [tokenHeader]: cookie.split('=')[1] ?? '' }],
  ])('%s nothing is written', async (_, headers) => {
    for (const path of ['/api/decisions', '/api/undo', '/api/apply']) {
      const own = { cookie, ...json, ...headers };
      const { status, text } = await ask(path, { method: 'POST', headers: own, body: decision });
      expect([status, faultText(text).message]).toEqual([403, 'no token: load the page again']);
    }
  });

  test('a large body is refused, with or without its length', async () => {
    const headers = { cookie, [tokenHeader]: token, ...json };
    const body = JSON.stringify({ author: 'x'.repeat(70_000) });
    for (const extra of [{}, { 'transfer-encoding': 'chunked' }]) {
      const { status, text } = await ask('/api/undo', {
        ...{ method: 'POST', headers: { ...headers, ...extra }, body },
      });
      expect([status, faultText(text).message]).toEqual([
        413,
        'a request of more than 65536 bytes',
      ]);
    }
  });

  test.each([
    ['text/plain', decision, 415, 'expected application/json'],
    ['application/json', '{', 400, 'expected JSON'],
    ['application/json', '[]', 400, 'request: expected an object with settings, received []'],
  ])('a body of %s, %s is refused', async (type, body, status, message) => {
    const headers = { cookie, [tokenHeader]: token, 'content-type': type };
    const answer = await ask('/api/decisions', { method: 'POST', headers, body });
    expect([answer.status, faultText(answer.text).message]).toEqual([status, message]);
  });
});

test('names that are ours', () => {
  expect(isOwnHost('127.0.0.1', '127.0.0.1')).toBe(true);
  expect(isOwnHost('[::1]', '127.0.0.1')).toBe(true);
  expect(isOwnHost('10.0.0.5', '127.0.0.1')).toBe(false);
  expect(isOwnHost('10.0.0.5', '0.0.0.0')).toBe(true);
  expect(isOwnHost('evil.example', '0.0.0.0')).toBe(false);
  expect(isOwnHost('lab.example', 'lab.example')).toBe(true);
  expect(isOwnHost('127.evil.example', '127.0.0.1')).toBe(false);
});

describe('beyond this machine', () => {
  test('every request needs the key there, too, by the number of an interface', async () => {
    const open = await openLab(undefined, { site, host: '0.0.0.0' });
    expect(open.lab.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?key=[\w-]{32}$/);
    const host = `192.168.1.7:${open.lab.port}`;
    expect((await open.ask('/', { headers: { host } })).status).toBe(401);
    const own = { host, cookie: open.cookie };
    expect((await open.ask('/api/info', { headers: own })).status).toBe(200);
    const named = { host: 'evil.example', cookie: open.cookie };
    expect((await open.ask('/api/info', { headers: named })).status).toBe(403);
  });
});

describe('addresses for other machines', () => {
  const own = { netmask: '', mac: '', internal: false, cidr: null } as const;
  const interfaces = {
    lo: [{ ...own, address: '127.0.0.1', family: 'IPv4', internal: true } as const],
    eth0: [
      { ...own, address: '10.0.0.5', family: 'IPv4' } as const,
      { ...own, address: 'fe80::1', family: 'IPv6', scopeid: 2 } as const,
      { ...own, address: 'fd00::5', family: 'IPv6', scopeid: 0 } as const,
    ],
  };

  test.each([
    ['0.0.0.0', ['10.0.0.5']],
    ['::', ['10.0.0.5', '[fd00::5]']],
    ['127.0.0.1', []],
    ['10.0.0.5', []],
  ])('of %s are %j', (host, hosts) => {
    expect(hostsForOthers(host, interfaces)).toEqual(hosts);
    for (const name of hosts) expect(isOwnHost(name, host)).toBe(true);
  });

  test('let a browser in', async () => {
    const { lab } = await openLab(undefined, { site, host: '0.0.0.0' });
    const external = Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .filter(({ family, internal }) => family === 'IPv4' && !internal);
    expect(lab.urlsForOthers.map((url) => new URL(url).hostname)).toEqual(
      external.map(({ address }) => address),
    );
    for (const url of lab.urlsForOthers) {
      const first = await fetch(url, { redirect: 'manual' });
      expect(first.status, url).toBe(303);
      const cookie = first.headers.getSetCookie()[0]?.split(';')[0] ?? '';
      const info = await fetch(new URL('/api/info', url), { headers: { cookie } });
      expect(info.status, url).toBe(200);
    }
  });
});

describe('files of the page', () => {
  test.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/..%5csecret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/%2fetc/passwd.txt',
    '//etc/hostname.txt',
    '/link.txt',
    '/linked/secret.html',
    '/index.html%00.txt',
    '/assets',
    '/nothing.js',
  ])('%s is none', async (path) => {
    const { status, text } = await ask(path, { headers: { cookie } });
    expect([status, faultText(text).message]).toEqual([404, 'no such page']);
  });

  test.each([
    ['/', 'text/html; charset=utf-8', 'no-store'],
    ['/assets/main.js', 'text/javascript; charset=utf-8', 'private, max-age=3600'],
    ['/inside.txt', 'text/plain; charset=utf-8', 'private, max-age=3600'],
  ])('%s comes as %s, with what keeps other sites out', async (path, type, cache) => {
    const { status, headers } = await ask(path, { headers: { cookie } });
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      ...{ 'content-type': type, 'cache-control': cache, 'referrer-policy': 'no-referrer' },
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin',
      'content-security-policy':
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    });
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  test('refusals have these headers, too', async () => {
    const { headers } = await ask('/api/info');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['content-security-policy']).toContain("default-src 'self'");
  });
});

describe('ports', () => {
  test('one that is taken is refused, another is found', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const source = await openSource(undefined);
    const options = { source, version: '1', site };
    expect(await faultOf(startLab({ ...options, port }))).toBe(
      `port: expected a port that is free, received ${port}, which is taken; choose another, or leave port out: a free one is found`,
    );
    other.close();
    const [first, second] = [await startLab(options), await startLab(options)];
    expect(first.port).not.toBe(second.port);
    for (const own of [first, second]) await own.close();
  });

  test('an address of another machine is refused', async () => {
    const source = await openSource(undefined);
    const wrong = startLab({ source, version: '1', site, host: '192.0.2.1' });
    expect(await faultOf(wrong)).toContain(
      'host: expected an address of this machine, received 192.0.2.1; ',
    );
  });

  test('closing ends connections that are kept open', async () => {
    const own = await startLab({ source: await openSource(undefined), version: '1', site });
    await askPort(own.port, '/', { headers: { connection: 'keep-alive' } });
    await own.close();
    await expect(askPort(own.port, '/')).rejects.toThrow('ECONNREFUSED');
  });
});

test('a page that was not built is no fault of the user', async () => {
  const source = await openSource(undefined);
  expect(await faultOf(startLab({ source, version: '1', site: join(folder, 'none') }))).toBe(
    'lab: expected the page in dist/lab, received none; in a checkout, run npm run build; else install symloss again',
  );
});
