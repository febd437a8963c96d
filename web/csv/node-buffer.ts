import { Buffer } from 'buffer/index.js';

/*
 * What the reader of CSV files takes of Node's module `buffer`, in a page: the build puts this in its place (`vite.lab.config.ts`).
 */

// the reader also uses it by its global name
Object.assign(globalThis, { Buffer });

export { Buffer };

export const constants = { MAX_LENGTH: 2 ** 31 - 1 } as const;

export function isAscii(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte < 0x80);
}

export function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
