import { timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { secureHeaders } from 'hono/secure-headers';
import { tokenHeader } from './api/types.ts';
import { Refusal } from './fault.ts';

/*
 * Who may ask for what. A page of another site that is open in the same browser can send requests here, and by DNS rebinding
 * under a name of its own; other users and programs of the machine can, too. So every request has to name this server as its
 * host, come from its own page, and bring the key that only the address that was printed has (a cookie from then on); what
 * changes something has to bring a token that only the page can read.
 */
export interface GuardOptions {
  /** As the server listens: `127.0.0.1`, or what the user chose. */
  readonly host: string;
  /** Of the address that is printed. */
  readonly key: string;
  /** Of requests that change something. */
  readonly token: string;
}

/** Whether only programs of this machine reach an address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * Whether a `Host` names this server. A name that a foreign DNS server may resolve to us is none of ours; numbers are resolved by
 * nobody.
 */
export function isOwnHost(name: string, host: string): boolean {
  const bare = name.replace(/^\[(.*)\]$/, '$1');
  if (isLoopback(bare)) return true;
  if (isLoopback(host)) return false;
  return isIP(bare) !== 0 || bare === host || bare.toLowerCase() === hostname().toLowerCase();
}

/** The name of the cookie: servers on other ports of the machine share cookies. */
const cookieName = (url: URL): string => `symloss-lab-${url.port || '80'}`;

/** Refuses requests that are none of our page's. */
export function guard({ host, key, token }: GuardOptions): MiddlewareHandler {
  return async (c, next) => {
    const url = new URL(c.req.url);
    if (!isOwnHost(url.hostname, host)) {
      throw new Refusal(403, 'the address is not one of this server');
    }
    refuseForeign(c, url);
    const given = c.req.query('key');
    if (given !== undefined && isReading(c) && isEqual(given, key)) {
      // not Strict: a link in a terminal that is a page itself is to work
      setCookie(c, cookieName(url), key, { httpOnly: true, sameSite: 'Lax', path: '/' });
      url.searchParams.delete('key');
      return c.redirect(`/${url.search}`, 303);
    }
    if (!isEqual(getCookie(c, cookieName(url)) ?? '', key)) {
      throw new Refusal(401, 'no key: open the address that symloss lab printed');
    }
    if (!isReading(c) && !isEqual(c.req.header(tokenHeader) ?? '', token)) {
      throw new Refusal(403, 'no token: load the page again');
    }
    return next();
  };
}

const isReading = (c: Context): boolean => c.req.method === 'GET' || c.req.method === 'HEAD';

/** @throws Refusal for requests of pages of other sites, by what browsers say of them; a link may lead here */
function refuseForeign(c: Context, url: URL): void {
  const origin = c.req.header('origin');
  const site = c.req.header('sec-fetch-site') ?? 'none';
  const isLink = isReading(c) && c.req.header('sec-fetch-mode') === 'navigate';
  const isForeign = !(site === 'same-origin' || site === 'none' || isLink);
  if ((origin !== undefined && origin !== url.origin) || isForeign) {
    throw new Refusal(403, 'the request is from a page of another site');
  }
}

/** Takes as long wherever the texts differ. */
function isEqual(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}

/** What browsers are told about the page: nothing from other sites, no scripts but its own, threads for WebAssembly. */
export function pageHeaders(): MiddlewareHandler {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'data:', 'blob:'],
      workerSrc: ["'self'", 'blob:'],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
    crossOriginEmbedderPolicy: 'require-corp',
    crossOriginOpenerPolicy: 'same-origin',
    crossOriginResourcePolicy: 'same-origin',
    referrerPolicy: 'no-referrer',
    xContentTypeOptions: 'nosniff',
    strictTransportSecurity: false, // of this machine's addresses there is no other
  });
}
