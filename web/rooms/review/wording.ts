import type { FieldNames } from '../../../src/core/index.ts';
import { SymlossError } from '../../../src/core/index.ts';
import { ApiError } from '../../api.ts';
import { messageOf } from '../../parts/message.ts';

/** What controls are called, on the page and in messages. */
export const controls = {
  out: 'File',
  relabel: 'Give other rows the suggested class',
  retrain: 'Measure',
} as const;

const nameHere: FieldNames = (path) =>
  Object.hasOwn(controls, path) ? `“${controls[path as keyof typeof controls]}”` : undefined;

/** The command that leads to where the reader is. */
const asides = / \(symloss review [^()]*\)/;

/** What the server says of a fault, with controls of the room in place of settings of the command line and the library. */
export function errorHere(error: unknown): string {
  const parts = error instanceof ApiError ? error.fault?.parts : undefined;
  if (parts === undefined) return messageOf(error);
  const { where, expected, received, hint, kind } = parts;
  const own = hint?.replace(asides, '');
  return new SymlossError(where, expected, received, { hint: own, kind }).describe(nameHere);
}
