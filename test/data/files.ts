import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import { SymlossError } from '../../src/core/index.ts';

/** A folder for the tests of a file, removed after them. */
export interface TestFolder {
  readonly path: string;
  /** Writes a file, folders above it too, and returns its path. */
  save(name: string, content: Uint8Array | string): string;
  /** The message of the SymlossError that the work ends in, without the folder. */
  fault(work: Promise<unknown>): Promise<string>;
}

export function testFolder(name: string): TestFolder {
  const path = mkdtempSync(join(tmpdir(), `symloss-${name}-`));
  afterAll(() => rmSync(path, { recursive: true }));
  return {
    path,
    save(file, content) {
      const full = join(path, file);
      mkdirSync(dirname(full), { recursive: true });
      writeFileSync(full, content);
      return full;
    },
    async fault(work) {
      const error: unknown = await work.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (!(error instanceof SymlossError)) throw new Error(`no SymlossError: ${String(error)}`);
      return error.message.replaceAll(`${path}/`, '');
    },
  };
}

/** An IDX file of unsigned bytes. */
export function idx(shape: readonly number[], values: readonly number[], type = 8): Buffer {
  const head = Buffer.alloc(4 + 4 * shape.length);
  head[2] = type;
  head[3] = shape.length;
  for (const [i, size] of shape.entries()) head.writeUInt32BE(size, 4 + 4 * i);
  return Buffer.concat([head, Buffer.from(values)]);
}

/** A .npy file, version 1; `descr` as Python writes it. */
export function npy(
  descr: string,
  shape: readonly number[],
  values: Uint8Array,
  fortran = false,
): Buffer {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const order = fortran ? 'True' : 'False';
  const text = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (${sizes}), }`;
  const head = text.padEnd(117);
  const start = Buffer.from('\x93NUMPY\x01\x00\x76\x00', 'latin1');
  return Buffer.concat([start, Buffer.from(`${head}\n`, 'latin1'), values]);
}

/** 0, 1, …, n − 1, from 0 again after 255. */
export function ramp(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i % 256);
}
