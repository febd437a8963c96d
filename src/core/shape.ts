/** Sizes of a tensor's axes, outermost first; `[]` is a scalar. Static: every size is known. */
export type Shape = readonly number[];

/** Number of elements. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const d of shape) size *= d;
  return size;
}

/** Row-major strides, in elements. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis] as number;
  }
  return strides;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((d, axis) => d === b[axis]);
}

/** `[128,784]`, as shapes appear in errors and in the text form. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(',')}]`;
}

/**
 * The shape two operands broadcast to (NumPy's rule: align at the right, a size of 1 stretches),
 * or `undefined` if they do not.
 */
export function broadcastShapes(a: Shape, b: Shape): Shape | undefined {
  const rank = Math.max(a.length, b.length);
  const result = new Array<number>(rank);
  for (let i = 0; i < rank; i++) {
    const da = a[a.length - 1 - i] ?? 1;
    const db = b[b.length - 1 - i] ?? 1;
    if (da !== db && da !== 1 && db !== 1) return undefined;
    result[rank - 1 - i] = da === 1 ? db : da;
  }
  return result;
}

/**
 * Strides for reading a tensor of shape `from` as if it had shape `to`: 0 along stretched axes.
 * `from` must broadcast to `to`.
 */
export function broadcastStrides(from: Shape, to: Shape): number[] {
  const own = stridesOf(from);
  const offset = to.length - from.length;
  return to.map((_, axis) => {
    const i = axis - offset;
    return i < 0 || from[i] === 1 ? 0 : (own[i] as number);
  });
}
