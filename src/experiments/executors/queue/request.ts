import { z } from 'zod';
import { SymlossError } from '../../../core/index.ts';
import type { PlannedRun, RunConfig } from '../../../run/config.ts';
import { runConfigSchema } from '../../../run/config.ts';
import { environmentSchema, epochSchema } from '../../../run/record.ts';
import { runId } from '../../../run/run-id.ts';
import type { EpochMetrics } from '../../../train/index.ts';

/**
 * SHA-256 of the data that a configuration names, as read on this machine: 64 hexadecimal digits.
 * The noise counts, since `column:<name>` reads another column.
 */
export type DataHash = (config: RunConfig) => Promise<string>;

/** What a job of the queue asks for. */
const requestSchema = z.strictObject({
  format: z.literal('symloss-request'),
  version: z.literal(2),
  run: z.strictObject({ id: z.string(), grid: z.string(), config: runConfigSchema }),
  /** Of the data as the grid's machine has them: the worker's must be the same. */
  dataSha256: z.string().optional(),
  /** Of everything else, with the key of the queue. */
  signature: z.string().optional(),
});

/*
 * Whoever writes to the queue may write anything: nothing that a worker would choke on goes further than here.
 */
const longestRequest = 2 ** 20; // characters: names of many columns
const longestText = 1000; // characters: a spec, a path, a name

export type RunRequest = z.infer<typeof requestSchema>;

/** What a worker tells about a run before that ends. */
const progressSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('started'), started: z.string(), environment: environmentSchema }),
  z.object({
    kind: z.literal('epoch'),
    metrics: epochSchema,
    fold: z.number().int().min(0).optional(),
  }),
  z.object({ kind: z.literal('returned'), reason: z.string() }),
]);

export type RunProgress = z.infer<typeof progressSchema>;

export function requestOf(run: PlannedRun, dataSha256: string | undefined): RunRequest {
  const { id, grid, config } = run;
  return {
    format: 'symloss-request',
    version: 2,
    run: { id, grid, config },
    ...(dataSha256 !== undefined && { dataSha256 }),
  };
}

/**
 * The name of a run's job, so that a run that is asked for twice is one job: the run's id, and the
 * data's hash, since other data under the same path make another run. BullMQ refuses names that are
 * decimal numbers, which an id of 16 hexadecimal digits may be: hence the prefix.
 */
export function jobIdOf({ run, dataSha256 }: RunRequest): string {
  return dataSha256 === undefined ? `run-${run.id}` : `run-${run.id}-${dataSha256.slice(0, 16)}`;
}

/** @throws SymlossError if another version of symloss, or something else, wrote it */
export function parseRequest(data: unknown): RunRequest {
  const parsed = requestSchema.safeParse(data);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const received = `${issue?.path.join('.') || 'something else'}: ${issue?.message ?? ''}`;
    throw notOurs(received);
  }
  const request = parsed.data;
  const { id, config } = request.run;
  if (JSON.stringify(request).length > longestRequest) throw notOurs('one that is too long');
  const long = longText(request, '');
  if (long !== undefined) throw notOurs(`${long}: a text of over ${longestText} characters`);
  if (runId(config) !== id) throw notOurs('an id of another run');
  return request;
}

/** Where a text stands that is too long. */
function longText(value: unknown, place: string): string | undefined {
  if (typeof value === 'string') return value.length > longestText ? place : undefined;
  for (const [key, part] of Object.entries(value ?? {})) {
    const found = longText(part, place === '' ? key : `${place}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function notOurs(received: string): SymlossError {
  const expected = 'a run as this version of symloss asks for it';
  return new SymlossError('job of the queue', expected, received, {
    hint: 'use the same version of symloss on all machines',
    kind: 'failure',
  });
}

/** `undefined` for anything that is no message of a worker of this version. */
export function parseProgress(data: unknown): RunProgress | undefined {
  return progressSchema.safeParse(data).data;
}

/** The metrics as they were before JSON. */
export function metricsOf({ metrics }: Extract<RunProgress, { kind: 'epoch' }>): EpochMetrics {
  return metrics as EpochMetrics;
}

/** A run in a few words: `sgce:q=0.4, symmetric:0.4, cnn4, mnist, seed 1`. */
export function describeRun({ config }: PlannedRun): string {
  const { loss, noise, model, data, seed } = config;
  return [loss, noise, model, data.source, `seed ${seed}`].join(', ');
}
