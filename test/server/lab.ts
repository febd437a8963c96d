import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { runAudit } from '../../src/cli/commands/audit.ts';
import { auditConfigSchema } from '../../src/review/index.ts';
import { tokenHeader } from '../../src/server/api/types.ts';
import type { Lab, LabOptions } from '../../src/server/index.ts';
import { openSource, startLab } from '../../src/server/index.ts';
import { blobs } from '../cli/run.ts';

/** Makes empty folders, which are removed after the tests of a file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'symloss-lab-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const names = { a: 'ant', b: 'bee', c: 'cat' };
/** Rows of the audit, from 1, whose label is wrong, and the class that they are of. */
export const wrongRows = new Map<number, string>();

/** The folder of an audit of three clouds of points, some of them with a wrong label. */
export async function makeAudit(folder: string, n = 60): Promise<string> {
  const right = blobs(n, (kind) => names[kind]).map((row) => row.split(','));
  const wrong = new Set([7, 20, 33, 41]);
  const given = right.map(([, , label = ''], i) =>
    wrong.has(i) ? (label === 'bee' ? 'cat' : 'bee') : label,
  );
  for (const i of wrong) wrongRows.set(i + 1, right[i]?.[2] as string);
  const lines = right.map(([x, y], i) => `k${i},${x},${y},${given[i]}`);
  const classes = Object.values(names);
  const probs = right.map(([, , label]) => classes.map((name) => (name === label ? 0.9 : 0.05)));
  writeFileSync(join(folder, 'data.csv'), `${['key,x,y,label', ...lines].join('\n')}\n`);
  writeFileSync(
    join(folder, 'probs.csv'),
    `${[classes.join(), ...probs.map(String)].join('\n')}\n`,
  );
  const out = join(folder, 'audit');
  const config = auditConfigSchema.parse({
    ...{ source: join(folder, 'data.csv'), label: 'label', id: ['key'], out },
    probs: join(folder, 'probs.csv'),
  });
  const quiet = { write: () => true };
  await runAudit(config, true, { out: quiet, err: quiet });
  return out;
}

/**
 * The folder of an audit of clouds that three people labelled: bob and cy agree on two wrong labels, ann and bob on a third one, and
 * the others are right. @returns it, with the rows of these
 */
export async function makeAnnotatedAudit(folder: string): Promise<{
  readonly out: string;
  readonly ofBobAndCy: number[];
  readonly ofAnnAndBob: number[];
}> {
  const classes = Object.values(names);
  const right = blobs(60, (kind) => names[kind]).map((row) => row.split(','));
  const [ofBobAndCy, ofAnnAndBob] = [[8, 21], [35]];
  const lines = right.map(([x, y, label = ''], i) => {
    const other = label === 'bee' ? 'cat' : 'bee';
    const [bobAndCy, annAndBob] = [ofBobAndCy, ofAnnAndBob].map((rows) => rows.includes(i + 1));
    const bob = bobAndCy || annAndBob ? other : label;
    return [
      x,
      y,
      annAndBob ? other : label,
      bob,
      bobAndCy ? other : i % 3 === 0 ? label : '',
    ].join();
  });
  const probs = right.map(([, , label]) => classes.map((name) => (name === label ? 0.9 : 0.05)));
  writeFileSync(join(folder, 'people.csv'), `${['x,y,ann,bob,cy', ...lines].join('\n')}\n`);
  const probsFile = join(folder, 'people-probs.csv');
  writeFileSync(probsFile, `${[classes.join(), ...probs.map(String)].join('\n')}\n`);
  const out = join(folder, 'people-audit');
  const config = auditConfigSchema.parse({
    ...{ source: join(folder, 'people.csv'), label: 'ann,bob,cy', consensus: 'majority' },
    ...{ out, probs: probsFile },
  });
  const quiet = { write: () => true };
  await runAudit(config, true, { out: quiet, err: quiet });
  return { out, ofBobAndCy, ofAnnAndBob };
}

/** A page of a few files. */
export function makeSite(folder: string): string {
  const site = join(folder, 'site');
  mkdirSync(join(site, 'assets'), { recursive: true });
  writeFileSync(join(site, 'index.html'), '<!doctype html><head><title>lab</title></head>');
  writeFileSync(join(site, 'assets', 'main.js'), 'export {};');
  return site;
}

export interface Client {
  readonly lab: Lab;
  /** The cookie that the address gives. */
  readonly cookie: string;
  readonly token: string;
  ask(path: string, options?: AskOptions): Promise<Answer>;
  /** With cookie and token. */
  get<T>(path: string): Promise<T>;
  post(path: string, value: unknown): Promise<Answer>;
}

export interface AskOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Starts a lab of a folder, and comes in by its address. */
export async function openLab(
  name: string | undefined,
  options: Omit<LabOptions, 'source' | 'version'>,
): Promise<Client> {
  const source = await openSource(name);
  const lab = await startLab({ source, version: '1.2.3', author: 'ann', ...options });
  afterAll(() => lab.close());
  const ask = (path: string, own: AskOptions = {}) => askPort(lab.port, path, own);
  const { search } = new URL(lab.url);
  const entry = await ask(`/${search}`);
  const cookie = entry.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  const get = async <T>(path: string) => {
    const { status, text } = await ask(path, { headers: { cookie } });
    if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
    return JSON.parse(text) as T;
  };
  const { token } = await get<{ token: string }>('/api/info');
  const post = (path: string, value: unknown) =>
    ask(path, {
      method: 'POST',
      headers: { cookie, [tokenHeader]: token, 'content-type': 'application/json' },
      body: JSON.stringify(value),
    });
  return { lab, cookie, token, ask, get, post };
}

/** A request with just these headers and this path. */
export function askPort(port: number, path: string, options: AskOptions = {}): Promise<Answer> {
  const { method = 'GET', headers = {}, body } = options;
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, path, method, headers, agent: false },
      (response) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece));
        response.on('end', () => {
          const text = Buffer.concat(pieces).toString('utf8');
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
