import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ApiError, findServer, forgetServer, request } from '../../web/api.ts';

/** Answers every request alike, and keeps them. */
function answer(body: string, { status = 200, type = 'application/json' } = {}) {
  const asked = vi.fn<typeof fetch>(
    async () => new Response(body, { status, headers: { 'content-type': type } }),
  );
  vi.stubGlobal('fetch', asked);
  return asked;
}

async function failure(promise: Promise<unknown>): Promise<ApiError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError;
}

beforeEach(forgetServer);
afterEach(forgetServer);

describe('a request', () => {
  test('gives the JSON of the answer', async () => {
    const asked = answer('{"rows":[1,2]}');
    expect(await request('audits/3')).toEqual({ rows: [1, 2] });
    expect(asked.mock.calls[0]?.[0]).toBe('./api/audits/3');
    expect(asked.mock.calls[0]?.[1]).toMatchObject({ method: 'GET' });
  });

  test('sends what it is given as JSON', async () => {
    const asked = answer('null');
    expect(await request('decisions', { body: { row: 4, label: 'cat' } })).toBeNull();
    expect(asked.mock.calls[0]?.[1]).toMatchObject({
      method: 'POST',
      body: '{"row":4,"label":"cat"}',
      headers: { 'content-type': 'application/json' },
    });
  });

  test('fails with the reason of the server', async () => {
    answer('{"error":{"message":"row: expected 0 to 9, received 10"}}', { status: 422 });
    const { message, status } = await failure(request('rows/10'));
    expect({ message, status }).toEqual({
      message: 'row: expected 0 to 9, received 10',
      status: 422,
    });
  });

  test.each([
    ['a page', '<!doctype html>', 'text/html', 200],
    ['a page in place of an error', 'Not found', 'text/plain', 404],
    ['damaged JSON', '{"rows":', 'application/json', 200],
  ])('fails for %s', async (_, body, type, status) => {
    answer(body, { type, status });
    const error = await failure(request('rows'));
    expect(error.message).toContain('expected JSON from the local server');
    expect(error.status).toBe(status);
  });

  test('fails where nothing answers', async () => {
    vi.stubGlobal('fetch', async () => {
      throw new TypeError('Failed to fetch');
    });
    const error = await failure(request('rows'));
    expect(error.message).toContain('does not answer');
    expect(error.status).toBeUndefined();
  });
});

describe('the server', () => {
  test('is asked once', async () => {
    const asked = answer('{"name":"symloss","version":"0.1.0"}');
    expect(await findServer()).toEqual({ name: 'symloss', version: '0.1.0' });
    expect(await findServer()).toEqual({ name: 'symloss', version: '0.1.0' });
    expect(asked.mock.calls.map(([url]) => url)).toEqual(['./api/info']);
  });

  test.each([
    ['a page for every address', '<!doctype html>', 'text/html', 200],
    ['no such file', 'Not found', 'text/plain', 404],
    ['JSON of another program', '{"name":"other"}', 'application/json', 200],
  ])('is not there: %s', async (_, body, type, status) => {
    answer(body, { type, status });
    expect(await findServer()).toBeUndefined();
  });
});
