import type { Choice } from './dom.ts';
import { element, select } from './dom.ts';

/** A chooser that leaves the suspects of one confusion, such as `cat → dog`; nothing where there is one only. */
export function suspectsFilter(list: HTMLElement): HTMLElement | undefined {
  const cards = [...list.children].filter((card) => card instanceof HTMLElement);
  const counts = new Map<string, number>();
  const names = new Map<string, string>();
  for (const card of cards) {
    const key = card.dataset.confusion ?? '';
    counts.set(key, (counts.get(key) ?? 0) + 1);
    const [given, other] = ['.given', 'strong'].map(
      (part) => card.querySelector(`.labels ${part}`)?.textContent,
    );
    names.set(key, `${given} → ${other}`);
  }
  if (counts.size < 2) return undefined;
  const status = element('p', { role: 'status', class: 'note' });
  const apply = (chosen: string): void => {
    for (const card of cards) card.hidden = chosen !== '' && card.dataset.confusion !== chosen;
    status.textContent = `${cards.filter((card) => !card.hidden).length} of ${cards.length} shown`;
  };
  apply('');
  const choices: Choice[] = [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([value, count]) => ({ value, label: `${names.get(value)} (${count})` }));
  return element(
    'div',
    { class: 'choosers' },
    select('Given → suggested', [{ value: '', label: 'all' }, ...choices], '', apply),
    status,
  );
}
