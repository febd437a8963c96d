import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { field, SymlossError } from '../core/index.ts';
import { standardInput } from '../data/formats/index.ts';
import { noiseOf } from '../experiments/grid/schema.ts';
import type { Grid } from '../experiments/index.ts';
import { recordsFile } from '../experiments/index.ts';
import { checkOutputs, inputAt, readIfThere, writeWhole } from '../io/index.ts';
import type { InputFilesOptions } from '../run/input-files.ts';
import { inputFiles } from '../run/input-files.ts';
import { filesOfNoise } from '../run/noise-files.ts';
import { configFormat } from './train-config.ts';
import { resultFiles } from './train-folder.ts';

/*
 * What bench, sweep and tune write into a folder of results. The folder is known as theirs by its records, or by a grid that
 * still is as it was written; then the files are replaced. Grids are also edited by hand: one that was is never replaced.
 */

export interface GridOutputs {
  readonly folder: string;
  /** The grid that is written. */
  readonly grid: string;
  /** Everything else. */
  readonly others: readonly string[];
  /** What the command reads, the grid among them. */
  readonly inputs: readonly (string | undefined)[];
}

const elsewhere = `choose another folder with ${field('out')}, or take it away`;

/**
 * Checks that a command may write its results into a folder, where nobody else is at work by now.
 * @throws SymlossError where that would replace what it reads, what others wrote or a grid that was edited
 */
export async function checkGridOutputs(outputs: GridOutputs): Promise<void> {
  const { folder, grid, others, inputs } = outputs;
  await refuseTrainFolder(folder);
  const file = join(folder, grid);
  const text = (await readIfThere(file, { kind: 'failure' }))?.toString('utf8');
  const hasRecords = ((await readIfThere(join(folder, recordsFile)))?.length ?? 0) > 0;
  const isOwnGrid = text !== undefined && isAsWritten(text);
  if (text !== undefined && !isOwnGrid && (await inputAt(file, inputs)) === undefined) {
    throw new SymlossError(file, 'no such file yet, or one as symloss wrote it', 'another one', {
      hint: `give it as the grid, ${elsewhere}`,
    });
  }
  const paths = others.map((name) => join(folder, name));
  await checkOutputs(paths, { inputs, replace: hasRecords || isOwnGrid, hint: elsewhere });
}

/** Writes a grid, unless it is the file that was given: that has its own order and comments. */
export async function writeGrid(
  { folder, grid, inputs }: GridOutputs,
  content: Grid,
): Promise<string> {
  const file = join(folder, grid);
  const text = stringify(content);
  if ((await inputAt(file, inputs)) === undefined) await writeWhole(file, `${markOf(text)}${text}`);
  return file;
}

/** @throws SymlossError where data of a grid are standard input: its runs are made in other processes, and at other times */
export function refuseStandardInput({ data }: Pick<Grid, 'data'>): void {
  for (const { source, test } of data) {
    if (source !== standardInput && test !== standardInput) continue;
    const where = field(source === standardInput ? 'source' : 'test');
    throw new SymlossError(where, 'a file, a folder or a name', 'standard input', {
      hint: 'write it to a file first: the runs of a grid are made in several processes',
    });
  }
}

/** The files that the runs of a grid read. */
export async function inputsOf(
  { data, modules = [], noises = [] }: Pick<Grid, 'data' | 'modules' | 'noises'>,
  options: InputFilesOptions,
): Promise<(string | undefined)[]> {
  const all = [...noises, ...data.flatMap((entry) => entry.noises ?? [])];
  const files = [...modules, ...all.flatMap((noise) => filesOfNoise(noiseOf(noise)))];
  const read = await Promise.all(data.map((entry) => inputFiles(entry, options)));
  return [...files, ...read.flat()];
}

async function refuseTrainFolder(folder: string): Promise<void> {
  const file = join(folder, resultFiles.config);
  const text = (await readIfThere(file).catch(() => undefined))?.toString('utf8');
  if (text === undefined || !text.includes(`"format": "${configFormat.format}"`)) return;
  throw new SymlossError(folder, 'a folder of symloss bench', 'one of symloss train', {
    hint: `choose another with ${field('out')}`,
  });
}

/** The first line of a grid that symloss wrote, by which it knows whether it was edited since. */
function markOf(text: string): string {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return `# written by symloss (${hash}); once edited, it is no longer replaced\n`;
}

function isAsWritten(text: string): boolean {
  const end = text.indexOf('\n') + 1;
  return text.slice(0, end) === markOf(text.slice(end));
}
