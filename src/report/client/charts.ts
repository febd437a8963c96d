import { lossCount } from '../numbers.ts';
import type { PageData, Quantity } from '../page-data.ts';
import { curvesFigure } from './curves-figure.ts';
import type { Choice } from './dom.ts';
import { element, select } from './dom.ts';
import { legend } from './legend.ts';
import { noiseFigure } from './noise-figure.ts';
import { sensitivityFigure } from './sensitivity-figure.ts';
import type { View } from './view.ts';
import {
  cellsOf,
  firstLevel,
  firstShown,
  kindsOf,
  levelName,
  levelsOf,
  quantities,
  quantityName,
  seriesIn,
} from './view.ts';

/** The part of the page above the tables: choosers and figures, drawn anew when a choice changes. */
export class Charts {
  #page: PageData;
  readonly #root: HTMLElement;
  readonly #choosers = element('div', { class: 'choosers' });
  readonly #status = element('p', { class: 'hidden', role: 'status' });
  readonly #legend = element('div');
  readonly #noise = element('div');
  readonly #noiseSection = section('By noise', this.#noise);
  readonly #curvesChooser = element('div', { class: 'choosers' });
  readonly #curves = element('div');
  readonly #sensitivity = element('div');
  readonly #view: View;
  #width = 0;

