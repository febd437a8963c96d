import { element } from './dom.ts';

export interface FigureParts {
  /** What a screen reader says in place of the drawing. */
  readonly label: string;
  readonly caption: string;
  readonly charts: readonly {
    readonly title?: string;
    readonly draw: (width: number) => Element;
  }[];
  readonly table: HTMLElement;
  readonly tableTitle: string;
  /** Whether the data table is open. */
  readonly isOpen: boolean;
}

/** Charts side by side where there is room, their caption, and the numbers behind them. */
export function chartFigure(parts: FigureParts, width: number): HTMLElement {
  const columns = parts.charts.length > 1 && width >= 860 ? parts.charts.length : 1;
  const each = Math.floor((width - (columns - 1) * 24) / columns);
  const drawings = parts.charts.map(({ title, draw }) => {
    const drawing = draw(each);
    drawing.setAttribute('role', 'img');
    drawing.setAttribute(
      'aria-label',
      title === undefined ? parts.label : `${title}. ${parts.label}`,
    );
    return element(
      'div',
      { class: 'chart' },
      title === undefined ? undefined : element('h3', {}, title),
      drawing,
    );
  });
  const charts = element('div', { class: 'charts' }, ...drawings);
  // not as an attribute, which a policy of the page may forbid
  charts.style.gridTemplateColumns = `repeat(${columns}, minmax(0, 1fr))`;
  return element(
    'figure',
    {},
    charts,
    element('figcaption', {}, parts.caption),
    element(
      'details',
      { open: parts.isOpen },
      element('summary', {}, parts.tableTitle),
      parts.table,
    ),
  );
}
