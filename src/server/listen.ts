import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { field, SymlossError } from '../core/index.ts';
import { reasonOf } from '../io/index.ts';
import { userName } from '../review/index.ts';
import { hostInUrl, hostsForOthers } from './addresses.ts';
import { labApp } from './app.ts';
import type { Source } from './open.ts';
import { openSite } from './site.ts';
import { findWebgpuBuild } from './webgpu-build.ts';

export interface LabOptions {
  readonly source: Source;
  /** Of symloss. */
  readonly version: string;
  /** An address of this machine. Default: `127.0.0.1`, which other machines do not reach. */
  readonly host?: string | undefined;
  /** 0 for any that is free. Default: 4747, or any that is free. */
  readonly port?: number | undefined;
  /** Who decides. Default: the name of the user. */
  readonly author?: string | undefined;
  /** The folder of the page. Default: `dist/lab`. */
  readonly site?: string | undefined;
  /** A file from which onnxruntime-web is looked for, as Node does. Default: one of symloss. */
  readonly packagesFrom?: string | undefined;
  /** The folder that labels may be written below. Default: the one that the process is in. */
  readonly within?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A lab that can be opened in a browser. */
export interface Lab {
  /** With the key that lets a browser in. */
  readonly url: string;
  /** The same for other machines, where it listens on all addresses of this one. */
  readonly urlsForOthers: readonly string[];
  readonly port: number;
  /** Ends all connections. */
  close(): Promise<void>;
}

const usualPort = 4747;

/** The built page: beside this file, or its counterpart in `dist` when the sources run. */
const builtSite = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/lab/' : '../lab/',
  import.meta.url,
);

/** Starts the lab's server. @throws SymlossError where the port is taken, the address is none of this machine, or no page was built */
export async function startLab(options: LabOptions): Promise<Lab> {
  const { source, version, signal, host = '127.0.0.1', within = process.cwd() } = options;
  const key = randomBytes(24).toString('base64url');
  const token = randomBytes(24).toString('base64url');
  const app = labApp({
    ...{ source, version, host, key, token, within, signal },
    author: options.author ?? userName(),
    site: openSite(options.site ?? builtSite),
    webgpuBuild: findWebgpuBuild(options.packagesFrom),
  });
  const server = createServer(getRequestListener(app.fetch));
  const port = await listen(server, host, options.port);
  const room = rooms[source.kind];
  const urlOf = (name: string) =>
    `http://${name}:${port}/?key=${key}${room === undefined ? '' : `#/${room}`}`;
  return {
    url: urlOf(hostInUrl(host)),
    urlsForOthers: hostsForOthers(host).map(urlOf),
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The rooms of the page that show what was opened. */
const rooms: { readonly [K in Source['kind']]: string | undefined } = {
  nothing: undefined,
  audit: 'review',
  results: 'results',
};

async function listen(server: Server, host: string, port: number | undefined): Promise<number> {
  if (port !== undefined) return attempt(server, host, port);
  return attempt(server, host, usualPort).catch((error) => {
    if (!isTaken(error)) throw error;
    return attempt(server, host, 0);
  });
}

function attempt(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (cause: NodeJS.ErrnoException) => reject(refused(cause, host, port));
    server.once('error', fail);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', fail);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

const isTaken = (error: unknown): boolean =>
  error instanceof SymlossError &&
  (error.cause as NodeJS.ErrnoException | undefined)?.code === 'EADDRINUSE';

function refused(cause: NodeJS.ErrnoException, host: string, port: number): SymlossError {
  switch (cause.code) {
    case 'EADDRINUSE':
      return new SymlossError(field('port'), 'a port that is free', `${port}, which is taken`, {
        hint: `choose another, or leave ${field('port')} out: a free one is found`,
        cause,
      });
    case 'EACCES':
      return new SymlossError(field('port'), 'a port that you may use', `${port}`, {
        hint: 'those from 1024 on need no rights',
        cause,
      });
    default:
      return new SymlossError(field('host'), 'an address of this machine', host, {
        hint: reasonOf(cause),
        cause,
      });
  }
}
