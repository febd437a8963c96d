import { sourceFiles } from '../data/formats/index.ts';
import { filesOfNoise } from '../run/noise-files.ts';
import { originOf } from './ui/columns-file.ts';

/** What data and noise are read from. */
interface Read {
  readonly source?: string | undefined;
  readonly test?: string | undefined;
  readonly labelsFile?: string | undefined;
  readonly testLabelsFile?: string | undefined;
  /** Of `columnsFile`. */
  readonly columns?: object | undefined;
  readonly noise?: string | undefined;
}

export interface InputFilesOptions {
  /** Where a dataset that is given by name lies. */
  readonly folder?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The files that data, their labels, columns and noise are read from, as far as they are known beforehand. */
export async function inputFiles(
  { source, test, labelsFile, testLabelsFile, columns, noise = 'none' }: Read,
  options: InputFilesOptions = {},
): Promise<(string | undefined)[]> {
  const sources = [source, test].filter((name) => name !== undefined);
  const files: (string | undefined)[] = [labelsFile, testLabelsFile, originOf(columns)];
  for (const name of sources) files.push(...(await sourceFiles(name, options)));
  return [...files, ...filesOfNoise(noise)];
}
