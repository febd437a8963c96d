import type { Part, Parts } from './job.ts';

/** The memory of the numbers of parts, which can move to another thread. Bytes are shared or copied instead. */
export function memoryOf(parts: Parts): ArrayBuffer[] {
  return Object.values<Part>({ ...parts }).flatMap(({ features, targets }) => {
    const own = features instanceof Float32Array ? { features } : {};
    const arrays: object = 'dense' in features ? features : own;
    return [...Object.values(arrays), targets].flatMap((array) =>
      ArrayBuffer.isView(array) && array.buffer instanceof ArrayBuffer ? [array.buffer] : [],
    );
  });
}
