import { join } from 'node:path';
import { Command } from 'commander';
import { countsOf } from '../../graph/index.ts';
import { checkOutputs } from '../../io/index.ts';
import type { ModelCard } from '../../model/index.ts';
import { numericCore } from '../../model/index.ts';
import { modelFiles, readModel, saveModel } from '../../model/node/index.ts';
import { formatCount, formatTable } from '../ui/format.ts';

export interface CoreOptions {
  readonly model: string;
  readonly out?: string | undefined;
  /** Replace an earlier core. */
  readonly overwrite?: boolean;
}

interface Streams {
  readonly out: { write(text: string): unknown };
}

/** `symloss core`: the part of a model that takes numbers only. */
export function coreCommand(streams: Streams): Command {
  return new Command('core')
    .description(
      'Write the numeric core of a model of categories or texts, for runtimes without operators on texts.',
    )
    .argument('<model>', 'folder that train wrote')
    .option('--out <folder>', 'folder to write; default: core in the folder of the model')
    .option('--overwrite', 'replace an earlier core', false)
    .action((model: string, options: Omit<CoreOptions, 'model'>) =>
      runCore({ ...options, model }, streams),
    );
}

/** Writes `model.onnx` and `model.json` of a model's numeric core, and says what its inputs take. */
export async function runCore(
  { model, out = join(model, 'core'), overwrite }: CoreOptions,
  streams: Streams,
): Promise<void> {
  const names = Object.values(modelFiles);
  await checkOutputs(
    names.map((name) => join(out, name)),
    { inputs: names.map((name) => join(model, name)), replace: overwrite },
  );
  const { onnx, card } = await numericCore(await readModel(model));
  await saveModel(out, onnx, card, { replace: overwrite === true });
  const rows = (card.inputs ?? []).map((input) => [input.name, ...takes(input)]);
  const table = formatTable([['input', 'shape', 'takes'], ...rows]);
  streams.out.write(`${table}\n\nnumeric core: ${join(out, modelFiles.network)}\n`);
  streams.out.write(`how texts become numbers: inputs in ${join(out, modelFiles.card)}\n`);
}

function takes({ columns, matrix, encoding }: NonNullable<ModelCard['inputs']>[number]): string[] {
  if (encoding?.op === 'termCounts') {
    const { terms, characters } = encoding;
    const words = `${formatCount(terms.length)} terms`;
    const counted = characters
      ? `${words} and ${formatCount(characters.terms.length)} character n-grams`
      : words;
    return [`[n, ${countsOf(encoding)}]`, `how often each of ${counted} occurs`];
  }
  if (encoding === undefined) return [matrix ? `[n, ${columns.length}]` : '[n]', 'as in the model'];
  return ['[n]', categoryNumbers(encoding.values.length)];
}

/** What the number of a text among k categories is. */
export function categoryNumbers(k: number): string {
  const known = k === 1 ? '0 for its only category' : `number of the category, 0 to ${k - 1}`;
  return `${known}; ${k} for any other text`;
}
