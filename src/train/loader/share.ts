const copies = new WeakMap<Uint8Array, Uint8Array<SharedArrayBuffer>>();

/**
 * The bytes in memory that threads share: as they are if they lie in such memory, else in a copy.
 * There is one copy for all runs on the same array, and it goes when the array goes; the array must
 * not change meanwhile. In a page that has no such memory, since it is not cross-origin isolated, they are as they are: each run copies them.
 */
export function shareBytes(bytes: Uint8Array): Uint8Array {
  if (globalThis.SharedArrayBuffer === undefined || isShared(bytes)) return bytes;
  const known = copies.get(bytes);
  if (known !== undefined) return known;
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  copies.set(bytes, copy);
  return copy;
}

function isShared(bytes: Uint8Array): bytes is Uint8Array<SharedArrayBuffer> {
  return bytes.buffer instanceof SharedArrayBuffer;
}

/** Row numbers, or labels, in memory that threads share, where that is possible: a copy. */
export function shareNumbers<T extends Int32Array | Uint32Array>(values: T): T {
  if (globalThis.SharedArrayBuffer === undefined) return values;
  const Numbers = values.constructor as new (buffer: SharedArrayBuffer) => T;
  const copy = new Numbers(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}
