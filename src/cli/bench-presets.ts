import type { Budget } from '../experiments/budget.ts';
import { applyBudget } from '../experiments/budget.ts';
import type { Grid } from '../experiments/index.ts';
import { presets as shipped } from '../experiments/presets/index.ts';

export type { Budget } from '../experiments/budget.ts';
export { budgets } from '../experiments/budget.ts';
export { notVerified } from '../experiments/presets/parts.ts';

/** Grids that are known by name. */
export function presets(): Readonly<Record<string, Grid>> {
  return shipped;
}

/** The part of a grid that a budget allows. */
export function withBudget(grid: Grid, budget: Budget | undefined): Grid {
  return budget === undefined ? grid : applyBudget(grid, budget);
}
