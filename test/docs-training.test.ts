import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { buildProgram } from '../src/cli/program.ts';
import { fieldOption } from '../src/cli/ui/options.ts';
import type { Field, FieldName } from '../src/run/fields.ts';
import { fieldNames, fields } from '../src/run/fields.ts';

const root = fileURLToPath(new URL('../docs/', import.meta.url));
const read = (page: string) => readFileSync(`${root}${page}`, 'utf8');

/** Settings of data that are about the length of training and what is measured. */
const rowFields = ['testShare', 'validation', 'rows'] as const;
const described: readonly FieldName[] = [...rowFields, ...fieldNames('axis', 'training')];

const optionOf = (name: FieldName): string => fieldOption(name).long as string;

/** The rows of tables `| option | meaning | default |`: the default of each option. */
function defaultsOf(page: string): Map<string, string> {
  const rows = page.matchAll(/^\| `(--[a-z-]+)` \| .* \| ([^|]+) \|$/gm);
  return new Map([...rows].map(([, option, fallback]) => [option, fallback] as [string, string]));
}

describe('the page of training settings', () => {
  const found = defaultsOf(read('training.md'));

  test('has every setting of a run once, and no other', () => {
    expect([...found.keys()].sort()).toEqual(described.map(optionOf).sort());
  });

  test.each(described)('says the default of %s', (name) => {
    const { default: fixed, otherwise }: Field = fields[name];
    const fallback = fixed === undefined ? otherwise : `\`${fixed}\``;
    expect(found.get(optionOf(name))).toBe(fallback);
  });
});

/** Where the options of data and machine are described. */
const others = ['tables', 'images', 'embeddings', 'annotators', 'running', 'training'];

test('every option of a run stands on a page that the page of training settings names', () => {
  const page = read('training.md');
  const texts = others.map((name) => read(`${name}.md`)).join('\n');
  for (const name of others) expect(page).toContain(name === 'training' ? '#' : `(${name}.md`);
  const options = fieldNames('data', 'axis', 'training', 'machine')
    .filter((name) => name !== 'source') // an argument
    .map(optionOf);
  expect(options.filter((option) => !new RegExp(`${option}(?![a-z-])`).test(texts))).toEqual([]);
});

const program = buildProgram({ out: { write: () => {} }, err: { write: () => {} } }, () => {});

test('the page of experiments says the defaults of the options of tune', () => {
  const tune = program.commands.find((command) => command.name() === 'tune');
  const found = defaultsOf(read('experiments.md'));
  expect([...found.keys()]).toEqual(['--trials', '--draw-seed', '--seeds', '--test-seeds']);
  for (const [long, fallback] of found) {
    const option = tune?.options.find((each) => each.long === long);
    const inHelp = /\((\d+)\)$/.exec(option?.description ?? '')?.[1];
    expect(fallback, long).toBe(String(option?.defaultValue ?? inHelp));
  }
});

test('every option of every command stands on some page', () => {
  const pages = readdirSync(root).filter((name) => name.endsWith('.md'));
  const text = ['../README.md', ...pages].map(read).join('\n');
  const commands = program.commands.flatMap((command) => [command, ...command.commands]);
  const missing = commands.flatMap((command) =>
    command.options
      .map(({ long }) => long as string)
      .filter((long) => !new RegExp(`${long}(?![a-z-])`).test(text))
      .map((long) => `${command.name()} ${long}`),
  );
  expect(commands.length).toBeGreaterThan(15);
  expect(missing).toEqual([]);
});
