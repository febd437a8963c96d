import { createHmac, timingSafeEqual } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { SymlossError } from '../../../core/index.ts';
import { reasonOf } from '../../../io/index.ts';
import { canonical } from '../../../run/run-id.ts';

/** A secret that the grid's machine and the workers share: jobs and results are signed with it. */
export type QueueKey = Uint8Array;

const [shortest, longest] = [32, 4096]; // bytes
const hint = 'make one with: openssl rand -hex 32 > queue.key';

/** @throws SymlossError unless it is long enough */
export function checkQueueKey(key: QueueKey, where = 'key of the queue'): QueueKey {
  if (key.length >= shortest && key.length <= longest) return key;
  const expected = `a key of ${shortest} to ${longest} bytes`;
  throw new SymlossError(where, expected, `${key.length}`, { hint });
}

/**
 * Reads a key from a file, without line ends behind it.
 * @throws SymlossError unless it is a regular file with a key that is long enough; no message holds a part of it
 */
export async function readQueueKey(file: string): Promise<QueueKey> {
  let content: Buffer | undefined;
  try {
    if ((await stat(file)).isFile()) {
      const handle = await open(file, 'r');
      const bytes = Buffer.alloc(longest + 3); // one byte too many shows, behind a line end too
      const { bytesRead } = await handle.read(bytes).finally(() => handle.close());
      content = bytes.subarray(0, bytesRead);
    }
  } catch (cause) {
    throw new SymlossError(file, 'a file with the key of the queue', reasonOf(cause), {
      hint,
      cause,
    });
  }
  if (content === undefined) {
    throw new SymlossError(file, 'a file with the key of the queue', 'a folder or device', {
      hint,
    });
  }
  const end = content.toString('latin1').replace(/[\r\n]+$/, '').length;
  return checkQueueKey(content.subarray(0, end), file);
}

/** What is signed: a run that is asked for, or the record that was made. */
export interface Signed {
  readonly what: 'job' | 'result';
  /** Name of the queue, and of the job there: a signature is worth nothing elsewhere. */
  readonly queue: string;
  readonly id: string;
}

/** HMAC-SHA256, as 64 hexadecimal digits, over everything that is in the content but its own signature. */
export function signatureOf(key: QueueKey, { what, queue, id }: Signed, content: object): string {
  const { signature: _, ...rest } = content as { signature?: unknown };
  const text = canonical({ symloss: 1, what, queue, id, content: rest });
  return createHmac('sha256', key).update(text).digest('hex');
}

/** The content with its signature, where there is a key. */
export function signed<T extends object>(key: QueueKey | undefined, of: Signed, content: T): T {
  return key === undefined ? content : { ...content, signature: signatureOf(key, of, content) };
}

/** How a content is signed. */
export function signatureState(
  key: QueueKey,
  of: Signed,
  content: unknown,
): 'right' | 'wrong' | 'none' {
  const given = (content as { signature?: unknown } | null | undefined)?.signature;
  if (typeof given !== 'string') return 'none';
  let right: string;
  try {
    right = signatureOf(key, of, content as object);
  } catch {
    return 'wrong'; // nested more deeply than anything that is signed
  }
  const [a, b] = [Buffer.from(given), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b) ? 'right' : 'wrong';
}
