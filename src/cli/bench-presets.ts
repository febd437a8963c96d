import { SymlossError } from '../core/index.ts';
import type { Grid } from '../experiments/index.ts';

/** Grids that are known by name. */
export function presets(): Readonly<Record<string, Grid>> {
  return {};
}

/** How much of a grid is run. */
export const budgets = ['quick', 'standard', 'paper'] as const;

export type Budget = (typeof budgets)[number];

/** The part of a grid that a budget allows. */
export function withBudget(grid: Grid, budget: Budget | undefined): Grid {
  if (budget === undefined) return grid;
  throw new SymlossError('option --budget', 'nothing: this version has no budgets', budget);
}
