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

/** On paper, closed parts cannot be opened: tables of charts come along, long lists stay closed. */
addEventListener('beforeprint', () => {
  for (const details of document.querySelectorAll<HTMLDetailsElement>('figure details')) {
    details.dataset.wasOpen = String(details.open);
    details.open = true;
  }
});
addEventListener('afterprint', () => {
  for (const details of document.querySelectorAll<HTMLDetailsElement>('figure details')) {
    details.open = details.dataset.wasOpen === 'true';
  }
});
