import { z } from 'zod';
import { SymlossError, show } from '../core/index.ts';
import { readJson } from '../io/index.ts';
import { optionalShape } from '../run/config.ts';
import { integer, parsed } from '../run/faults.ts';
import type { Field } from '../run/fields.ts';
import { fieldNames, fields } from '../run/fields.ts';

const count = integer(1);

/**
 * Everything `symloss train` can be told: the fields of a run, and which runs. It is what `config.json`
 * holds, beside the name and version of its format.
 */
export const trainConfigSchema = z.strictObject({
  ...optionalShape('data', 'axis', 'training', 'machine'),
  source: fields.source.schema.optional(),
  loss: fields.loss.schema.default(fields.loss.default),
  model: fields.model.schema.default(fields.model.default),
  seed: fields.seed.schema.default(fields.seed.default),
  epochs: fields.epochs.schema.default(fields.epochs.default),
  /** Losses that are trained beside `loss`. */
  compare: z.array(z.string().min(1)).optional(),
  /** Runs of each loss, with seeds one apart. */
  seeds: integer(1, 1000).default(1),
  /** Runs at the same time. Default: one per core. */
  jobs: integer(1, 1024).optional(),
  /** Epochs between two checkpoints. Default: 1, but not within a second of the last. */
  checkpointEvery: count.optional(),
  out: z.string().min(1).default('symloss-run'),
});

export type TrainConfig = z.infer<typeof trainConfigSchema>;

/** What `config.json` begins with. */
export const configFormat = { format: 'symloss-train', version: 2 } as const;

/** What version 1, which named no format, called fields otherwise. */
const formerNames: Readonly<Record<string, string>> = { data: 'source', dataFolder: 'folder' };

/**
 * Checks a configuration and fills in its defaults.
 * @param file what it was read from; left out for the command line
 * @throws SymlossError naming the first setting that is wrong
 */
export function checkConfig(config: unknown, file?: string): TrainConfig {
  return parsed(trainConfigSchema, config, file);
}

/**
 * Reads the `config.json` of an earlier run, of version 1 too.
 * @throws SymlossError if it cannot be read, is something else or of a newer version
 */
export async function readConfig(file: string): Promise<TrainConfig> {
  const value = await readJson(file, {
    expected: 'a readable configuration file',
    hint: 'give the config.json of an earlier run',
  });
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isObject) return checkConfig(value, file);
  const { format, version, ...config } = value as Record<string, unknown>;
  if (format === undefined) {
    const renamed = Object.entries(config).map(([key, v]) => [formerNames[key] ?? key, v]);
    return checkConfig(Object.fromEntries(renamed), file);
  }
  if (format !== configFormat.format || version !== configFormat.version) {
    const received = `${typeof format === 'string' ? format : show(format)}, version ${show(version)}`;
    const expected = `a configuration of symloss train, version ${configFormat.version}`;
    throw new SymlossError(file, expected, received);
  }
  return checkConfig(config, file);
}

/** The fields that mean something only with data of one's own. */
export const dataFields = [...fieldNames('data'), 'folder', 'memoryLimit', 'cache'].filter(
  (name) => name !== 'source' && !(fields[name as keyof typeof fields] as Field).written,
) as (keyof TrainConfig)[];
