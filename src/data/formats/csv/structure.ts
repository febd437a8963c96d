import { createReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { SymlossError, show } from '../../../core/index.ts';
import { CsvScanner, guessDelimiter } from './scan.ts';

/** What a CSV file is made of. */
export interface CsvStructure {
  readonly delimiter: string;
  /** Fields of every record. */
  readonly fields: number;
  /** Rows below the header. */
  readonly rows: number;
  readonly gzip: boolean;
  /** Whether lines end in more than one way. */
  readonly mixedEndings: boolean;
  /** Bytes of the longest record. */
  readonly longest: number;
}

/** Enough of a file to guess its delimiter from. */
const HEAD = 1 << 18;

/** A row as messages name it. */
export function rowPlace(row: number): string {
  return `row ${row} (counting data rows from 1)`;
}

/**
 * Reads a CSV file through once to learn its structure, and checks that every row has as many
 * fields as the header and that its quotes are sound.
 * @param path a CSV file in UTF-8, as it is or compressed by gzip
 * @throws SymlossError if there is no such file, or it is empty, binary, malformed or without rows
 */
export async function readStructure(path: string): Promise<CsvStructure> {
  const gzip = await isGzip(path);
  const scanner = await scan(path, gzip);
  const { fields, records, ragged, misquoted, unterminated, delimiter, longest } = scanner;
  if (unterminated !== undefined) {
    throw new SymlossError(recordPlace(path, unterminated), 'a closing quote', 'the end of file', {
      hint: 'close the quoted cell, and double any quote inside one',
    });
  }
  if (records === 0) throw new SymlossError(path, 'a header line and rows', 'an empty file');
  if (misquoted !== undefined && misquoted <= (ragged?.record ?? misquoted)) {
    throw new SymlossError(
      recordPlace(path, misquoted),
      `${show(delimiter)} or the end of line after a closing quote`,
      'more text',
      { hint: 'double any quote inside a quoted cell' },
    );
  }
  if (ragged) {
    throw new SymlossError(
      recordPlace(path, ragged.record),
      `${count(fields, 'field')} as in the header, split at ${show(delimiter)}`,
      String(ragged.fields),
      { hint: `mend the row; a cell that contains ${show(delimiter)} must be quoted` },
    );
  }
  if (records === 1) throw new SymlossError(path, 'rows below the header', 'the header only');
  const { mixedEndings } = scanner;
  return { delimiter, fields, rows: records - 1, gzip, mixedEndings, longest };
}

/** `1 field`, `2 fields`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

async function isGzip(path: string): Promise<boolean> {
  let file: FileHandle | undefined;
  try {
    if ((await stat(path)).isDirectory()) {
      throw new SymlossError(path, 'a CSV file', 'a directory');
    }
    file = await open(path);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } catch (cause) {
    if (cause instanceof SymlossError) throw cause;
    throw unreadable(path, cause);
  } finally {
    await file?.close();
  }
}

async function scan(path: string, gzip: boolean): Promise<CsvScanner> {
  let head = Buffer.alloc(0);
  let scanner: CsvScanner | undefined;
  try {
    for await (const chunk of bytesOf(path, gzip)) {
      if (scanner) {
        scanner.push(chunk);
        continue;
      }
      head = Buffer.concat([head, chunk]);
      if (head.length >= HEAD) scanner = startScan(path, head, false);
    }
  } catch (cause) {
    if (cause instanceof SymlossError) throw cause;
    throw unreadable(path, cause);
  }
  scanner ??= startScan(path, head, true);
  scanner.end();
  return scanner;
}

function startScan(path: string, head: Buffer, whole: boolean): CsvScanner {
  const utf16 = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
  if (utf16 || head.includes(0)) {
    throw new SymlossError(path, 'text in UTF-8', utf16 ? 'UTF-16' : 'binary data', {
      hint: 'save it as CSV in UTF-8',
    });
  }
  const marked = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf;
  const text = marked ? head.subarray(3) : head;
  const scanner = new CsvScanner(guessDelimiter(text, whole));
  scanner.push(text);
  return scanner;
}

function bytesOf(path: string, gzip: boolean): Readable {
  const file = createReadStream(path, { highWaterMark: 1 << 20 });
  if (!gzip) return file;
  const unpacked = createGunzip({ chunkSize: 1 << 20 });
  pipeline(file, unpacked, () => {}); // a failure surfaces where `unpacked` is read
  return unpacked;
}

function recordPlace(path: string, record: number): string {
  return record === 0 ? `${path}, header` : `${path}, ${rowPlace(record)}`;
}

function unreadable(path: string, cause: unknown): SymlossError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  return code === 'ENOENT' || code === 'ENOTDIR'
    ? new SymlossError(path, 'a CSV file', 'no such file', { cause })
    : new SymlossError(path, 'a readable CSV file', code, { kind: 'failure', cause });
}
