import { describe, expect, test, vi } from 'vitest';
import { ApiError, request } from '../../web/api.ts';

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

describe('a request', () => {
  test('gives the JSON of the answer', async () => {
    const asked = answer('{"rows":[1,2]}');
    expect(await request('audits/3')).toEqual({ rows: [1, 2] });
    expect(asked.mock.calls[0]?.[0]).toBe('./api/audits/3');
    expect(asked.mock.calls[0]?.[1]).toMatchObject({ method: 'GET' });
  });

  test('sends what it is given as JSON', async () => {
    const asked = answer('null');
    const headers = { 'x-token': 'secret' };
    expect(await request('decisions', { body: { row: 4, label: 'cat' }, headers })).toBeNull();
    expect(asked.mock.calls[0]?.[1]).toMatchObject({
      method: 'POST',
      body: '{"row":4,"label":"cat"}',
      headers: { 'content-type': 'application/json', 'x-token': 'secret' },
    });
  });

  test('fails with the reason of the server', async () => {
    const fault = { message: 'bob decided on row 4', decided: { action: 'label', label: 'cat' } };
    answer(JSON.stringify({ error: fault }), { status: 409 });
    const { message, status, fault: said } = await failure(request('rows/10'));
    expect([message, status, said]).toEqual([fault.message, 409, fault]);
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
