import { SymlossError } from '../../../core/index.ts';

/** Where a queue is, as read from its URL. */
export interface QueueAddress {
  /** The URL without what is secret: fit to be printed. */
  readonly shown: string;
  readonly host: string;
  readonly port: number;
  readonly db: number;
  readonly username?: string;
  readonly password?: string;
  readonly tls: boolean;
  /** Takes the password, and URLs with one, out of a text. */
  readonly redact: (text: string) => string;
}

const placeholder = '[[user]:password@';
/** How the URL of a queue is written, for help and messages. */
export const queueUrlForm = `redis://${placeholder}]host[:port][/database]`;
const mask = '***';

/**
 * Reads the URL of a queue. No message holds a part of the URL that may be secret.
 * @param text `redis://` or, for TLS, `rediss://`; special characters of the password are
 * percent-encoded
 * @throws SymlossError if it is no such URL
 */
export function parseQueueUrl(text: string): QueueAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^rediss?:$/.test(url.protocol) || url.hostname === '') {
    throw wrong('something else', 'percent-encode special characters of the password');
  }
  if (url.search !== '' || url.hash !== '') {
    throw wrong('more behind it (? or #)', 'percent-encode special characters of the password');
  }
  const database = /^\/?(\d*)\/?$/.exec(url.pathname)?.[1];
  if (database === undefined) throw wrong('another path', 'the path is the number of a database');
  const username = decoded(url.username);
  const password = decoded(url.password);
  const tls = url.protocol === 'rediss:';
  const port = url.port === '' ? 6379 : Number(url.port);
  const db = Number(database);
  const hasSecret = username !== '' || password !== '';
  // A lone user name may be a token that its owner takes for the password.
  const secrets = password !== '' ? [password, url.password] : [username, url.username];
  return {
    shown: `${url.protocol}//${hasSecret ? `${mask}@` : ''}${url.hostname}:${port}${db === 0 ? '' : `/${db}`}`,
    host: url.hostname.replace(/^\[|\]$/g, ''), // IPv6
    port,
    db,
    ...(username !== '' && { username }),
    ...(password !== '' && { password }),
    tls,
    redact: (message) =>
      secrets
        .filter((secret) => secret !== '')
        .reduce((rest, secret) => rest.replaceAll(secret, mask), redactCredentials(message)),
  };
}

/** Takes user and password out of every `redis://` and `rediss://` URL of a text, but for our own placeholder. */
export function redactCredentials(text: string): string {
  return text.replace(/(rediss?:\/\/)(\S*@)/gi, (whole, start: string, credentials: string) =>
    credentials === placeholder ? whole : `${start}${mask}@`,
  );
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw wrong('a lone % in user or password', 'write % as %25');
  }
}

function wrong(received: string, hint: string): SymlossError {
  return new SymlossError('URL of the queue', `${queueUrlForm}, or rediss:// for TLS`, received, {
    hint,
  });
}
