import type { Context } from 'hono';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { z } from 'zod';
import type { Roots } from '../io/index.ts';
import { parsed } from '../run/faults.ts';
import type { Info } from './api/types.ts';
import { serverMark, webgpuFiles, webgpuMark } from './api/types.ts';
import { Applying } from './apply.ts';
import type { AuditSource } from './audit.ts';
import { answerFault, Refusal } from './fault.ts';
import { Measuring } from './gain.ts';
import type { GuardOptions } from './guard.ts';
import { guard, pageHeaders } from './guard.ts';
import type { Source } from './open.ts';
import {
  applyRequestSchema,
  decisionRequestSchema,
  gainRequestSchema,
  suspectsQuerySchema,
  undoRequestSchema,
} from './requests.ts';
import type { ResultsSource } from './results.ts';
import { siteFile } from './site.ts';
import { webgpuFile } from './webgpu-build.ts';

export interface AppOptions extends GuardOptions, Pick<Info, 'version' | 'author'> {
  readonly source: Source;
  /** The folder of the page. */
  readonly site: Roots;
  /** That of onnxruntime-web's build for graphics cards, where there is one. */
  readonly webgpuBuild: string | undefined;
  /** The folder that labels may be written below. */
  readonly within: string;
  readonly signal?: AbortSignal | undefined;
}

/** Of a request, in bytes: a decision has some hundred. */
const mostBody = 64 * 1024;

/** The lab's server: the page, and what it asks for. Nothing here knows of ports. */
export function labApp(options: AppOptions): Hono {
  const app = new Hono();
  app.onError(answerFault);
  app.use(pageHeaders());
  app.use(guard(options));
  app.use(
    bodyLimit({
      maxSize: mostBody,
      onError: () => {
        throw new Refusal(413, `a request of more than ${mostBody} bytes`);
      },
    }),
  );
  app.use('/api/*', async (c, next) => {
    await next();
    if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store');
  });
  const { source, version, author, token } = options;
  app.get('/api/info', (c) => {
    const opened = { kind: source.kind, path: source.kind === 'nothing' ? '' : source.name };
    return c.json({ name: 'symloss', version, opened, author, token } satisfies Info);
  });
  if (source.kind === 'results') resultsRoutes(app, source.results);
  if (source.kind === 'audit') auditRoutes(app, source.audit, options);
  app.all('/api/*', (c) => {
    throw new Refusal(404, `nothing at ${new URL(c.req.url).pathname}`);
  });
  const { site, webgpuBuild } = options;
  app.get(`/${webgpuFiles.folder}/:name`, (c) => webgpuFile(c, webgpuBuild));
  const marks = webgpuBuild === undefined ? [serverMark] : [serverMark, webgpuMark];
  app.get('*', (c) => siteFile(c, site, marks));
  app.notFound(() => {
    throw new Refusal(404, 'no such page');
  });
  return app;
}

function resultsRoutes(app: Hono, results: ResultsSource): void {
  app.get('/api/results', async (c) => {
    const { tag, results: own } = await results.read();
    return tagged(c, tag, () => own);
  });
  app.get('/api/runs/:id', async (c) => c.json(await results.run(c.req.param('id'))));
}

function auditRoutes(app: Hono, audit: AuditSource, { within, signal }: AppOptions): void {
  const { rows, review } = audit;
  const measuring = new Measuring({ folder: review.audit.folder, signal });
  const applying = new Applying({ folder: review.audit.folder, within, signal });
  app.get('/api/audit', async (c) => {
    const author = c.req.query('author');
    const summary = await audit.summary(author);
    return tagged(c, `${summary.version}-${author ?? ''}`, () => summary);
  });
  app.get('/api/standing', async (c) => {
    const version = await audit.state();
    const standing = await audit.standing();
    return tagged(c, version, () => standing);
  });
  app.get('/api/suspects', async (c) =>
    c.json(await audit.suspects(checked(suspectsQuerySchema, c.req.query(), 'query'))),
  );
  app.get('/api/rows/:row', async (c) => c.json(rows.details(rowOf(c))));
  app.get('/api/rows/:row/picture', async (c) => {
    const { type, bytes } = await rows.picture(rowOf(c));
    const headers = { 'content-type': type, 'cache-control': 'private, max-age=3600' };
    return c.body(new Uint8Array(bytes), 200, headers);
  });
  app.get('/api/rows/:row/neighbours', async (c) => c.json(await rows.neighbours(rowOf(c))));
  app.post('/api/decisions', async (c) =>
    c.json(await audit.decide(await body(c, decisionRequestSchema))),
  );
  app.post('/api/undo', async (c) => c.json(await audit.undo(await body(c, undoRequestSchema))));
  app.get('/api/gain', (c) => c.json(measuring.state));
  app.post('/api/gain', async (c) =>
    c.json(await measuring.start(await body(c, gainRequestSchema))),
  );
  app.post('/api/apply', async (c) =>
    c.json(await applying.apply(await body(c, applyRequestSchema))),
  );
}

/** An answer that is not sent again while its tag is the same. */
function tagged(c: Context, tag: string, answer: () => unknown): Response {
  const etag = `"${Buffer.from(tag).toString('base64url')}"`;
  c.header('etag', etag);
  c.header('cache-control', 'private, no-cache');
  if (c.req.header('if-none-match') === etag) return c.body(null, 304);
  return c.json(answer());
}

function rowOf(c: Context): number {
  const text = c.req.param('row') ?? '';
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new Refusal(400, 'the number of a row, from 1');
  return Number(text);
}

/** @throws Refusal for another type: forms of other sites can send plain text, but no JSON */
async function body<S extends z.ZodType>(c: Context, schema: S): Promise<z.output<S>> {
  if (!/^application\/json\b/.test(c.req.header('content-type') ?? '')) {
    throw new Refusal(415, 'expected application/json');
  }
  const value: unknown = await c.req.json().catch((cause) => {
    if (cause instanceof SyntaxError) throw new Refusal(400, 'expected JSON');
    throw cause;
  });
  return checked(schema, value, 'request');
}

function checked<S extends z.ZodType>(schema: S, value: unknown, where: string): z.output<S> {
  return parsed(schema, value, where);
}
