/** What a page has asked of WebGPU. */
export interface Traffic {
  /** Bytes written to buffers of the device. */
  readonly up: number;
  /** Bytes copied to buffers that JavaScript reads. */
  readonly down: number;
  /** Buffers of operators that were made and not destroyed. */
  readonly buffers: number;
}

/** The classes of WebGPU, by the calls that are counted. */
interface Classes {
  readonly GPUDevice: {
    prototype: {
      createBuffer(of: { size: number; usage: number; mappedAtCreation?: boolean }): object;
    };
  };
  readonly GPUBuffer: { prototype: { destroy(): void } };
  readonly GPUQueue: {
    prototype: {
      writeBuffer(to: object, at: number, data: ArrayBufferView, from?: number, n?: number): void;
    };
  };
  readonly GPUCommandEncoder: {
    prototype: {
      copyBufferToBuffer(from: object, at: number, to: object, start: number, size: number): void;
    };
  };
}

/** Bits of a buffer's usage. */
const usage = { mapRead: 0x0001, storage: 0x0080 };

/**
 * Counts, from now on, what is asked of WebGPU, by the engine too: the prototypes of its classes are changed.
 * @returns the counts so far
 */
export function countTraffic(): () => Traffic {
  const { GPUDevice, GPUBuffer, GPUQueue, GPUCommandEncoder } = globalThis as unknown as Classes;
  const counts = { up: 0, down: 0, buffers: 0 };
  const usages = new WeakMap<object, number>();
  const has = (buffer: object, bit: number) => ((usages.get(buffer) ?? 0) & bit) !== 0;

  const { createBuffer } = GPUDevice.prototype;
  GPUDevice.prototype.createBuffer = function (of) {
    const buffer = createBuffer.call(this, of);
    usages.set(buffer, of.usage);
    if (of.mappedAtCreation) counts.up += of.size;
    if (has(buffer, usage.storage)) counts.buffers++;
    return buffer;
  };
  const { destroy } = GPUBuffer.prototype;
  GPUBuffer.prototype.destroy = function () {
    if (has(this, usage.storage)) counts.buffers--;
    destroy.call(this);
  };
  const { writeBuffer } = GPUQueue.prototype;
  GPUQueue.prototype.writeBuffer = function (to, at, data, from, n) {
    counts.up += n ?? data.byteLength;
    writeBuffer.call(this, to, at, data, from, n);
  };
  const { copyBufferToBuffer } = GPUCommandEncoder.prototype;
  GPUCommandEncoder.prototype.copyBufferToBuffer = function (from, at, to, start, size) {
    if (has(to, usage.mapRead)) counts.down += size;
    copyBufferToBuffer.call(this, from, at, to, start, size);
  };
  return () => ({ ...counts });
}
