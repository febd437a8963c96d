import { SymlossError } from '../../../core/index.ts';
import { reasonOf } from '../../../io/index.ts';

/*
 * apache-arrow, and what unpacks the bodies of its files, are optional peers: tables of other formats need none of them.
 */

export type Arrow = typeof import('apache-arrow');

const install = 'run: npm install apache-arrow lz4js fzstd';

/**
 * Loads apache-arrow when it is first needed, and gives it what unpacks LZ4 and Zstandard, as far as that is installed.
 * @throws SymlossError of kind `failure` with what to install
 */
export async function loadArrow(path: string): Promise<Arrow> {
  try {
    const arrow = await import('apache-arrow');
    await addCodecs(arrow);
    return arrow;
  } catch (cause) {
    throw new SymlossError(path, 'the package apache-arrow to read it', reasonOf(cause), {
      kind: 'failure',
      hint: install,
      cause,
    });
  }
}

/** Codecs that the program has set itself stay. */
async function addCodecs({ compressionRegistry, CompressionType }: Arrow): Promise<void> {
  const { LZ4_FRAME, ZSTD } = CompressionType;
  if (compressionRegistry.get(LZ4_FRAME) === null) {
    const lz4 = await import('lz4js').catch(() => undefined);
    if (lz4) compressionRegistry.set(LZ4_FRAME, { decode: lz4.default.decompress });
  }
  if (compressionRegistry.get(ZSTD) === null) {
    const zstd = await import('fzstd').catch(() => undefined);
    if (zstd) compressionRegistry.set(ZSTD, { decode: (bytes) => zstd.decompress(bytes) });
  }
}

/** What the failure of a reader of apache-arrow is to the user. */
export function readError(path: string, cause: unknown): unknown {
  if (cause instanceof SymlossError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  if (message.includes('codec not found')) {
    return new SymlossError(path, 'packages that unpack LZ4 and Zstandard', 'none', {
      kind: 'failure',
      hint: `${install}; or write the file with compression="uncompressed"`,
      cause,
    });
  }
  const first = message.split('\n', 1)[0] as string;
  return new SymlossError(path, 'an Arrow file that apache-arrow reads', first, {
    hint: 'download the file again, or write it again',
    cause,
  });
}

/** What the failure of a writer of apache-arrow is to the user. */
export function writeError(path: string, cause: unknown): unknown {
  if (cause instanceof SymlossError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  const first = message.split('\n', 1)[0] as string;
  return new SymlossError(path, 'columns that can be written as Arrow again', first, {
    hint: 'write the table as Parquet, then audit that',
    cause,
  });
}
