import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { SymlossError } from '../core/index.ts';
import { expectation } from '../experiments/issues.ts';
import { scoreNormalisationNames } from '../nn/index.ts';
import { devices } from '../runtime/index.ts';

const share = z.number().min(0).lt(1);
const pixels = z.number().int().min(1);
const text = z.string().min(1);

/** Everything `symloss train` can be told: its options, and the content of `config.json`. */
export const trainConfigSchema = z.strictObject({
  data: text.optional(),
  label: text.optional(),
  trueLabel: text.optional(),
  features: z.array(text).min(1).optional(),
  ignore: z.array(text).optional(),
  missing: z.enum(['error', 'mean', 'drop']).optional(),
  dataFolder: text.optional(),
  imageColumn: text.optional(),
  imageSize: z.union([pixels, z.tuple([pixels, pixels])]).optional(),
  badImages: z.enum(['fail', 'skip']).optional(),
  labelsFile: text.optional(),
  memoryLimit: z.number().min(0).optional(), // GiB
  cache: text.optional(),
  test: text.optional(),
  testLabelsFile: text.optional(),
  testShare: share.default(0.2),
  validation: share.default(0.1),
  noise: text.optional(),
  loss: text.default('sgce:q=0.7'),
  compare: z.array(text).optional(),
  model: text.default('mlp:256'),
  scores: z.enum(scoreNormalisationNames).optional(),
  scoreScale: z.number().positive().optional(),
  optimizer: text.optional(),
  augment: text.optional(),
  learningRate: z.number().positive().optional(),
  weightDecay: z.number().min(0).optional(),
  schedule: text.optional(),
  warmup: z.number().min(0).optional(),
  clipNorm: z.number().positive().optional(),
  epochs: z.number().int().min(1).default(60),
  batchSize: z.number().int().min(1).optional(),
  seeds: z.number().int().min(1).max(1000).default(1),
  seed: z.number().int().min(0).default(1),
  jobs: z.number().int().min(1).optional(),
  threads: z.number().int().min(1).default(1),
  device: z.enum(devices).optional(),
  checkpointEvery: z.number().int().min(1).optional(),
  out: text.default('symloss-run'),
});

export type TrainConfig = z.infer<typeof trainConfigSchema>;
export type TrainConfigInput = z.input<typeof trainConfigSchema>;

/**
 * Checks a configuration and fills in its defaults.
 * @param file what it was read from; left out for the command line, whose options are then named
 * @throws SymlossError naming the first setting that is wrong
 */
export function checkConfig(config: unknown, file?: string): TrainConfig {
  const result = trainConfigSchema.safeParse(config);
  if (result.success) return result.data;
  const issue = result.error.issues[0] as z.core.$ZodIssue;
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(trainConfigSchema.shape).join(', ');
    throw new SymlossError(file ?? 'options', `settings among ${known}`, issue.keys.join(', '));
  }
  const path = issue.path.map(String);
  const place = file === undefined ? optionName(path[0] ?? '') : [file, ...path].join(', ');
  const value = path.reduce<unknown>((v, key) => (v as Record<string, unknown>)[key], config);
  throw new SymlossError(place, expected(issue), showValue(value));
}

/** `testShare` → `option --test-share` */
export function optionName(key: string): string {
  if (key === 'data') return 'data file';
  if (key === 'dataFolder') return 'option --data';
  return `option --${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Reads a configuration file. @throws SymlossError if it is missing or not JSON */
export async function readConfig(file: string): Promise<unknown> {
  let content: string;
  try {
    content = await readFile(file, 'utf8');
  } catch (cause) {
    throw new SymlossError(file, 'a readable configuration file', reasonOf(cause), {
      hint: 'give the config.json of an earlier run',
      cause,
    });
  }
  try {
    return JSON.parse(content);
  } catch (cause) {
    throw new SymlossError(file, 'JSON', `text with a fault (${reasonOf(cause)})`, { cause });
  }
}

/** What a setting must be, in words. */
function expected(issue: z.core.$ZodIssue): string {
  // image sizes are the only union, and all lists are of texts
  if (issue.code === 'invalid_union') return 'a size, or two: height and width';
  if (issue.code === 'invalid_type' && issue.expected === 'array') return 'a list of texts';
  return expectation(issue);
}

function showValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? (cause.message.split(', ')[0] ?? '') : String(cause);
}
