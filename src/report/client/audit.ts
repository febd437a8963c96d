import './audit.css';
import type { AuditData } from '../audit-data.ts';
import { precisionFigure, precisionKey } from './precision-figure.ts';
import { suspectsFilter } from './suspects-filter.ts';

/** What the script adds to the page of an audit. */
export function showAudit(data: AuditData): void {
  const list = document.getElementById('suspects-list');
  const filter = list && suspectsFilter(list);
  if (filter) document.getElementById('suspects-filter')?.append(filter);
  const root = document.getElementById('precision-curve');
  if (root === null) return;
  const key = precisionKey(data);
  if (key) root.before(key);
  let width = 0;
  const draw = (): void => {
    const now = Math.floor(root.clientWidth);
    if (now === 0 || now === width) return;
    width = now;
    const isOpen = root.querySelector('details')?.open === true;
    root.replaceChildren(precisionFigure(data, width));
    const details = root.querySelector('details');
    if (details) details.open = isOpen;
  };
  draw();
  new ResizeObserver(draw).observe(root);
}
