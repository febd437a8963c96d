import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { fromRecords } from '../../src/data/formats/index.ts';
import type { Dataset } from '../../src/data/index.ts';
import { fromArrays } from '../../src/data/index.ts';
import type { ImportOptions, Review, Suspect } from '../../src/review/index.ts';
import {
  appendDecisions,
  auditConfigSchema,
  contentHash,
  decided,
  exchangeFormats,
  importDecisions,
  itemOf,
} from '../../src/review/index.ts';
import { folders } from '../cli/run.ts';
import { faultOf } from '../messages.ts';

const folder = folders('exchange');
const [labelStudio, argilla] = exchangeFormats;
const classes = ['cat', 'dog', 'of no class', '<b> & "co"'];

/** An audit of data whose first two rows are suspect. */
function reviewOf(data: Dataset): Review {
  const rows = Array.from(data.labels, (label, i) => ({
    row: 10 * (i + 1),
    given: data.classes[label] as string,
    suggested: 'cat',
    pWrong: 0.75,
    pSuggested: 0.5,
    rank: i < 2 ? i + 1 : null,
  }));
  const suspects = rows.slice(0, 2).map((row) => ({ ...row, reason: undefined })) as Suspect[];
  const config = auditConfigSchema.parse({ source: 'data.csv' });
  const audit = { folder: '', config, sha256: '', classes, rows };
  const placeOf = (row: number) => (rows[row / 10 - 1] === undefined ? undefined : row / 10 - 1);
  const contentOf = (row: number) => contentHash(data, placeOf(row) as number);
  return {
    ...{ audit, suspects, data, audited: data, placeOf, contentOf },
    decisionsPath: 'review.jsonl',
  };
}

const records = [
  { said: 'first text', size: 1.5, y: 'dog' },
  { said: 'second text', size: null, y: 'cat' },
  { said: 'third text', size: 2, y: 'dog' },
];
const table = await fromRecords(records, { label: 'y', text: ['said'] });
const review = reviewOf(table);
const [first, second] = [10, 20].map((row) => ({
  ...{ row, given: row === 10 ? 'dog' : 'cat', content: review.contentOf(row) },
})) as [Mark, Mark];

interface Mark {
  readonly row: number;
  readonly given: string;
  readonly content: string;
}

const options: ImportOptions = {
  ...{ author: 'ann', time: '2026-03-01T10:00:00.000Z', known: [] },
};

/** Imports a value as a JSON file. */
async function imported(value: unknown, own: Partial<ImportOptions> = {}, of = review) {
  const path = join(folder(), 'file.json');
  writeFileSync(path, JSON.stringify(value));
  return importDecisions(path, of, { ...options, ...own });
}

const answers = (result: Awaited<ReturnType<typeof imported>>) =>
  result.decisions.map((own) => [
    ...[own.row, own.action === 'label' ? own.label : own.action, own.author, own.time],
  ]);

const items = (of: Review) => Promise.all(of.suspects.map((suspect) => itemOf(of, suspect)));

