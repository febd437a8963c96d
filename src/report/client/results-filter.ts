import type { PageData } from '../page-data.ts';
import type { Choice } from './dom.ts';
import { element, select } from './dom.ts';

/** Choosers that hide rows of the table of all results. */
export function resultsFilter(page: PageData, table: HTMLTableElement): HTMLElement {
  const chosen = { task: '', noise: '' };
  const shown = element('p', { role: 'status', class: 'note' });
  const rows = [...(table.tBodies[0]?.rows ?? [])];
  const apply = (): void => {
    for (const row of rows) {
      const fits = (['task', 'noise'] as const).every(
        (key) => chosen[key] === '' || row.dataset[key] === chosen[key],
      );
      row.hidden = !fits;
    }
    const left = rows.filter((row) => !row.hidden).length;
    shown.textContent = `${left} of ${rows.length} rows`;
  };
  const all: Choice = { value: '', label: 'all' };
  const choices = (labels: readonly string[]): Choice[] => [
    all,
    ...labels.map((label, place) => ({ value: String(place), label })),
  ];
  const pick = (key: 'task' | 'noise') => (value: string) => {
    chosen[key] = value;
    apply();
  };
  apply();
  return element(
    'div',
    { class: 'choosers' },
    page.tasks.length > 1
      ? select('Data · network', choices(page.tasks), '', pick('task'))
      : undefined,
    page.noises.length > 1
      ? select('Noise', choices(page.noises.map(({ spec }) => spec)), '', pick('noise'))
      : undefined,
    shown,
  );
}
