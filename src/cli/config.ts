import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { SymlossError } from '../core/index.ts';

const share = z.number().min(0).lt(1);
const text = z.string().min(1);

/** Everything `symloss train` can be told: its options, and the content of `config.json`. */
export const trainConfigSchema = z.strictObject({
  data: text.optional(),
  label: text.optional(),
  trueLabel: text.optional(),
  features: z.array(text).min(1).optional(),
  ignore: z.array(text).optional(),
  missing: z.enum(['error', 'mean', 'drop']).optional(),
  test: text.optional(),
  testShare: share.default(0.2),
  validation: share.default(0.1),
  noise: text.optional(),
  loss: text.default('sgce:q=0.7'),
  compare: z.array(text).optional(),
  model: text.default('mlp:256'),
  scores: z.enum(['none', 'l2', 'batch']).optional(),
  optimizer: text.optional(),
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
  out: text.default('symloss-run'),
});

export type TrainConfig = z.infer<typeof trainConfigSchema>;
export type TrainConfigInput = z.input<typeof trainConfigSchema>;

/**
 * Checks a configuration and fills in its defaults.
 * @param where what the message starts with: a file, or the command line
 * @throws SymlossError naming the first setting that is wrong
 */
export function checkConfig(where: string, config: unknown): TrainConfig {
  const result = trainConfigSchema.safeParse(config);
  if (result.success) return result.data;
  const issue = result.error.issues[0] as z.core.$ZodIssue;
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(trainConfigSchema.shape).join(', ');
    throw new SymlossError(where, `settings among ${known}`, issue.keys.join(', '));
  }
  const [key = '', ...rest] = issue.path.map(String);
  const place = [key, ...rest].join('.');
  const value = (config as Record<string, unknown> | undefined)?.[key];
  throw new SymlossError(
    `${where}, ${place}`,
    expectation(issue),
    JSON.stringify(value) ?? 'nothing',
  );
}

/** Reads a configuration file. @throws SymlossError if it is missing or not JSON */
export async function readConfig(file: string): Promise<unknown> {
  let content: string;
  try {
    content = await readFile(file, 'utf8');
  } catch (cause) {
    throw new SymlossError(file, 'a readable configuration file', reasonOf(cause), { cause });
  }
  try {
    return JSON.parse(content);
  } catch (cause) {
    throw new SymlossError(file, 'JSON', reasonOf(cause), { cause });
  }
}

/** `Invalid input: expected number, received string` → `number`; other messages in small letters. */
function expectation({ message }: z.core.$ZodIssue): string {
  const match = /expected (.*?)(?:, received.*| to be (.*))?$/.exec(message);
  return match === null ? message.toLowerCase() : [match[1], match[2]].filter(Boolean).join(' ');
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? (cause.message.split(', ')[0] ?? '') : String(cause);
}
