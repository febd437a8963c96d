import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folders, symloss } from './run.ts';

/** A command of the tutorial, and the lines that it prints, as far as the page shows them. */
interface Step {
  readonly args: readonly string[];
  readonly lines: readonly string[];
}

const page = readFileSync(new URL('../../docs/tutorial.md', import.meta.url), 'utf8');

/** The commands below `<!-- tutorial -->`, in order, each with the blocks of text up to the next. */
function stepsOf(markdown: string): Step[] {
  return markdown
    .split('<!-- tutorial -->')
    .slice(1)
    .flatMap((part) => {
      const [, script = ''] = /```sh\n([^`]*)```/.exec(part) ?? [];
      const commands = script.trim().split('\n');
      const texts = [...part.matchAll(/```text\n([^`]*)```/g)].flatMap(([, text = '']) =>
        text.trim().split('\n'),
      );
      return commands.map((command, i) => ({
        args: command.replace(/^npx symloss /, '').split(' '),
        lines: i === commands.length - 1 ? texts : [],
      }));
    });
}

/** A line without its numbers, which other processors round differently, and the widths that follow from them. */
function words(line: string): string {
  return line
    .replaceAll(/[\d.,]+/g, '#')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** Three kinds of penguins that are easily told apart, where the published ones are not at hand. */
function madeUp(): string {
  const kinds = ['Adelie', 'Chinstrap', 'Gentoo'];
  const rows = Array.from({ length: 60 }, (_, i) => {
    const kind = i % 3;
    const spread = Math.sin(i * 12.9898) * 2;
    return [kinds[kind], 'Dream', 39 + 5 * kind + spread, 18 - 2 * kind, i % 2 ? 'male' : 'female'];
  });
  return ['species,island,bill_length_mm,bill_depth_mm,sex', ...rows.map(String)].join('\n');
}

const published = join(process.env['SYMLOSS_DATA'] ?? '', 'tables/penguins.csv');
const isPublished = existsSync(published);

describe('the commands of the tutorial', () => {
  const makeFolder = folders('tutorial');

  test('follow each other, and print what the page says', { timeout: 300_000 }, async () => {
    const folder = makeFolder();
    const table = isPublished
      ? readFileSync(published, 'utf8').replace('"label"', '"species"')
      : madeUp();
    writeFileSync(join(folder, 'penguins.csv'), table);
    if (!isPublished) console.info('what is printed is not compared: no penguins in SYMLOSS_DATA');
    const steps = stepsOf(page);
    expect(steps.map(({ args }) => args[0])).toEqual(
      ['corrupt', 'train', 'audit', 'apply', 'apply', 'train', 'predict'], // in this order
    );
    for (const { args, lines } of steps) {
      const { code, stdout, stderr } = await symloss(args, folder);
      expect(code, stderr).toBe(0);
      const printed = new Set(`${stdout}\n${stderr}`.split('\n').map(words));
      const missing = lines.filter((line) => !printed.has(words(line)));
      expect(isPublished ? missing : []).toEqual([]);
    }
    const predicted = readFileSync(join(folder, 'predictions.csv'), 'utf8').trim().split('\n');
    expect(predicted.length).toBe(table.trim().split('\n').length);
  });
});
