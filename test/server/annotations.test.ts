import { expect, test } from 'vitest';
import type { AuditSummary, Suspects } from '../../src/server/api/types.ts';
import { makeAnnotatedAudit, makeAudit, makeSite, openLab, temporaryFolder } from './lab.ts';

const folder = temporaryFolder();
const site = makeSite(folder);

test('suspects of data that several people labelled come with the label of each', async () => {
  const { out, ofBobAndCy, ofAnnAndBob } = await makeAnnotatedAudit(folder);
  const { get } = await openLab(out, { site, within: folder });
  const { items } = await get<Suspects>('/api/suspects');
  const numbers = (a: number, b: number) => a - b;
  expect(items.map(({ row }) => row).sort(numbers)).toEqual(
    [...ofBobAndCy, ...ofAnnAndBob].sort(numbers),
  );
  for (const { row, given, suggested, annotations } of items) {
    const isOfCy = ofBobAndCy.includes(row);
    expect(annotations).toEqual([
      { annotator: 'ann', label: isOfCy ? suggested : given },
      { annotator: 'bob', label: given },
      // who left the row out says nothing of it
      ...(isOfCy ? [{ annotator: 'cy', label: given }] : []),
    ]);
  }
  const { annotators } = await get<AuditSummary>('/api/audit');
  expect(annotators).toEqual([
    { name: 'bob', suspects: 3 },
    { name: 'cy', suspects: 2 },
    { name: 'ann', suspects: 1 },
  ]);
});

test('those of data with one label per row come without', async () => {
  const { get } = await openLab(await makeAudit(folder), { site, within: folder });
  expect(await get<AuditSummary>('/api/audit')).not.toHaveProperty('annotators');
  const { items } = await get<Suspects>('/api/suspects');
  expect(items[0]).not.toHaveProperty('annotations');
});
