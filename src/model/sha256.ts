/**
 * SHA-256 of bytes, in hexadecimal digits. Pages that were loaded over plain http have no `crypto.subtle`; for them
 * there is the same in JavaScript, which is loaded only then.
 */
export async function sha256Of(bytes: Uint8Array): Promise<string> {
  const digest = await digestOf(bytes as Uint8Array<ArrayBuffer>);
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function digestOf(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const subtle = globalThis.crypto?.subtle;
  if (subtle !== undefined) return new Uint8Array(await subtle.digest('SHA-256', bytes));
  const { sha256 } = await import('@noble/hashes/sha2.js');
  return sha256(bytes);
}
