import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { embeddedJson, html } from '../../src/report/html.ts';
import { renderReport, writeReport } from '../../src/report/index.ts';
import type { DoneRecord, RunRecord } from '../../src/run/record.ts';
import {
  configOf,
  doneRecord,
  exampleHost,
  failedRecord,
  manyRecords,
  nasty,
  nastyRecords,
  syntheticRecords,
} from './records.ts';

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

  test('names the column that the labels are of, which training knows as unknown noise', async () => {
    const record = doneRecord(configOf('ce', 'column:worse_label', 1));
    const page = await renderReport([
      { ...record, settings: { ...record.settings, noise: 'unknown' } },
    ]);
    expect(page).toContain('<th scope="row">noise</th><td>column:worse_label</td>');
    expect(page).not.toContain('<td>unknown</td>');
  });

  test('takes the last record of a run, as the file has an earlier one for each failure', async () => {
    const config = configOf('ce', 'none', 1);
    const done = doneRecord(config);
    const failed = { ...failedRecord(config, 'no such column', false), id: done.id };
    const page = await renderReport([failed, failed, done]);
    expect(page).toContain('1 run (1 ended) of 1 loss');
    expect(page).not.toContain('no such column');
    expect(page).toBe(await renderReport([done]));
  });

  test('names the losses that have a setting of their own', async () => {
    const records = [
      ...['mae', 'gce:q=0.7', 'ce'].flatMap((loss) =>
        [1, 2].map((seed) => {
          const record = doneRecord(configOf(loss, 'none', seed));
          const learningRate = loss === 'ce' ? 0.01 : 0.05;
          return { ...record, settings: { ...record.settings, learningRate, seed } };
        }),
      ),
    ];
    const page = await renderReport(records);
    const settings = (name: string) =>
      new RegExp(`<th scope="row">${name}</th><td>([^<]*)<`).exec(page)?.[1];
    expect(settings('learningRate')).toBe('0.05 (4, mae, gce:q=0.7); 0.01 (2, ce)');
    expect(settings('seed')).toBe('1 (3); 2 (3)');
    expect(settings('loss')).toBe('mae (2); gce:q=0.7 (2); ce (2)');
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
    expect(page).toContain(
      'Rows that lost runs to divergence are passed over there, unless all did.',
    );
    expect(page).toMatch(
      /class="number best" data-value="0\.\d+">\d\d\.\d ± \d\.\d<span class="hidden"> \(best\)/,
    );
  });

  test('compares with ce and with the best baseline, which it names', async () => {
    const measured = (loss: string, accuracies: readonly number[]) =>
      accuracies.map((testAccuracy, i) => {
        const record = doneRecord(configOf(loss, 'symmetric:0.4', i + 1));
        return { ...record, last: { ...record.last, testAccuracy } };
      });
    const baseline = `gce:q=0.7<b title="'">`;
    const losses = [...measured('ce', [0.84, 0.82, 0.8]), ...measured(baseline, [0.9, 0.86, 0.85])];
    const page = await renderReport([...losses, ...measured('sgce:q=0.4', [0.94, 0.9, 0.86])]);
    const escaped = 'gce:q=0.7&lt;b title=&quot;&#39;&quot;&gt;';
    const rows = [...page.matchAll(/<tr data-task.*<\/tr>/g)].map(([row]) => row);
    expect(rows[0]).toContain(
      // −0.06, −0.04, −0.05: −0.05 ± 4.3027 · 0.01 / √3
      `<td class="number">–</td><td class="number" data-value="-0.05" title="to ${escaped}">−5.0 [−7.5, −2.5] *<span class="hidden"> to ${escaped}</span></td>`,
    );
    expect(rows[1]).toContain(
      '<td class="number" data-value="0.05">+5.0 [+2.5, +7.5] *</td><td class="number">best baseline</td>',
    );
    expect(rows[2]).toContain(
      // 0.10, 0.08, 0.06: 0.08 ± 4.3027 · 0.02 / √3; 0.04, 0.04, 0.01: 0.03 ± 4.3027 · 0.01
      `data-value="0.08">+8.0 [+3.0, +13.0] *</td><td class="number" data-value="0.03" title="to ${escaped}">+3.0 [−1.3, +7.3]<`,
    );
    expect(page).toContain('95 % confidence interval by Student’s t over the differences');
    expect(page).toContain('It is found by the same test accuracies, which favours it.');
  });

  test('says which of several ce others are compared with', async () => {
    const page = await renderReport([
      ...[0.1, 0.01].map((learningRate) => {
        const record = doneRecord(configOf('ce', 'none', 1));
        const training = { ...record.config.training, learningRate };
        const last = { ...record.last, testAccuracy: 0.8 - learningRate };
        return {
          ...record,
          id: String(learningRate),
          config: { ...record.config, training },
          last,
        };
      }),
      doneRecord(configOf('mae', 'none', 1)),
    ]);
    expect(page).toContain('<li>Of several ce, others are compared with the one');
    expect(page.match(/title="to ce, learningRate=0.01"/g)).toHaveLength(2); // of the other ce, and of mae
  });

  test('has no columns for differences where there is nothing to compare', async () => {
    const page = await renderReport([doneRecord(configOf('ce', 'none', 1))]);
    expect(page).not.toContain('Difference');
    expect(page).not.toContain('results-notes');
    const noCe = await renderReport(
      ['mae', 'gce:q=0.7'].map((loss) => doneRecord(configOf(loss, 'none', 1))),
    );
    expect(noCe).toContain('Difference to the best baseline');
    expect(noCe).not.toContain('Difference to ce');
  });

  test('names machines by what they are, not by their host names', async () => {
    const on = (seed: number, machine: Partial<RunRecord['environment']>) => {
      const record = doneRecord(configOf('ce', 'none', seed));
      return { ...record, environment: { ...record.environment, ...machine } };
    };
    const page = await renderReport([
      on(1, { host: 'secret-a' }),
      on(2, { host: 'secret-b' }),
      on(3, { host: 'secret-a', threads: 4 }),
    ]);
    expect(page).not.toContain('secret-');
    const versions = ['cpu', 'linux x64', '20.19.0', '1.30.0', '0.1.0'];
    const line = (threads: number, runs: number) =>
      `<tr><th scope="row">Example 3000 (2 cores)</th><td class="number">${threads}</td>${versions.map((text) => `<td>${text}</td>`).join('')}<td class="number">${runs}</td></tr>`;
    expect(page).toContain(`${line(1, 2)}\n${line(4, 1)}`);
    const all = await renderReport(manyRecords());
    expect(all).not.toContain(exampleHost);
  });

  test('is the same for the same records, titled by their grid, and under 600 kB for 100 runs', async () => {
    const records = syntheticRecords();
    const page = await renderReport([...records, ...manyRecords().slice(-10)]);
    expect(page).toContain('<h1>synthetic</h1>');
    expect(page).toBe(await renderReport([...records, ...manyRecords().slice(-10)]));
    expect(Buffer.byteLength(page)).toBeLessThan(600_000);
  });
});

