import { z } from 'zod';
import { parsed } from '../../run/faults.ts';
import type { ExchangeFormat, ReadAnswer } from './format.ts';
import { answerOfChoice } from './format.ts';
import type { Item, ShownRow } from './items.ts';
import { excludeChoice, itemMarkSchema, maker } from './items.ts';

/** Names of the question, and of the field that shows the row. */
const [question, field] = ['label', 'item'];

/**
 * Argilla (version 2): records with suggestions and responses as `dataset.records.to_json` writes and `from_json` reads them
 * (https://docs.argilla.io/latest/how_to_guides/import_export,
 * https://docs.argilla.io/latest/reference/argilla/records/records). Responses there have an author, but no time.
 */
export const argilla: ExchangeFormat = {
  name: 'argilla',
  write: (items) => items.map(recordOf),
  setup: { about: 'script that makes the dataset', ending: '.py', text: pythonScript },
  recognises: (element) => 'fields' in element || 'responses' in element,
  read: readRecord,
  element: 'record',
};

function recordOf({ suspect, mark, about, shown }: Item) {
  const { row, suggested, pSuggested } = suspect;
  return {
    id: String(row),
    fields: { [field]: textOf(shown), about },
    metadata: mark,
    suggestions: { [question]: { value: suggested, score: pSuggested, agent: maker } },
    responses: {},
    vectors: {},
  };
}

/** Fields are texts: cells are lines. */
function textOf(shown: ShownRow): string {
  if (shown.kind !== 'cells') return shown.text;
  const cells = Object.entries(shown.cells);
  return cells.map(([name, value]) => `${name}: ${value}`).join('\n');
}

/** Makes the dataset, see https://docs.argilla.io/latest/how_to_guides/dataset. */
function pythonScript(kind: ShownRow['kind'], classes: readonly string[], file: string): string {
  const labels = [...classes, excludeChoice(classes)].map((name) => JSON.stringify(name));
  return `import argilla as rg

client = rg.Argilla(api_url="http://localhost:6900", api_key="...")
settings = rg.Settings(
    fields=[rg.${kind === 'picture' ? 'ImageField' : 'TextField'}(name="${field}"), rg.TextField(name="about")],
    questions=[rg.LabelQuestion(name="${question}", labels=[${labels.join(', ')}])],
    allow_extra_metadata=True,
)
dataset = rg.Dataset(name="suspects", settings=settings, client=client)
dataset.create()
dataset.records.from_json(${JSON.stringify(file)})

# when people are done: dataset.records(with_responses=True).to_json("decided.json")
`;
}

const recordSchema = z.looseObject({
  metadata: z.looseObject({}).optional(),
  responses: z
    .record(
      z.string(),
      z.array(
        z.looseObject({
          value: z.unknown(),
          user_id: z.string().nullish(),
          status: z.enum(['draft', 'submitted', 'discarded']).nullish(),
        }),
      ),
    )
    .nullish(),
});

function readRecord(
  element: unknown,
  where: string,
  classes: readonly string[],
): readonly ReadAnswer[] {
  const { metadata, responses } = parsed(recordSchema, element, where);
  const own = (responses?.[question] ?? []).filter(({ status }) => status !== 'draft');
  if (own.length === 0) return [];
  const mark = parsed(itemMarkSchema, metadata, `${where}, metadata`);
  return own.map(({ value, user_id: user, status }) => ({
    mark,
    answer:
      status === 'discarded'
        ? { action: 'skip' }
        : answerOfChoice(parsed(z.string(), value, `${where}, ${question}`), classes, where),
    author: user ?? undefined,
    time: undefined,
  }));
}
