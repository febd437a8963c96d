import { z } from 'zod';
import { optionalShape } from '../run/config.ts';
import { integer } from '../run/faults.ts';
import { fields } from '../run/fields.ts';

/** Without what classes are predicted for: an audit goes by probabilities. */
const { metric: _, ...shape } = optionalShape('data', 'axis', 'training', 'machine');

/** How the labels of several annotators become one for an audit, whose models judge them: `crowd` would train others first. */
const consensus = fields.consensus.schema.exclude(['crowd']);
export const auditConsensus = consensus.options;

/** What an audit is told: its data, how its models are trained, and where it writes. */
export const auditConfigSchema = z.strictObject({
  ...shape,
  source: fields.source.schema,
  consensus: consensus.optional(),
  loss: fields.loss.schema.optional(),
  model: fields.model.schema.default(fields.model.default),
  seed: fields.seed.schema.default(fields.seed.default),
  epochs: fields.epochs.schema.default(fields.epochs.default),
  validation: fields.validation.schema.default(0),
  folds: integer(2).default(4),
  repeats: integer(1, 100).default(3),
  precision: z.number().min(0).max(1).default(0.8),
  probs: z.string().min(1).optional(),
  savedModel: z.string().min(1).optional(),
  out: z.string().min(1).default('symloss-audit'),
});

export type AuditConfig = z.infer<typeof auditConfigSchema>;
