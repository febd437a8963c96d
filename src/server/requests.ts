import { z } from 'zod';
import { integer } from '../run/faults.ts';
import type {
  ApplyRequest,
  DecisionRequest,
  GainRequest,
  SuspectsQuery,
  UndoRequest,
} from './api/types.ts';

/*
 * What the server takes. Their types are those of api/types.ts: a schema that takes anything else does not compile.
 */

const author = z.string().trim().min(1).max(200);
const share = z.number().min(0).max(1);

export const decisionRequestSchema = z.strictObject({
  row: integer(1),
  answer: z.discriminatedUnion('action', [
    z.strictObject({ action: z.literal('label'), label: z.string() }),
    z.strictObject({ action: z.enum(['exclude', 'skip']) }),
  ]),
  author,
  seen: z.string().optional(),
}) satisfies z.ZodType<DecisionRequest>;

export const undoRequestSchema = z.strictObject({ author }) satisfies z.ZodType<UndoRequest>;

export const applyRequestSchema = z.strictObject({
  out: z.string().min(1).max(1000),
  relabel: share.optional(),
  drop: share.optional(),
}) satisfies z.ZodType<ApplyRequest>;

export const gainRequestSchema = z.strictObject({
  seeds: integer(1, 100).optional(),
  relabel: share.optional(),
  drop: share.optional(),
}) satisfies z.ZodType<GainRequest>;

/** Of the texts of an address. */
const count = z.coerce.number().int().min(0);

export const suspectsQuerySchema = z.strictObject({
  offset: count.default(0),
  limit: count.max(500).default(100),
}) satisfies z.ZodType<{ [K in keyof SuspectsQuery]: SuspectsQuery[K] | undefined }>;

export type CheckedQuery = z.output<typeof suspectsQuerySchema>;
