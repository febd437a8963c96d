import { SymlossError } from '../../../core/index.ts';

export type Sharp = typeof import('sharp')['default'];
export type SharpImage = ReturnType<Sharp>;
export type ImageHeader = Awaited<ReturnType<SharpImage['metadata']>>;

/**
 * Loads sharp when it is first needed.
 * @throws SymlossError of kind `failure` if the package is not installed or does not load here
 */
export async function loadSharp(where: string): Promise<Sharp> {
  try {
    return (await import('sharp')).default;
  } catch (cause) {
    throw new SymlossError(where, 'sharp to decode images', 'a package that does not load', {
      kind: 'failure',
      hint: 'run npm install sharp',
      cause,
    });
  }
}
