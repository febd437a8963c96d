import { transformWithOxc } from 'vite';

/** A module of TypeScript that stands in a text, without its types. */
export async function importText<T>(code: string): Promise<T> {
  const { code: plain } = await transformWithOxc(code, 'emitted.ts');
  return import(`data:text/javascript;base64,${Buffer.from(plain).toString('base64')}`);
}
