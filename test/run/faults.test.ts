import { expect, test } from 'vitest';
import { z } from 'zod';
import { decisionSchema } from '../../src/review/decisions.ts';
import { firstFault } from '../../src/run/faults.ts';
import { runRecordSchema } from '../../src/run/record.ts';

const cases: readonly [schema: z.ZodType, value: unknown, expected: string, received: string][] = [
  [decisionSchema, {}, 'one of label, exclude, skip, undo', 'nothing'],
  [decisionSchema, { row: 1 }, 'one of label, exclude, skip, undo', 'nothing'],
  [runRecordSchema, { status: 'weird' }, 'one of done, failed', '"weird"'],
  [z.object({ format: z.literal('symloss-audit') }), { format: 'x' }, 'symloss-audit', '"x"'],
  [z.object({ keep: z.enum(['last', 'best']) }), { keep: 1 }, 'one of last, best', '1'],
];

test.each(cases)('what is expected is said: case %#', (schema, value, expected, received) => {
  const { error } = schema.safeParse(value);
  expect(firstFault(error as z.core.$ZodError, value)).toMatchObject({ expected, received });
});
