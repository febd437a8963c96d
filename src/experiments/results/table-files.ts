import { stringify } from 'csv-stringify/sync';
import { spreadsheetCell } from '../../io/index.ts';
import { canonical } from '../../run/run-id.ts';
import type { ResultRow } from './aggregate.ts';
import type { Spread } from './statistics.ts';
import type { Cell, ResultTable } from './tables.ts';
import { resultTables } from './tables.ts';

/** The files of a summary by name: Markdown, LaTeX, CSV and JSON. */
export function summaryFiles(title: string, rows: readonly ResultRow[]): Record<string, string> {
  return {
    'summary.md': markdownTables(title, rows),
    'summary.tex': latexTables(rows),
    'summary.csv': csvTable(rows),
    'summary.json': jsonTable(title, rows),
  };
}

/** Tables for reading, the best of each column in bold. */
export function markdownTables(title: string, rows: readonly ResultRow[]): string {
  const tables = resultTables(rows).map((table) => {
    const lines = table.rows.map(({ label, cells }) => [
      `\`${label.replaceAll('`', "'").replaceAll('|', '\\|')}\``,
      ...cells.map(({ text, isBest }) => (isBest ? `**${text}**` : text)),
    ]);
    const heading = table.heading.map(escapeMarkdown);
    const rule = heading.map(() => '---');
    const grid = [heading, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
    return `## ${escapeMarkdown(`${table.data}, ${table.model}: ${table.title}`)}\n\n${table.note}\n\n${grid}\n`;
  });
  return [`# ${escapeMarkdown(title)}\n`, ...tables].join('\n');
}

/** What Markdown or HTML would take for markup. */
function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_[\]<>|#]/g, '\\$&').replace(/\s*\n\s*/g, ' ');
}

/** Tables for `\usepackage{booktabs}`, the best of each column in bold. */
export function latexTables(rows: readonly ResultRow[]): string {
  return (
    ['% needs \\usepackage{booktabs}', ...resultTables(rows).map(latexTable)].join('\n\n') + '\n'
  );
}

function latexTable({ data, model, title, note, heading, rows }: ResultTable): string {
  const cellText = ({ text, isBest }: Cell) =>
    isBest ? `\\textbf{${escapeLatex(text)}}` : escapeLatex(text);
  return [
    '\\begin{table}',
    '  \\centering',
    `  \\caption{${escapeLatex(`${data}, ${model}: ${title} (${note}).`)}}`,
    `  \\begin{tabular}{l${'c'.repeat(heading.length - 1)}}`,
    '    \\toprule',
    `    ${heading.map(escapeLatex).join(' & ')} \\\\`,
    '    \\midrule',
    ...rows.map(
      ({ label, cells }) => `    ${[escapeLatex(label), ...cells.map(cellText)].join(' & ')} \\\\`,
    ),
    '    \\bottomrule',
    '  \\end{tabular}',
    '\\end{table}',
  ].join('\n');
}

const latexForms: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '±': '$\\pm$',
  '−': '$-$',
  '–': '--',
  '\n': ' ',
  // a row may start with one, and `\\ [` would be read as a length
  '[': '{[}',
  ']': '{]}',
};

/** Text as LaTeX prints it. */
export function escapeLatex(text: string): string {
  return text.replace(/[\\~^<>|±−–\n[\]{}$&#_%]/g, (c) => latexForms[c] ?? `\\${c}`);
}

/** One line per row of `aggregate`; accuracies and differences are shares in full precision. */
export function csvTable(rows: readonly ResultRow[]): string {
  const records = rows.map((row) => ({
    data: row.data.source,
    data_settings: canonical(row.data),
    model: row.model,
    noise: row.noise,
    loss: row.loss,
    label: row.label,
    training: canonical(row.training),
    seeds: row.seeds.join(' '),
    diverged: row.diverged,
    failed: row.failed,
    best: row.isBest,
    ...spreadColumns('test_accuracy', row.last),
    ...spreadColumns('chosen_test_accuracy', row.chosen),
    ...spreadColumns('balanced_accuracy', row.balanced),
    ...spreadColumns('majority_share', row.majority),
    ...spreadColumns('memorised', row.memorised),
    noise_rate: row.noiseRate?.mean,
    seconds: row.seconds?.mean,
    ce_label: row.againstCe?.label,
    ce_difference: row.againstCe?.mean,
    ce_low: row.againstCe?.interval?.[0],
    ce_high: row.againstCe?.interval?.[1],
    ce_pairs: row.againstCe?.n,
    ce_p: row.againstCe?.pValue,
    ce_adjusted_p: row.againstCe?.adjustedPValue,
    baseline: row.againstBaseline?.label,
    baseline_difference: row.againstBaseline?.mean,
    baseline_low: row.againstBaseline?.interval?.[0],
    baseline_high: row.againstBaseline?.interval?.[1],
    baseline_pairs: row.againstBaseline?.n,
    baseline_p: row.againstBaseline?.pValue,
    baseline_adjusted_p: row.againstBaseline?.adjustedPValue,
  }));
  return stringify(records, {
    header: true,
    cast: { boolean: String, string: spreadsheetCell },
    columns,
  });
}

const columns = [
  ...['data', 'data_settings', 'model', 'noise', 'loss', 'label', 'training', 'seeds'],
  ...['diverged', 'failed', 'best'],
  ...[
    'test_accuracy',
    'chosen_test_accuracy',
    'balanced_accuracy',
    'majority_share',
    'memorised',
  ].flatMap((name) => [`${name}_mean`, `${name}_std`, `${name}_n`]),
  ...['noise_rate', 'seconds', 'ce_label', 'ce_difference', 'ce_low', 'ce_high', 'ce_pairs'],
  ...['ce_p', 'ce_adjusted_p', 'baseline', 'baseline_difference', 'baseline_low', 'baseline_high'],
  ...['baseline_pairs', 'baseline_p', 'baseline_adjusted_p'],
];

function spreadColumns(name: string, spread: Spread | undefined) {
  return {
    [`${name}_mean`]: spread?.mean,
    [`${name}_std`]: spread?.std,
    [`${name}_n`]: spread?.n,
  };
}

/** The rows of `aggregate` as they are, without the records, which have a file of their own. */
export function jsonTable(title: string, rows: readonly ResultRow[]): string {
  const summaries = rows.map(({ records: _, ...row }) => row);
  return `${JSON.stringify({ format: 'symloss-summary', version: 1, title, rows: summaries }, null, 2)}\n`;
}
