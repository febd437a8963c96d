import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { embeddedJson, html } from '../../src/report/html.ts';
import { renderReport, writeReport } from '../../src/report/index.ts';
import { manyRecords, nasty, nastyRecords, syntheticRecords } from './records.ts';

const folder = mkdtempSync(join(tmpdir(), 'symloss-report-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('html', () => {
  test('escapes what is not HTML', () => {
    expect(
      html`<b title="${'"'}">${"<i> & 'x'"}${html`<u>${'&'}</u>`}${['<', undefined, false]}</b>`
        .text,
    ).toBe('<b title="&quot;">&lt;i&gt; &amp; &#39;x&#39;<u>&amp;</u>&lt;</b>');
  });

  test('embeds JSON that closes no element and reads back', () => {
    const value = { name: '</script><!-- <b>' };
    const { text } = embeddedJson(value);
    expect(text).not.toContain('<');
    expect(JSON.parse(text)).toEqual(value);
  });
});

describe('the page', () => {
  test('is one file that names no address to fetch', async () => {
    const page = await renderReport(syntheticRecords(), { title: 'Digits' });
    expect(page).toContain('<title>Digits</title>');
    expect(page).not.toMatch(/<(?:script|img|iframe|link)[^>]*\s(?:src|href)="(?!data:,")/);
    expect(page).not.toMatch(/@import|url\((?!#)/);
  });

  test('allows its own script and no other', async () => {
    const page = await renderReport(syntheticRecords());
    const scripts = [...page.matchAll(/<script>([\s\S]*?)<\/script>/g)].map((match) => match[1]);
    expect(scripts).toHaveLength(1);
    const hash = createHash('sha256')
      .update(scripts[0] ?? '')
      .digest('base64');
    expect(page).toContain(`default-src &#39;none&#39;; script-src &#39;sha256-${hash}&#39;;`);
  });

  test('escapes names, wherever they stand', async () => {
    const page = await renderReport(nastyRecords(), { title: nasty });
    expect(page).not.toContain('<script>alert');
    expect(page).not.toContain('<img');
    expect(page.match(/<\/script>/g)).toHaveLength(2);
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  });

  test('has every mean, marks the best, and tells of what failed', async () => {
    const page = await renderReport(manyRecords());
    expect(page.match(/<tr data-task="0" data-noise="2">/g)).toHaveLength(6);
    expect(page).toContain('1 of 3 runs diverged');
    expect(page).toContain('received exit code 137');
    expect(page).toMatch(
      /class="number best" data-value="0\.\d+">\d\d\.\d ± \d\.\d<span class="hidden"> \(best\)/,
    );
  });

  test('is the same for the same records, titled by their grid, and under 600 kB for 100 runs', async () => {
    const records = syntheticRecords();
    const page = await renderReport([...records, ...manyRecords().slice(-10)]);
    expect(page).toContain('<h1>synthetic</h1>');
    expect(page).toBe(await renderReport([...records, ...manyRecords().slice(-10)]));
    expect(Buffer.byteLength(page)).toBeLessThan(600_000);
  });
});

describe('writeReport', () => {
  test('makes the folder and leaves nothing else in it', async () => {
    const file = join(folder, 'new', 'report.html');
    const records = syntheticRecords().slice(0, 3);
    await writeReport(records, { title: 'Few', file });
    expect(readdirSync(join(folder, 'new'))).toEqual(['report.html']);
    expect(readFileSync(file, 'utf8')).toBe(await renderReport(records, { title: 'Few' }));
  });

  test('refuses to report on nothing', async () => {
    await expect(writeReport([], { file: join(folder, 'none.html') })).rejects.toThrow(
      'report: expected at least one record, received none; run the grid first',
    );
    expect(readdirSync(folder)).not.toContain('none.html');
  });

  test('names the place that it cannot write to', async () => {
    writeFileSync(join(folder, 'taken'), '');
    const file = join(folder, 'taken', 'report.html');
    await expect(writeReport(syntheticRecords().slice(0, 1), { file })).rejects.toThrow(
      `${join(folder, 'taken')}: expected a place to write to`,
    );
  });
});
