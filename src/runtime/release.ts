import type { AnyTensor } from '../core/index.ts';

/**
 * Frees the memory of tensors at once instead of at a garbage collection; they must not be used
 * again. Worth it for large outputs of a loop: the engine allocates them outside of the heap, and
 * JavaScript would collect garbage every few steps on their account. Texts are left to it.
 */
export function release(tensors: Iterable<AnyTensor>): void {
  const { port1 } = new MessageChannel();
  port1.close();
  // what is transferred to a closed port is gone
  port1.postMessage(
    undefined,
    Array.from(tensors).flatMap(({ data }) =>
      'buffer' in data ? [data.buffer as ArrayBuffer] : [],
    ),
  );
}
