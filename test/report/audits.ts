import type { Dataset } from '../../src/data/index.ts';
import { fromArrays } from '../../src/data/index.ts';
import type { AuditReport } from '../../src/report/index.ts';
import { auditDataset, datasetFindings } from '../../src/run/index.ts';
import { nasty } from './records.ts';

/** The page of data whose models are `sure` of their class for every row. */
export async function reportOf(
  data: Dataset,
  modelSays: readonly number[],
  more: Partial<AuditReport> = {},
): Promise<AuditReport> {
  const k = data.classes.length;
  // some rows surer than others, so that their order is known
  const probs = Float64Array.from({ length: modelSays.length * k }, (_, i) => {
    const row = Math.floor(i / k);
    const sure = 0.99 - 0.1 * (row / modelSays.length);
    return modelSays[row] === i % k ? sure : (1 - sure) / (k - 1);
  });
  const audit = await auditDataset({ data, probs });
  return {
    ...{ data, audit, findings: datasetFindings(data, audit, more.test) },
    ...{ title: 'Audit of data.csv', basis: 'the probabilities', settings: { folds: 4 } },
    reasonOf: (row) => `reason of row ${row}`,
    ...more,
  };
}

/** Classes 0, 1, 2 in turn, and the labels of rows 3, 10 and 17 are those of the next class. */
export const wrongRows = [3, 10, 17];
export const truth = (n: number, k = 3): number[] => Array.from({ length: n }, (_, i) => i % k);
export const given = (n: number, k = 3): number[] =>
  truth(n, k).map((c, i) => (wrongRows.includes(i) ? (c + 1) % k : c));

const names = [`a ${nasty}`, '__proto__', '=cmd()'];
const poison = `</p></script>${nasty}<img src=x onerror="alert(2)"> javascript:alert(3)`;

/** Names of classes and columns, texts and ids that would do harm if they were taken for more than text. */
export function nastyTable(n = 60): Dataset {
  const texts = Array.from({ length: n }, (_, i) => `${poison} number ${i}`);
  return {
    name: nasty,
    features: Float32Array.from({ length: 2 * n }, (_, i) => (i % 2 === 0 ? i / 2 : i)),
    featureShape: [2],
    columns: [nasty, '__proto__'],
    kinds: ['text', 'numeric'],
    texts: [texts, undefined],
    labels: Int32Array.from(given(n)),
    classes: names,
    rowIds: [{ name: nasty, values: texts }],
    notices: [],
  };
}

export const nastyReport = (): Promise<AuditReport> =>
  reportOf(nastyTable(), truth(60), {
    ...{ title: nasty, basis: nasty, against: nasty, settings: { [nasty]: [nasty] } },
    reasonOf: () => poison,
  });

/** Reviews of two classes: good ones say "lovely", the others "awful"; row 1 has a long text. */
export function reviews(n = 60): Dataset {
  const texts = Array.from(
    { length: n },
    (_, i) =>
      `The tea is ${i % 2 === 0 ? 'LOVELY' : 'awful'}, number ${i}.${i === 1 ? ` ${'long '.repeat(100)}end` : ''}`,
  );
  return {
    ...{ name: 'reviews', featureShape: [1], columns: ['review'], kinds: ['text'], notices: [] },
    features: Float32Array.from(texts.keys()),
    texts: [texts],
    labels: Int32Array.from({ length: n }, (_, i) => (i < 2 ? 1 - (i % 2) : i % 2)),
    classes: ['good', 'bad'],
  };
}

/** n images of 3 × 4 pixels, in colour. */
export function images(n = 30): Dataset {
  return fromArrays({
    features: Uint8Array.from({ length: n * 36 }, (_, i) => (i * 37) % 256),
    featureShape: [3, 3, 4],
    labels: given(n),
  });
}