describe('Label Studio', () => {
  test('gets tasks with predictions, as its guide has them', async () => {
    const [task] = labelStudio.write(await items(review), classes) as unknown[];
    expect(task).toEqual({
      data: {
        item: { said: 'first text', size: '1.5' },
        about: 'row 10: labelled dog',
        ...first,
      },
      meta: first,
      predictions: [
        {
          model_version: 'symloss audit',
          score: 0.5,
          result: [
            {
              ...{ id: 'row10', type: 'choices', from_name: 'label', to_name: 'item' },
              value: { choices: ['cat'] },
            },
          ],
        },
      ],
    });
  });

  test('gets its configuration, names of classes escaped', () => {
    expect(labelStudio.setup.text('cells', classes, 'tasks.json')).toBe(`<View>
  <Header value="$about"/>
  <Table name="item" value="$item"/>
  <Choices name="label" toName="item" choice="single" required="true">
    <Choice value="cat"/>
    <Choice value="dog"/>
    <Choice value="of no class"/>
    <Choice value="&#60;b&#62; &#38; &#34;co&#34;"/>
    <Choice value="(of no class)"/>
  </Choices>
</View>
`);
    expect(labelStudio.setup.text('text', classes, '')).toContain('<Text name="item"');
    expect(labelStudio.setup.text('picture', classes, '')).toContain('<Image name="item"');
  });

  /** As https://labelstud.io/guide/task_format has an annotated task, with choices for a result. */
  const annotated = (mark: object, choice: string, more: object = {}) => ({
    id: 1,
    created_at: '2021-03-09T21:52:49.513742Z',
    updated_at: '2021-03-09T22:16:08.746926Z',
    project: 83,
    data: { item: 'first text', ...mark },
    meta: {},
    annotations: [
      {
        id: '1001',
        result: [
          {
            ...{ from_name: 'label', id: 'Dx_aB91ISN', to_name: 'item', type: 'choices' },
            value: { choices: [choice] },
          },
        ],
        was_cancelled: false,
        ground_truth: false,
        created_at: '2021-03-09T22:16:08.728353Z',
        updated_at: '2021-03-09T22:17:08.728378Z',
        lead_time: 4.288,
        result_count: 0,
        task: 1,
        completed_by: 10,
        ...more,
      },
    ],
    predictions: [
      {
        created_ago: '3 hours',
        model_version: 'model 1',
        result: [{ from_name: 'label', type: 'choices', value: { choices: ['cat'] } }],
      },
    ],
  });

  test('gives annotations back as decisions, with author and time', async () => {
    const result = await imported([
      annotated(first, '<b> & "co"'),
      { ...annotated({}, 'cat'), meta: second },
      annotated(first, '(of no class)', { completed_by: { id: 3, email: 'bob@example.com' } }),
      annotated(second, 'of no class', { completed_by: null, updated_at: undefined }),
      annotated(second, 'x', { was_cancelled: true, result: [] }),
      { id: 9, data: {}, annotations: [] },
      { id: 10, data: {} },
    ]);
    expect(answers(result)).toEqual([
      [10, '<b> & "co"', 'Label Studio user 10', '2021-03-09T22:17:08.728Z'],
      [20, 'cat', 'Label Studio user 10', '2021-03-09T22:17:08.728Z'],
      [10, 'exclude', 'bob@example.com', '2021-03-09T22:17:08.728Z'],
      [20, 'of no class', 'ann', '2021-03-09T22:16:08.728Z'],
      [20, 'skip', 'Label Studio user 10', '2021-03-09T22:17:08.728Z'],
    ]);
    expect(result.decisions.map(({ given, content }) => [given, content])).toEqual(
      [first, second, first, second, second].map(({ given, content }) => [given, content]),
    );
  });

  test('reads its own tasks back once somebody has annotated them', async () => {
    const tasks = labelStudio.write(await items(review), classes) as { predictions: object[] }[];
    const agreed = tasks.map(({ predictions, ...task }, i) => ({
      ...{ id: i + 1, ...task },
      annotations: predictions.map((own) => ({ ...own, completed_by: 2 })),
    }));
    expect(answers(await imported(agreed))).toEqual(
      [10, 20].map((row) => [row, 'cat', 'Label Studio user 2', options.time]),
    );
  });

  test.each([
    [
      'a row that the audit lacks',
      annotated({ ...first, row: 40 }, 'cat'),
      'task 1: expected a row of the audit, received row 40',
    ],
    [
      'another given label',
      annotated({ ...first, given: 'cat' }, 'cat'),
      'task 1: expected the label of row 10 in the audit, "dog", received "cat"',
    ],
    [
      'content that changed',
      annotated({ ...first, content: second.content }, 'cat'),
      'task 1: expected the content of row 10 that was decided on, received another',
    ],
    [
      'a class that is none',
      annotated(first, 'cow'),
      'task 1: expected a class of the audit, received "cow"; its classes are "cat", "dog"',
    ],
    [
      'no mark',
      annotated({}, 'cat'),
      'task 1, row: expected an integer of at least 1, received nothing',
    ],
    [
      'no choice',
      annotated(first, 'cat', { result: [] }),
      'task 1: expected one choice, received none',
    ],
    [
      'a time that is none',
      annotated(first, 'cat', { updated_at: 'noon' }),
      'task 1, time: expected a time in ISO 8601, received "noon"',
    ],
    [
      'no list of annotations',
      { id: 7, data: {}, annotations: 3 },
      'task 7, annotations: expected a list, received 3',
    ],
  ])('is refused with %s, by its task', async (_name, task, message) => {
    expect(await faultOf(imported([task]))).toContain(message);
  });
});

