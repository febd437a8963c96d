import { z } from 'zod';
import type { Field, FieldName, FieldValues, NamesOf, Scope } from './fields.ts';
import { fieldNames, fields } from './fields.ts';

type Schemas = { readonly [K in FieldName]: (typeof fields)[K]['schema'] };
type IsWritten<K extends FieldName> = (typeof fields)[K] extends { written: true } ? true : false;

/** Schemas of fields by name, all of them optional. */
export type OptionalShape<S extends Scope> = {
  [K in NamesOf<S>]: z.ZodOptional<Schemas[K]>;
};

/** The same, those that are `written` with their defaults. */
type ConfigShape<S extends Scope> = {
  [K in NamesOf<S>]: IsWritten<K> extends true
    ? z.ZodDefault<Schemas[K]>
    : z.ZodOptional<Schemas[K]>;
};

/** Schemas of the fields of a scope, none of which need be given. */
export function optionalShape<S extends Scope>(...scopes: readonly S[]): OptionalShape<S> {
  const entries = fieldNames(...scopes).map((name) => [name, fields[name].schema.optional()]);
  return Object.fromEntries(entries) as OptionalShape<S>;
}

function configShape<S extends Scope>(scope: S): ConfigShape<S> {
  const entries = fieldNames(scope).map((name) => {
    const one: Field = fields[name];
    return [name, one.written ? one.schema.default(one.default) : one.schema.optional()];
  });
  return Object.fromEntries(entries) as ConfigShape<S>;
}

/** Which rows: what `openDataset` takes, and which part of the rows is for what. */
export const dataConfigSchema = z.strictObject({
  ...configShape('data'),
  source: fields.source.schema,
  folder: fields.folder.schema.optional(),
});

/** How a run is trained. What is left out has its default. */
export const trainingConfigSchema = z.strictObject(configShape('training'));

/**
 * One run: everything that decides its result, and nothing else. Threads and device are not part of
 * it, although they move the last bits of the weights; records name them.
 */
export const runConfigSchema = z.strictObject({
  data: dataConfigSchema,
  model: fields.model.schema,
  noise: fields.noise.schema,
  loss: fields.loss.schema,
  seed: fields.seed.schema,
  training: trainingConfigSchema,
  /** The modules that register the loss, by content: where they lie is not part of the run. */
  modules: z
    .array(z.strictObject({ path: z.string().min(1), sha256: z.string().min(1) }))
    .optional(),
  /** SHA-256 of the file that the noise names, such as `matrix:file.csv`. */
  noiseSha256: z.string().min(1).optional(),
});

export type DataConfig = z.infer<typeof dataConfigSchema>;
export type TrainingConfig = z.infer<typeof trainingConfigSchema>;
export type RunConfig = z.infer<typeof runConfigSchema>;

/** A run that is to be made. */
export interface PlannedRun {
  /** See `runId`. */
  readonly id: string;
  /** Name of the grid that asks for it. */
  readonly grid: string;
  readonly config: RunConfig;
}

/** Those of some values that belong to the fields of a scope and are given. */
export function pickFields<S extends Scope>(
  values: Readonly<Record<string, unknown>>,
  ...scopes: readonly S[]
): FieldValues<S> {
  const given = fieldNames(...scopes).filter((name) => values[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, values[name]])) as FieldValues<S>;
}
