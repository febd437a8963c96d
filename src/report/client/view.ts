import { percent } from '../../experiments/results/number-texts.ts';
import type { Cell, NoiseLevel, PageData, Quantity } from '../page-data.ts';

/** What is chosen above the charts. */
export interface View {
  task: number;
  kind: string;
  quantity: Quantity;
  /** Noise level of the learning curves, an index in `noises`. */
  level: number;
  sweep: number;
  /** Series that are drawn. */
  readonly shown: Set<number>;
}

const ofKept = {
  'last epoch': 'after the last epoch',
  'kept model': 'of the kept model',
} as const satisfies { readonly [K in PageData['kept']]: string };

export const quantities = ['last', 'chosen', 'balanced', 'memorised'] as const satisfies Quantity[];

export function quantityName({ kept }: PageData, quantity: Quantity): string {
  const names: { readonly [Q in Quantity]: string } = {
    last: `Test accuracy ${ofKept[kept]}`,
    chosen: 'Test accuracy at the chosen epoch',
    balanced: 'Balanced test accuracy',
    memorised: `Memorised wrong labels ${ofKept[kept]}`,
  };
  return names[quantity];
}

/** `none` belongs to every kind with rates; alone it is a kind of its own. */
export function kindsOf(page: PageData, task: number): string[] {
  const kinds = new Set(cellsOf(page, task).map((cell) => levelOf(page, cell.noise).kind));
  if (kinds.size > 1) kinds.delete('none');
  return [...kinds];
}

/** Indices of the levels of a kind, by rate; those without, by the share of labels that are wrong. */
export function levelsOf(page: PageData, task: number, kind: string): number[] {
  const present = new Set(cellsOf(page, task).map((cell) => cell.noise));
  const levels = [...present].filter((noise) => levelOf(page, noise).kind === kind);
  if (levels.every((noise) => levelOf(page, noise).rate === undefined)) {
    const share = (noise: number): number => levelOf(page, noise).realised ?? 0;
    return levels.sort((a, b) => share(a) - share(b));
  }
  const clean = [...present].filter((noise) => levelOf(page, noise).kind === 'none');
  const rated = kind === 'none' ? levels : [...clean, ...levels];
  return rated.sort((a, b) => (levelOf(page, a).rate ?? 0) - (levelOf(page, b).rate ?? 0));
}

export function cellsOf(page: PageData, task: number): Cell[] {
  return page.cells.filter((cell) => cell.task === task);
}

export function cellAt(page: PageData, task: number, noise: number, series: number) {
  return page.cells.find(
    (cell) => cell.task === task && cell.noise === noise && cell.series === series,
  );
}

export function levelOf(page: PageData, noise: number): NoiseLevel {
  return page.noises[noise] as NoiseLevel;
}

/** `symmetric:0.4`; `column:worse_label (40.2 % wrong)` */
export function levelName(page: PageData, noise: number): string {
  const { spec, realised } = levelOf(page, noise);
  return realised === undefined ? spec : `${spec} (${percent(realised)} % wrong)`;
}

/** Series that a task has on some of the levels, in the order of the records. */
export function seriesIn(page: PageData, task: number, levels: readonly number[]): number[] {
  const cells = cellsOf(page, task).filter((cell) => levels.includes(cell.noise));
  return [...new Set(cells.map((cell) => cell.series))].sort((a, b) => a - b);
}

/** More lines than this are hard to tell apart. */
const linesAtFirst = 7;

/**
 * What is drawn at first: all series where they are few; else cross-entropy, which all is compared
 * with, and the best of the others by their mean test accuracy over the levels.
 */
export function firstShown(page: PageData, task: number, levels: readonly number[]): number[] {
  const all = seriesIn(page, task, levels);
  if (all.length <= linesAtFirst) return all;
  const score = (series: number): number => {
    const means = levels.map((noise) => cellAt(page, task, noise, series)?.values.last?.mean ?? 0);
    return means.reduce((total, mean) => total + mean, 0);
  };
  const baseline = all.filter((series) => page.series[series] === 'ce');
  const others = all
    .filter((series) => !baseline.includes(series))
    .sort((a, b) => score(b) - score(a));
  return [...baseline, ...others].slice(0, linesAtFirst).sort((a, b) => a - b);
}

/** The level that shows most: with curves, and nearest to half of the labels wrong. */
export function firstLevel(page: PageData, task: number, levels: readonly number[]): number {
  const off = (noise: number): number => Math.abs((levelOf(page, noise).rate ?? 0.5) - 0.5);
  const curved = levels.filter((noise) =>
    cellsOf(page, task).some((cell) => cell.noise === noise && cell.curves.test !== undefined),
  );
  return [...curved].sort((a, b) => off(a) - off(b))[0] ?? levels[0] ?? 0;
}
