import type { Fault } from '../src/server/api/types.ts';

/*
 * The local server of `symloss lab`, as the page asks it: JSON below `./api/`. The page also works without one, as files on any
 * web server; a page that comes from the lab's has its mark (`serverMark`).
 */

/** A request that the server refused, with its reason, or that did not reach it. */
export class ApiError extends Error {
  /** Of the answer; absent where there was none. */
  readonly status: number | undefined;
  /** What the server said, where it did. */
  readonly fault: Fault['error'] | undefined;

  constructor(message: string, status?: number, fault?: Fault['error']) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.fault = fault;
  }
}

export interface RequestOptions {
  /** Sent as JSON, by POST; without it the method is GET. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * What the server answers, parsed.
 * @param path below `api/`, such as `audits/3/rows?from=0`
 * @throws ApiError if the server refuses, cannot be reached or answers something else than JSON
 */
export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const { body, headers } = options;
  let response: Response;
  try {
    response = await fetch(`./api/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  } catch {
    throw new ApiError('The local server does not answer. Is `symloss lab` still running?');
  }
  const answer = await jsonOf(response);
  if (response.ok && answer !== undefined) return answer as T;
  const fault = faultOf(answer);
  throw new ApiError(fault?.message ?? notJson(response), response.status, fault);
}

/** `undefined` for what is no JSON, such as a page that says "not found". */
async function jsonOf(response: Response): Promise<unknown> {
  if (!/\bjson\b/.test(response.headers.get('content-type') ?? '')) return undefined;
  try {
    return await response.json();
  } catch {
    return undefined;
  }
}

function faultOf(answer: unknown): Fault['error'] | undefined {
  const { error } = (answer ?? {}) as Partial<Fault>;
  return typeof error?.message === 'string' ? error : undefined;
}

function notJson({ status, url }: Response): string {
  return `${new URL(url, 'http://localhost').pathname}: expected JSON from the local server, received another answer (status ${status})`;
}
