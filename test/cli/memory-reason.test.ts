import { expect, test } from 'vitest';
import { reasonOf, suspectColumns } from '../../src/cli/ui/suspects-file.ts';
import { fromArrays } from '../../src/data/index.ts';
import { auditDataset } from '../../src/run/index.ts';

test('what the memory of a loss says of a suspect is in the list and in its reason', async () => {
  const n = 60;
  const classes = ['ant', 'bee', 'cat'];
  const truth = Array.from({ length: n }, (_, row) => row % 3);
  const given = truth.map((c, row) => (row < 2 ? (c + 1) % 3 : c));
  const data = fromArrays({
    features: truth.map((_, row) => [row]),
    labels: given.map((c) => classes[c] as string),
  });
  const probs = truth.map((c) => [0, 1, 2].map((own) => (own === c ? 0.98 : 0.01)));
  const plain = await auditDataset({ data, probs, precision: 0.6 });
  const memoryProbs = Float64Array.from(probs.flat());
  // row 0 is an ant labelled bee, which the memory says, too; row 1 a bee labelled cat, which the memory kept
  memoryProbs.set([0.93, 0.03, 0.04], 0);
  memoryProbs.set([0, 0.25, 0.75], 3);
  const listed = { audit: { ...plain, memoryProbs }, data, model: 'it says' };
  expect(reasonOf(listed, 0)).toContain(
    '; by the memory of their loss they came to say: ant 93.0 %; ',
  );
  expect(reasonOf(listed, 1)).toContain('; the memory of their loss kept the label: cat 75.0 %; ');
  expect(reasonOf({ ...listed, audit: plain }, 0)).not.toContain('memory');
  expect([...plain.suspects.rows].sort()).toEqual([0, 1]);
  const columns = suspectColumns(listed);
  const [numbers, names, shares] = ['row', 'memoryClass', 'memoryProb'].map((name) => {
    const values: ArrayLike<unknown> | undefined = columns.find((own) => own.name === name)?.values;
    return Array.from(values ?? []);
  });
  const lines = numbers!.map((row, i) => [row, names![i], shares![i]]);
  expect(lines.sort()).toEqual([
    [1, 'ant', 0.93],
    [2, 'cat', 0.75],
  ]);
  const usual = suspectColumns({ ...listed, audit: plain });
  expect(columns.map(({ name }) => name)).toEqual(
    usual.flatMap(({ name }) => (name === 'reason' ? ['memoryClass', 'memoryProb', name] : [name])),
  );
});