describe('Argilla', () => {
  test('gets records with suggestions, as to_json writes them', async () => {
    const [record] = argilla.write(await items(review), classes) as unknown[];
    expect(record).toEqual({
      id: '10',
      fields: { item: 'said: first text\nsize: 1.5', about: 'row 10: labelled dog' },
      metadata: first,
      suggestions: { label: { value: 'cat', score: 0.5, agent: 'symloss audit' } },
      responses: {},
      vectors: {},
    });
  });

  test('gets a script that makes its dataset', () => {
    const script = argilla.setup.text('cells', classes, 'records.json');
    expect(script).toContain('rg.TextField(name="item")');
    expect(script).toContain(
      'labels=["cat", "dog", "of no class", "<b> & \\"co\\"", "(of no class)"]',
    );
    expect(script).toContain('dataset.records.from_json("records.json")');
    expect(argilla.setup.text('picture', classes, '')).toContain('rg.ImageField(name="item")');
  });

  const user = '2d1b4a36-5a4b-4f83-9a40-0a9a4d3f0f4e';
  /** As https://docs.argilla.io/latest/how_to_guides/import_export has a record, with its responses. */
  const answered = (metadata: object, ...values: object[]) => ({
    id: '10',
    fields: { item: 'first text' },
    metadata,
    suggestions: { label: { value: 'cat', score: 0.5, agent: 'symloss audit' } },
    responses: { label: values.map((own) => ({ user_id: user, ...own })) },
    vectors: {},
    status: 'completed',
    _server_id: '5b0a8a8e-0b0f-4f3c-9bb1-8d8b3b1c7a11',
  });

  test('gives responses back as decisions, with their author', async () => {
    const result = await imported([
      answered(first, { value: 'cat' }, { value: '(of no class)', user_id: 'other' }),
      answered(second, { value: 'dog', status: 'submitted', user_id: null }),
      answered(second, { value: 'cat', status: 'draft' }, { value: null, status: 'discarded' }),
      answered({}),
    ]);
    expect(answers(result)).toEqual([
      [10, 'cat', user, options.time],
      [10, 'exclude', 'other', options.time],
      [20, 'dog', 'ann', options.time],
      [20, 'skip', user, options.time],
    ]);
  });

  test.each([
    [
      'a row that the audit lacks',
      answered({ ...first, row: 1 }, { value: 'cat' }),
      'record 10: expected a row of the audit, received row 1',
    ],
    [
      'content that changed',
      answered({ ...first, content: '00'.repeat(16) }, { value: 'cat' }),
      'record 10: expected the content of row 10',
    ],
    [
      'a class that is none',
      answered(first, { value: 'cow' }),
      'record 10: expected a class of the audit, received "cow"',
    ],
    [
      'a value that is no text',
      answered(first, { value: 3 }),
      'record 10, label: expected a text, received 3',
    ],
    [
      'no metadata',
      answered({}, { value: 'cat' }),
      'record 10, metadata, row: expected an integer of at least 1, received nothing',
    ],
  ])('is refused with %s, by its record', async (_name, record, message) => {
    expect(await faultOf(imported([record]))).toContain(message);
  });

  test('read again adds only what its authors do not say already', async () => {
    const once = await imported([answered(first, { value: 'cat' })]);
    const again = await imported([answered(first, { value: 'cat' })], { known: once.decisions });
    expect([again.decisions, again.repeated]).toEqual([[], 1]);
    const later = { known: once.decisions, time: '2026-03-02T10:00:00.000Z' };
    const changed = await imported([answered(first, { value: 'dog' })], later);
    expect(answers(changed)).toEqual([[10, 'dog', user, later.time]]);
    const known = [...once.decisions, ...changed.decisions];
    const back = await imported([answered(first, { value: 'cat' })], {
      known,
      time: '2026-03-03T10:00:00.000Z',
    });
    expect(answers(back)).toEqual([[10, 'cat', user, '2026-03-03T10:00:00.000Z']]);
  });
});