/** A run whose model was measured on ten test rows of three classes, one of which it never predicts. */
function measuredRecord(): DoneRecord {
  const record = doneRecord(configOf('auto', 'none', 1));
  const perClass = [
    { class: '<b>', rows: 6, predicted: 7, recall: 5 / 6, precision: 5 / 7 },
    { class: 'cat', rows: 3, predicted: 3, recall: 2 / 3, precision: 2 / 3 },
    { class: 'dog', rows: 1, predicted: 0, recall: 0 },
  ];
  const evaluation = {
    ...({ part: 'test', n: 10, accuracy: 0.7, balancedAccuracy: 0.5, perClass } as const),
    ...({ logLoss: 0.8, calibrationError: 0.1, majorityShare: 0.6, against: 'labels' } as const),
    confusion: [
      [5, 1, 0],
      [1, 2, 0],
      [1, 0, 0],
    ],
  };
  const auto = {
    ...({ effort: 'normal', folds: 4, rows: 90, chosen: 1, reason: 'more robust' } as const),
    noise: { rate: 0.2, low: 0.1, high: 0.3, confusions: [] },
    losses: [
      {
        ...{ loss: 'ce', learningRate: 0.002, weightDecay: 0.02, models: 4, accuracy: 0.72 },
        behind: { mean: -0.01, standardError: 0.013 },
      },
      { loss: 'sgce:q=0.7', learningRate: 0.002, weightDecay: 0.02, models: 4, accuracy: 0.71 },
    ],
    ...{ members: 4, words: { found: 'a', chose: 'b', limits: 'c' } },
  };
  return { ...record, evaluation, auto };
}

