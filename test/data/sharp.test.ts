import { expect, test, vi } from 'vitest';
import { SymlossError } from '../../src/core/index.ts';
import { loadSharp } from '../../src/data/formats/shared/sharp.ts';

test('where sharp is not installed, the error says what to do', async () => {
  vi.doMock('sharp', () => {
    throw new Error("Cannot find package 'sharp'");
  });
  const error: unknown = await loadSharp('data.parquet').catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(SymlossError);
  expect(error).toMatchObject({
    kind: 'failure',
    message:
      'data.parquet: expected sharp to decode images, received a package that does not load; run npm install sharp',
  });
});