describe('what is shown', () => {
  test('of a table with one column of texts is the text', async () => {
    const own = records.map(({ said, y }) => ({ said, y }));
    const texts = reviewOf(await fromRecords(own, { label: 'y', text: ['said'] }));
    const [item] = await items(texts);
    expect(item?.shown).toEqual({ kind: 'text', text: 'first text' });
  });

  test('of an image is the picture, small ones enlarged, and its path beside it', async () => {
    const features = Uint8Array.of(0, 255, 255, 0, 9, 9, 9, 9, 1, 2, 3, 4);
    const data = fromArrays({ features, labels: ['dog', 'cat', 'dog'], featureShape: [1, 2, 2] });
    const rowIds = [{ name: 'path', values: ['a.png', 'b.png', 'c.png'] }];
    const [item] = await items(reviewOf({ ...data, rowIds }));
    expect(item?.about).toBe('row 10, path a.png: labelled dog');
    const text = item?.shown.kind === 'picture' ? item.shown.text : '';
    const [, base64 = ''] = text.split(',');
    const image = sharp(Buffer.from(base64, 'base64')).greyscale();
    const { data: pixels, info } = await image.raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([256, 256]);
    const corners = [0, 255, 255 * 256, 255 * 257].map((i) => (pixels[i] as number) > 128);
    expect(corners).toEqual([false, true, true, false]);
  });
});

describe('files of decisions', () => {
  test('of another folder are added once', async () => {
    const path = join(folder(), 'review.jsonl');
    const { decisions } = await imported([]);
    expect(decisions).toEqual([]);
    const made = {
      ...first,
      action: 'label',
      label: 'cat',
      time: options.time,
      author: 'bob',
    } as const;
    await appendDecisions(path, [
      made,
      { ...second, action: 'exclude', time: options.time, author: 'bob' },
    ]);
    const once = await importDecisions(path, review, options);
    expect([...decided(once.decisions).keys()]).toEqual([10, 20]);
    const again = await importDecisions(path, review, { ...options, known: once.decisions });
    expect([again.decisions, again.repeated]).toEqual([[], 2]);
    const other = readFileSync(path, 'utf8').replace('"row":20', '"row":30');
    writeFileSync(path, other);
    expect(await faultOf(importDecisions(path, review, options))).toBe(
      `${path}, decision 2: expected the label of row 30 in the audit, "dog", received "cat"; it was decided for another audit, or the data have changed since`,
    );
  });

  test.each<[string, unknown, string]>([
    ['no list', { a: 1 }, 'file.json: expected a list of tasks or records, received {"a":1}'],
    [
      'texts',
      ['a'],
      'file.json, [0]: expected a task of Label Studio or a record of Argilla, received "a"',
    ],
    [
      'others',
      [{ a: 1 }],
      'file.json, [0]: expected a task of Label Studio or a record of Argilla',
    ],
    [
      'tasks of Label Studio as JSON-MIN',
      [{ item: 'x', row: 3, given: 'cat', content: '0', id: 1, label: 'dog', annotator: 1 }],
      'from Label Studio export as JSON, not as JSON-MIN',
    ],
    ['a text among tasks', [{ data: {} }, 3], 'file.json, [1]: expected an object, received 3'],
  ])('of another form are refused: %s', async (_name, value, message) => {
    expect(await faultOf(imported(value))).toContain(message);
  });
});
