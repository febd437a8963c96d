import type { AnyTensor } from '../core/index.ts';
import { formatShape, SymlossError } from '../core/index.ts';

/** An input as a model declares it; an axis that it names instead of sizing takes any size. */
export interface DeclaredInput {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly (number | string)[];
}

/** The tensor fed for an input. @throws SymlossError where it is missing or does not fit */
export function checkInput(
  { name, dtype, shape }: DeclaredInput,
  feed: AnyTensor | undefined,
): AnyTensor {
  const fits =
    feed?.dtype === dtype &&
    feed.shape.length === shape.length &&
    shape.every((size, axis) => typeof size === 'string' || size === feed.shape[axis]);
  if (fits) return feed;
  throw new SymlossError(
    `input ${name}`,
    `${dtype}[${shape.join(',')}]`,
    feed === undefined ? 'nothing' : `${feed.dtype}${formatShape(feed.shape)}`,
  );
}
