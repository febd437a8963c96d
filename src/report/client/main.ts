import './report.css';
import type { PageData } from '../page-data.ts';
import { Charts } from './charts.ts';
import { resultsFilter } from './results-filter.ts';
import { makeSortable } from './sort.ts';

const page = JSON.parse(document.getElementById('report-data')?.textContent ?? '') as PageData;

for (const table of document.querySelectorAll<HTMLTableElement>('table.sortable')) {
  makeSortable(table);
}
const results = document.querySelector<HTMLTableElement>('table[data-filter=results]');
if (results) document.getElementById('results-filter')?.append(resultsFilter(page, results));

const root = document.getElementById('charts');
if (root) {
  const charts = new Charts(page, root);
  charts.fit();
  new ResizeObserver(() => charts.fit()).observe(root);
}
