import type { NumberParameter } from '../../../src/core/index.ts';
import { parseLoss, withParameter } from '../../../src/losses/index.ts';
import { formatNumber } from '../../parts/numbers.ts';
import { controlsOf, endsOf, sliderScale } from './controls.ts';
import { alongPath, gapOf } from './path.ts';
import type { Setting } from './subject.ts';
import { probabilities, scaled } from './subject.ts';

/** A loss at several values of a parameter that leads from one loss to another. */
export interface Family {
  /** What the smallest and the largest value are: `unhinged`, `mean absolute error`. */
  readonly ends: readonly [string, string];
  readonly members: readonly {
    /** `q = 0.2` */
    readonly name: string;
    /** The size of the gradient at the places `probabilities`. */
    readonly gradient: Float64Array;
  }[];
}

/** Places in the range, which is from 0 to 1. */
const places = [0.05, 0.2, 0.4, 0.6, 0.8, 1];

/** The specs of a family, the same for all its members; empty for a loss that is of none. */
export function familySpecs(spec: string): string[] {
  const control = leadingOf(spec);
  if (control === undefined) return [];
  return valuesOf(control).map((value) => withParameter(spec, control.key, value));
}

/** The values of the members, none of them beyond an end that the range leaves out. */
function valuesOf({ parameter }: Leading): number[] {
  const { max } = sliderScale(parameter, 1);
  return places.map((place) => Math.min(place, max));
}

/** The family with these specs. */
export function familyOf(specs: readonly string[], { k, isUnit }: Setting): Family | undefined {
  const control = leadingOf(specs[0] ?? '');
  const ends = control && endsOf(control.parameter);
  if (control === undefined || ends === undefined) return undefined;
  const values = valuesOf(control);
  const gaps = probabilities.map((p) => gapOf(p, k));
  return {
    ends,
    members: specs.map((spec, i) => ({
      name: `${control.key} = ${formatNumber(values[i] as number)}`,
      ...alongPath(['gradient'], scaled(parseLoss(spec), k, isUnit), k, gaps),
    })),
  };
}

interface Leading {
  readonly key: string;
  readonly parameter: NumberParameter;
}

/** The parameter of a loss that leads from one loss to another. */
function leadingOf(spec: string): Leading | undefined {
  if (spec === '') return undefined;
  const found = controlsOf(spec).flatMap(({ key, parameter }) =>
    parameter.kind === 'number' && parameter.range.max === 1 && endsOf(parameter)
      ? [{ key, parameter }]
      : [],
  );
  return found[0];
}