  constructor(page: PageData, root: HTMLElement) {
    this.#page = page;
    this.#root = root;
    this.#view = { task: 0, kind: '', quantity: 'last', level: 0, sweep: 0, shown: new Set() };
    root.append(
      element(
        'section',
        { 'aria-label': 'Choice of what the charts show', class: 'choice-bar' },
        this.#choosers,
        this.#legend,
        this.#status,
      ),
      this.#noiseSection,
      section('Learning curves', this.#curvesChooser, this.#curves),
      this.#sensitivity,
    );
    this.#setTask(0);
  }

  /** Draws to the width that there is; nothing happens if that is the same as before. */
  fit(): void {
    const width = Math.floor(this.#root.clientWidth);
    if (width === 0 || width === this.#width) return;
    this.#width = width;
    this.#draw();
  }

  /**
   * Draws other numbers of the same runs, and those that ended meanwhile: what is chosen stays, and new losses are drawn, too,
   * where all were. @param page whose tasks, noises and series begin with those before
   */
  update(page: PageData): void {
    const view = this.#view;
    const seriesOf = (own: PageData) =>
      seriesIn(own, view.task, levelsOf(own, view.task, view.kind));
    const wereAll = seriesOf(this.#page).every((series) => view.shown.has(series));
    const kinds = kindsOf(page, view.task);
    this.#page = page;
    if (!kinds.includes(view.kind)) this.#setKind(kinds[0] ?? 'none');
    else if (wereAll) {
      const levels = levelsOf(page, view.task, view.kind);
      for (const series of firstShown(page, view.task, levels)) view.shown.add(series);
    }
    this.#drawChoosers();
    this.#draw();
  }

  #setTask(task: number): void {
    this.#view.task = task;
    const kinds = kindsOf(this.#page, task);
    this.#setKind(kinds.includes(this.#view.kind) ? this.#view.kind : (kinds[0] ?? 'none'));
  }

  #setKind(kind: string): void {
    const view = this.#view;
    view.kind = kind;
    const levels = levelsOf(this.#page, view.task, kind);
    view.level = firstLevel(this.#page, view.task, levels);
    view.sweep = 0;
    view.shown.clear();
    for (const series of firstShown(this.#page, view.task, levels)) view.shown.add(series);
    this.#drawChoosers();
  }

  #drawChoosers(): void {
    const page = this.#page;
    const view = this.#view;
    const levels = levelsOf(page, view.task, view.kind);
    const change = (act: () => void): void => {
      act();
      this.#draw();
      this.#status.textContent = `Showing ${lossCount(view.shown.size)} on ${page.tasks[view.task]}, ${view.kind} noise.`;
    };
    const measured = quantities.filter((quantity) =>
      cellsOf(page, view.task).some((cell) => cell.values[quantity] !== undefined),
    );
    const quantityChooser = select(
      'Quantity',
      measured.map((quantity) => ({ value: quantity, label: quantityName(page, quantity) })),
      view.quantity,
      (quantity) =>
        change(() => {
          view.quantity = quantity as Quantity;
        }),
    );
    // what is drawn over noise is a point for each loss, where there are neither levels nor seeds: the table says as much
    this.#noiseSection.hidden =
      page.noises.length === 1 && page.cells.every(({ done }) => done <= 1);
    this.#replace(
      this.#choosers,
      ...chooser('Data · network', page.tasks.map(choiceAt), String(view.task), (task) =>
        change(() => this.#setTask(Number(task))),
      ),
      ...chooser('Noise', kindsOf(page, view.task).map(choice), view.kind, (kind) =>
        change(() => this.#setKind(kind)),
      ),
      ...(this.#noiseSection.hidden ? [] : [quantityChooser]),
    );
    this.#legend.replaceChildren(
      legend(seriesIn(page, view.task, levels), page.series, view.shown, (series, isShown) =>
        change(() => void (isShown ? view.shown.add(series) : view.shown.delete(series))),
      ),
    );
    this.#replace(
      this.#curvesChooser,
      ...chooser(
        'Noise level',
        levels.map((noise) => ({ value: String(noise), label: levelName(page, noise) })),
        String(view.level),
        (level) =>
          change(() => {
            view.level = Number(level);
          }),
      ),
    );
  }

  /** Puts choosers in place of those there, and the focus back to where it was. */
  #replace(parent: HTMLElement, ...choosers: readonly HTMLElement[]): void {
    const focused = [...parent.children].findIndex((child) =>
      child.contains(document.activeElement),
    );
    parent.replaceChildren(...choosers);
    parent.children[focused]?.querySelector('select')?.focus();
  }

  #draw(): void {
    const width = this.#width;
    if (width === 0) return;
    const page = this.#page;
    const view = this.#view;
    const nothing = (): HTMLElement => element('p', {}, 'Choose at least one loss.');
    const none = view.shown.size === 0;
    if (this.#noiseSection.hidden) this.#noise.replaceChildren();
    else replaceFigure(this.#noise, none ? nothing() : noiseFigure(page, view, width));
    const unmeasured = (): HTMLElement =>
      element(
        'p',
        {},
        'The runs at this noise level measured nothing between their start and end.',
      );
    replaceFigure(
      this.#curves,
      none ? nothing() : (curvesFigure(page, view, width) ?? unmeasured()),
    );
    this.#drawSensitivity(width);
  }

  #drawSensitivity(width: number): void {
    const sweeps = this.#page.sweeps.filter((sweep) => sweep.task === this.#view.task);
    const sweep = sweeps[this.#view.sweep];
    if (sweep === undefined) {
      this.#sensitivity.replaceChildren();
      return;
    }
    const chooser = element('div', { class: 'choosers' });
    const show = (): void => {
      const chosen = sweeps[this.#view.sweep] ?? sweep;
      replaceFigure(figure, sensitivityFigure(this.#page, this.#view, chosen, width));
    };
    const figure = element('div');
    chooser.append(
      select(
        'Parameter',
        sweeps.map(({ label }) => label).map(choiceAt),
        String(this.#view.sweep),
        (i) => {
          this.#view.sweep = Number(i);
          show();
        },
      ),
    );
    show();
    this.#sensitivity.replaceChildren(section('Sensitivity', chooser, figure));
  }
}

/** Puts a figure in place of another; a data table that was open or closed by hand stays so. */
function replaceFigure(parent: HTMLElement, figure: HTMLElement): void {
  const before = parent.querySelector('details');
  const after = figure.querySelector('details');
  if (before && after) after.open = before.open;
  parent.replaceChildren(figure);
}

function section(title: string, ...children: readonly HTMLElement[]): HTMLElement {
  const id = title.toLowerCase().replaceAll(' ', '-');
  return element('section', { 'aria-labelledby': id }, element('h2', { id }, title), ...children);
}

/** Where there is a choice. */
function chooser(...[title, choices, ...rest]: Parameters<typeof select>): HTMLElement[] {
  return choices.length > 1 ? [select(title, choices, ...rest)] : [];
}

function choice(value: string): Choice {
  return { value, label: value };
}

function choiceAt(label: string, place: number): Choice {
  return { value: String(place), label };
}
