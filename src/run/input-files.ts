import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sourceFiles } from '../data/formats/index.ts';
import { originOf } from './columns-origin.ts';
import { dataFiles } from './data-files.ts';
import type { FieldValues } from './fields.ts';
import { filesOfNoise } from './noise-files.ts';

/** What data and noise are read from. */
interface Read extends FieldValues<'data'> {
  readonly noise?: string | undefined;
}

export interface InputFilesOptions {
  /** Where a dataset that is given by name lies. */
  readonly folder?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The files that data, their labels, vectors, columns and noise are read from, as far as they are known beforehand. */
export async function inputFiles(
  { source, test, noise = 'none', ...others }: Read,
  options: InputFilesOptions = {},
): Promise<(string | undefined)[]> {
  const sources = [source, test].filter((name) => name !== undefined);
  const files: (string | undefined)[] = [originOf(others.columns)];
  for (const { path } of dataFiles(others)) files.push(path);
  for (const name of sources) files.push(...(await sourceFiles(name, options)));
  for (const model of Object.values(others.embed ?? {})) files.push(...(await modelFiles(model)));
  return [...files, ...filesOfNoise(noise)];
}

/** What lies in the folder of a pretrained model, and in the one below it that networks lie in; of an id nothing. */
async function modelFiles(model: string): Promise<string[]> {
  const folders = [model, join(model, 'onnx')];
  const files = folders.map(async (folder) => {
    const names = await readdir(folder).catch(() => []);
    return names.map((name) => join(folder, name));
  });
  return (await Promise.all(files)).flat();
}
