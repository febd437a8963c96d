import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Context } from 'hono';
import { openFile } from '../io/index.ts';
import { webgpuFiles } from './api/types.ts';
import { Refusal } from './fault.ts';

/*
 * onnxruntime-web's build for graphics cards has 27 MB, which the package of symloss does without: it is served from the
 * onnxruntime-web that is installed beside symloss, where one is.
 */

/** The only files of that package that are served, with the types that browsers ask for. */
const types: Readonly<Record<string, string>> = {
  [webgpuFiles.script]: 'text/javascript',
  [webgpuFiles.wasm]: 'application/wasm',
};

/**
 * The folder with these files; `undefined` where the package is not installed, or is a version that has others.
 * @param from a file from which the package is looked for, as Node does. Default: this one
 */
export function findWebgpuBuild(from: string = import.meta.url): string | undefined {
  try {
    const folder = dirname(createRequire(from).resolve(`onnxruntime-web/${webgpuFiles.wasm}`));
    return Object.keys(types).every((name) => existsSync(join(folder, name))) ? folder : undefined;
  } catch {
    return undefined;
  }
}

/** One of the files. @throws Refusal for any other name, and where there is no such package */
export async function webgpuFile(c: Context, folder: string | undefined): Promise<Response> {
  const name = c.req.param('name') ?? '';
  const type = Object.hasOwn(types, name) ? types[name] : undefined;
  if (folder === undefined || type === undefined) throw new Refusal(404, 'no such file');
  const handle = await openFile(join(folder, name)).catch(() => undefined);
  if (handle === undefined) throw new Refusal(404, 'no such file');
  try {
    const { size, mtimeMs } = await handle.stat();
    const etag = `"${size}-${mtimeMs}"`;
    // another version of the package has the same names
    c.header('cache-control', 'private, no-cache');
    c.header('etag', etag);
    if (c.req.header('if-none-match') === etag) return c.body(null, 304);
    return c.body(new Uint8Array(await handle.readFile()), 200, { 'content-type': type });
  } finally {
    await handle.close();
  }
}