describe('the model that is kept', () => {
  const record = { ...measuredRecord(), noise: {} };
  const lines = ['found: about <20 %> of the labels look wrong', 'warning: never predicts “dog”'];
  const page = renderReport([record], { model: { record, lines } });

  test('comes first: how good it is, with its interval, beside the largest class', async () => {
    const text = await page;
    // Wilson, 7 of 10: 39.7 to 89.2 %
    expect(text).toContain(
      '70.0 % of the 10 test rows are predicted as their labels say, which may be wrong (95 % interval 39.7 to 89.2 %). To say “&lt;b&gt;” always would be right for 60.0 %. Balanced accuracy, the mean recall of the classes, is 50.0 %.',
    );
    const known = { ...record, noise: { realised: 0.4 } };
    expect(await renderReport([known], { model: { record: known, lines } })).toContain(
      '70.0 % of the 10 test rows are predicted right (95 % interval',
    );
    expect(text.indexOf('id="model"')).toBeLessThan(text.indexOf('id="charts"'));
    expect(text).toContain('<li>found: about &lt;20 %&gt; of the labels look wrong</li>');
    expect(text).toContain('<li>warning: never predicts “dog”</li>');
  });

  test('with the losses that were compared, and what came of every class', async () => {
    const text = await page;
    expect(text).toContain(
      '<tr><th scope="row">ce</th><td class="number">72.0</td><td>−1.0 ± 1.3</td><td class="number">4</td>',
    );
    expect(text).toContain('<th scope="row"><strong>sgce:q=0.7</strong></th>');
    expect(text).toContain(
      '<tr><th scope="row">dog</th><td class="number" data-value="1">1</td><td class="number" data-value="0">0</td><td class="number" data-value="0">0.0</td><td class="number" data-value="null">–</td></tr>',
    );
  });

  test('and its confusion matrix, coloured by the share of the row', async () => {
    // a third of the cats is taken for another class, all dogs are: the strongest colour
    expect(await page).toContain(
      '<tr><th scope="row">cat</th><td class="number">3</td><td class="number heat" style="--heat: 33%">1</td><td class="number right">2</td><td class="number heat" style="--heat: 0%">0</td></tr>',
    );
    expect(await page).toContain('<td class="number heat" style="--heat: 100%">1</td>');
  });

  test('is not there where runs are only compared', async () => {
    expect(await renderReport([record])).not.toContain('id="model"');
  });

  test('accuracies are of the kept model where an average or the best epoch is kept', async () => {
    expect(await page).toContain('Test accuracy, kept model (%)');
    expect(await page).toContain('The kept model: that of the last epoch where');
    const plain = doneRecord(configOf('ce', 'none', 1));
    const best = { ...plain, settings: { ...plain.settings, keep: 'best' } };
    expect(await renderReport([best])).toContain('Test accuracy, kept model (%)');
    const last = await renderReport([plain]);
    expect(last).toContain('Test accuracy, last epoch (%)');
    expect(last).not.toContain('kept model (%)');
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
