import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { figureElement, withFigures } from '../../site/.vitepress/figures.ts';
import { parseLoss } from '../../src/losses/index.ts';
import { readState } from '../../web/rooms/figure/state.ts';
import { parseRoute } from '../../web/shell/route.ts';

const theory = readFileSync(new URL('../../docs/theory.md', import.meta.url), 'utf8');

test('a marked picture becomes a block, and the block an element of the page', () => {
  const page = [
    'before',
    '',
    '<!-- lab: #/figure?show=parts&spec=ce -->',
    '[![A "loss" < 1](/images/a.png)](./lab.md)',
    '',
    'after',
  ].join('\n');
  const [before, block = '', after] = withFigures(page).split('\n\n');
  expect([before, after]).toEqual(['before', 'after']);
  const [, info = '', content = ''] = /^```(\S+)\n(.*)\n```$/s.exec(block) ?? [];
  expect(figureElement(info, content)).toBe(
    '<LabFigure hash="#/figure?show=parts&amp;spec=ce" alt="A &quot;loss&quot; &lt; 1" image="/images/a.png" />\n',
  );
  expect(figureElement('ts', 'const x = 1;')).toBeUndefined();
});

test('other pictures and comments stay as they are', () => {
  for (const page of ['![a](b.png)', '<!-- run -->\n[![a](b.png)](c.md)', '[![a](b.png)](c.md)']) {
    expect(withFigures(page)).toBe(page);
  }
});

test('figures of the theory are of losses that there are, with pictures that are there', () => {
  const blocks = [...withFigures(theory).matchAll(/```lab-figure\n(.*)\n```/g)];
  expect(blocks).toHaveLength([...theory.matchAll(/<!-- lab: /g)].length);
  expect(blocks.length).toBeGreaterThan(0);
  for (const [, json = ''] of blocks) {
    const { hash, image, alt } = JSON.parse(json) as Record<string, string>;
    expect(existsSync(new URL(`../../docs${image}`, import.meta.url))).toBe(true);
    expect(alt?.length).toBeGreaterThan(20);
    const { room, query } = parseRoute(hash ?? '', 'losses');
    const { figure, spec, vs, among } = readState(query);
    expect([room, figure]).toEqual(['figure', query['show']]);
    for (const loss of [spec, ...among, ...(vs === '' ? [] : [vs])]) {
      expect(parseLoss(loss).spec).toBeTruthy();
    }
  }
});
