import { z } from 'zod';
import { SymlossError, show } from '../../core/index.ts';
import { parsed } from '../../run/faults.ts';
import type { ExchangeFormat, ReadAnswer } from './format.ts';
import { answerOfChoice } from './format.ts';
import type { Item, ItemMark, ShownRow } from './items.ts';
import { excludeChoice, itemMarkSchema, maker } from './items.ts';

/** Names of tags in the labelling configuration: what is chosen, and what is shown. */
const [control, object] = ['label', 'item'];

/**
 * Label Studio: tasks with predictions (https://labelstud.io/guide/predictions), and annotated tasks as its export in the format
 * JSON has them (https://labelstud.io/guide/task_format). Which row it is lies in `meta`, and in `data` too, which every export has.
 */
export const labelStudio: ExchangeFormat = {
  name: 'label-studio',
  write: (items) => items.map(taskOf),
  setup: { about: 'labelling configuration', ending: '.xml', text: labellingConfig },
  recognises: (element) => 'data' in element || 'annotations' in element,
  read: readTask,
  element: 'task',
};

function taskOf({ suspect, mark, about, shown }: Item) {
  const { row, suggested, pSuggested } = suspect;
  const value = { choices: [suggested] };
  return {
    data: { [object]: shown.kind === 'cells' ? shown.cells : shown.text, about, ...mark },
    meta: mark,
    predictions: [
      {
        model_version: maker,
        score: pSuggested,
        result: [{ id: `row${row}`, type: 'choices', from_name: control, to_name: object, value }],
      },
    ],
  };
}

/** Tags for what is shown, see https://labelstud.io/tags. */
const objectTags = {
  text: 'Text',
  picture: 'Image',
  cells: 'Table',
} as const satisfies { readonly [K in ShownRow['kind']]: string };

function labellingConfig(kind: ShownRow['kind'], classes: readonly string[]): string {
  const choices = [...classes, excludeChoice(classes)].map(
    (name) => `    <Choice value="${escaped(name)}"/>`,
  );
  return [
    '<View>',
    '  <Header value="$about"/>',
    `  <${objectTags[kind]} name="${object}" value="$${object}"/>`,
    `  <Choices name="${control}" toName="${object}" choice="single" required="true">`,
    ...choices,
    '  </Choices>',
    '</View>',
    '',
  ].join('\n');
}

/** A text as the value of an attribute of XML: what has a meaning there, and what a parser would make a blank. */
function escaped(text: string): string {
  return text.replace(/[<>&"'\t\n\r]/g, (mark) => `&#${mark.charCodeAt(0)};`);
}

const annotationSchema = z.looseObject({
  result: z.array(
    z.looseObject({
      type: z.string().optional(),
      from_name: z.string().optional(),
      value: z.looseObject({ choices: z.array(z.string()).optional() }).optional(),
    }),
  ),
  was_cancelled: z.boolean().optional(),
  created_at: z.string().optional(),
  updated_at: z.string().optional(),
  completed_by: z
    .union([
      z.number(),
      z.looseObject({ id: z.number().optional(), email: z.string().optional() }),
      z.null(),
    ])
    .optional(),
});

const taskSchema = z.looseObject({
  data: z.looseObject({}),
  meta: z.looseObject({}).nullish(),
  annotations: z.array(annotationSchema).optional(),
});

type Annotation = z.infer<typeof annotationSchema>;

function readTask(
  element: unknown,
  where: string,
  classes: readonly string[],
): readonly ReadAnswer[] {
  const { data, meta, annotations = [] } = parsed(taskSchema, element, where);
  if (annotations.length === 0) return [];
  const mark: ItemMark = parsed(itemMarkSchema, meta && 'row' in meta ? meta : data, where);
  return annotations.map((annotation) => ({
    mark,
    answer: annotation.was_cancelled
      ? { action: 'skip' }
      : answerOfChoice(choiceOf(annotation, where), classes, where),
    author: authorOf(annotation),
    time: annotation.updated_at ?? annotation.created_at,
  }));
}

/** @throws SymlossError unless one class was chosen */
function choiceOf({ result }: Annotation, where: string): string {
  const all = result.filter(({ type, value }) => type === 'choices' || value?.choices);
  const own = all.filter(({ from_name: name }) => name === control);
  const choices = (own.length > 0 ? own : all).flatMap(({ value }) => value?.choices ?? []);
  const [choice] = choices;
  if (choice !== undefined && choices.length === 1) return choice;
  const received = choices.length === 0 ? 'none' : choices.map(show).join(', ');
  throw new SymlossError(where, 'one choice', received);
}

function authorOf({ completed_by: by }: Annotation): string | undefined {
  if (by === null || by === undefined) return undefined;
  const { id, email } = typeof by === 'number' ? { id: by, email: undefined } : by;
  return email || (id === undefined ? undefined : `Label Studio user ${id}`);
}
