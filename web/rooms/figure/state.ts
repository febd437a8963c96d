import type { Query } from '../../shell/route.ts';

export const figureNames = ['parts', 'gradient', 'tangent'] as const;
export type FigureName = (typeof figureNames)[number];

/** What the figure shows. */
export interface State {
  readonly figure: FigureName;
  readonly spec: string;
  /** Beside it; empty for nothing. */
  readonly vs: string;
  /** Losses to choose from; with fewer than two there is no choice. */
  readonly among: readonly string[];
  readonly k: number;
  readonly isUnit: boolean;
}

/** From the address; what it cannot mean is as if it were not there. `among` has `;` between losses. */
export function readState({ show, spec, vs, among = '', k, scale }: Query): State {
  const classes = Number(k);
  return {
    figure: figureNames.find((name) => name === show) ?? 'parts',
    ...{ spec: spec || 'ce', vs: vs ?? '' },
    among: among.split(';').filter((one) => one !== ''),
    k: Number.isInteger(classes) && classes >= 2 && classes <= 100 ? classes : 3,
    isUnit: scale === 'unit',
  };
}
