import './report.css';
import type { AuditData } from '../audit-data.ts';
import type { PageData } from '../page-data.ts';
import { showAudit } from './audit.ts';
import { Charts } from './charts.ts';
import { resultsFilter } from './results-filter.ts';
import { makeSortable } from './sort.ts';

for (const table of document.querySelectorAll<HTMLTableElement>('table.sortable')) {
  makeSortable(table);
}
const runs = dataOf<PageData>('report-data');
if (runs) showRuns(runs);
const audit = dataOf<AuditData>('audit-data');
if (audit) showAudit(audit);

function dataOf<T>(id: string): T | undefined {
  const text = document.getElementById(id)?.textContent;
  return text ? (JSON.parse(text) as T) : undefined;
}

function showRuns(page: PageData): void {
  const results = document.querySelector<HTMLTableElement>('table[data-filter=results]');
  if (results) document.getElementById('results-filter')?.append(resultsFilter(page, results));
  const root = document.getElementById('charts');
  if (root === null) return;
  const charts = new Charts(page, root);
  charts.fit();
  new ResizeObserver(() => charts.fit()).observe(root);
}
