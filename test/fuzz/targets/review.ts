import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { SymlossError } from '../../../src/core/index.ts';
import {
  appendDecision,
  auditConfigSchema,
  decided,
  importDecisions,
  readDecisions,
} from '../../../src/review/index.ts';
import { decision, exclude, label, skip, undo } from '../../review/decided.ts';
import type { Target } from '../target.ts';
import { demand } from './data.ts';

const made = [
  decision(1, 1, label('cat')),
  decision(2, 2, skip, 'bob'),
  decision(1, 3, exclude, 'bob'),
  decision(1, 4, undo),
];
const lines = Buffer.from(made.map((own) => `${JSON.stringify(own)}\n`).join(''));

/** One more decision is added, whatever was there: the others stay as they were read. */
const decisions: Target = {
  name: 'decisions',
  seeds: () => [
    { 'review.jsonl': lines },
    { 'review.jsonl': Buffer.concat([lines, lines.subarray(0, 40)]) },
    { 'review.jsonl': Buffer.concat([lines.subarray(0, 40), Buffer.from('\x18\n'), lines]) },
  ],
  kindOf: () => 'json',
  async read(folder) {
    const path = join(folder, 'review.jsonl');
    const { decisions: before } = await readDecisions(path);
    for (const row of decided(before).keys()) {
      demand(
        before.some((own) => own.row === row),
        `row ${row} of nowhere`,
      );
    }
    const added = decision(3, 5, label('dog'));
    await appendDecision(path, added);
    const { decisions: after, notices } = await readDecisions(path);
    demand(isDeepStrictEqual(after, [...before, added]), 'others after one was added');
    demand(notices.length === 0, 'a line that is cut short');
  },
};

const classes = ['cat', 'dog'];
const content = '0123456789abcdef';
const mark = { row: 1, given: 'dog', content };
const row = { ...mark, suggested: 'cat', pWrong: 0.9, pSuggested: 0.8, rank: 1 };
const config = auditConfigSchema.parse({ source: 'data.csv' });
const reviewed = {
  audit: { folder: '', config, sha256: '', classes, rows: [row] },
  placeOf: (number: number) => (number === 1 ? 0 : undefined),
  contentOf: () => content,
};

const task = {
  ...{ id: 1, data: { item: 'a text', ...mark }, meta: mark },
  annotations: [
    {
      result: [
        {
          ...{ type: 'choices', from_name: 'label', to_name: 'item' },
          value: { choices: ['cat'] },
        },
      ],
      ...{ was_cancelled: false, updated_at: '2021-03-09T22:16:08.728353Z', completed_by: 10 },
    },
  ],
};
const record = {
  ...{ id: '1', fields: { item: 'a text' }, metadata: mark },
  responses: { label: [{ value: 'cat', user_id: 'u' }] },
};

const exchanged: Target = {
  name: 'exchanged-decisions',
  seeds: () =>
    [task, record].map((own) => ({ 'file.json': Buffer.from(JSON.stringify([own], null, 1)) })),
  kindOf: () => 'json',
  async read(folder) {
    const options = { author: 'ann', time: '2026-03-01T10:00:00.000Z', known: [] };
    const found = await importDecisions(join(folder, 'file.json'), reviewed, options);
    for (const own of found.decisions) {
      demand(own.row === 1 && own.given === 'dog' && own.content !== '', 'of another row');
      demand(own.action !== 'label' || classes.includes(own.label), 'a label that is no class');
      demand(!Number.isNaN(Date.parse(own.time)), 'a time that is none');
    }
    if (found.decisions.length === 0) throw new SymlossError('file.json', 'a decision', 'none');
  },
};

export const reviewTargets: readonly Target[] = [decisions, exchanged];
