/**
 * The local server of `symloss lab`, as the page asks it: JSON below `./api/`. The page also works without one, as files on any
 * web server; then there is no answer, or a page of that server's own.
 *
 * A server says that it is one by `GET ./api/info`, an `Info`. An answer with a status of 400 or above is
 * `{ "error": { "message": "where: expected X, received Y" } }`.
 */
export interface Info {
  readonly name: 'symloss';
  readonly version: string;
}

/** A request that the server refused, with its reason, or that did not reach it. */
export class ApiError extends Error {
  /** Of the answer; absent where there was none. */
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
  }
}

export interface RequestOptions {
  /** Sent as JSON; the method is then POST unless given. */
  readonly body?: unknown;
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly signal?: AbortSignal;
}

/**
 * What the server answers, parsed.
 * @param path below `api/`, such as `audits/3/rows?from=0`
 * @throws ApiError if the server refuses, cannot be reached or answers something else than JSON
 */
export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const { body, signal, method = body === undefined ? 'GET' : 'POST' } = options;
  let response: Response;
  try {
    response = await fetch(`./api/${path}`, {
      method,
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiError('The local server does not answer. Is `symloss lab` still running?');
  }
  const answer = await jsonOf(response);
  if (response.ok && answer !== undefined) return answer as T;
  throw new ApiError(messageOf(answer) ?? notJson(response), response.status);
}

let asked: Promise<Info | undefined> | undefined;

/** The server that the page comes from, or `undefined` where there is none. It is asked once. */
export function findServer(): Promise<Info | undefined> {
  asked ??= request<unknown>('info').then(
    (answer) => (isInfo(answer) ? answer : undefined),
    () => undefined,
  );
  return asked;
}

/** Forgets whether there is a server, so that the next question asks again. */
export function forgetServer(): void {
  asked = undefined;
}

function isInfo(answer: unknown): answer is Info {
  return typeof answer === 'object' && (answer as Partial<Info> | null)?.name === 'symloss';
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

function messageOf(answer: unknown): string | undefined {
  const { error } = (answer ?? {}) as { readonly error?: { readonly message?: unknown } };
  return typeof error?.message === 'string' ? error.message : undefined;
}

function notJson({ status, url }: Response): string {
  return `${new URL(url, 'http://localhost').pathname}: expected JSON from the local server, received another answer (status ${status})`;
}
