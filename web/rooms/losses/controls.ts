import type { NumberParameter, Parameter, Parameters, Values } from '../../../src/core/index.ts';
import type { LossTree } from '../../../src/losses/index.ts';
import { findLoss, lossDefinitions, parametersOf, parseLoss } from '../../../src/losses/index.ts';
import { logitClipParameters } from '../../../src/losses/logit-clip.ts';
import { foldLoss } from '../../../src/losses/tree.ts';

/** A parameter of a loss that can be changed, and its value. */
export interface Control {
  readonly key: string;
  readonly parameter: Parameter;
  readonly value: number | string | boolean;
}

/** The parameters of a loss that can be changed by name, in the order of its spec. */
export function controlsOf(spec: string): Control[] {
  const known = parametersOf(spec);
  const all = foldLoss<readonly Control[]>(parseLoss(spec).tree, {
    named: ({ name, params }) => controlsFrom(findLoss(name).parameters, params),
    symmetrize: (base) => base,
    unit: (base) => base,
    logitClip: (base, params) => [...base, ...controlsFrom(logitClipParameters, { ...params })],
    sum: (terms) => terms.flatMap(([, term]) => term),
  });
  return all.filter(({ key }) => known.includes(key));
}

function controlsFrom(parameters: Parameters, values: Values): Control[] {
  return Object.entries(parameters).flatMap(([key, parameter]) => {
    const value = values[key];
    return value === undefined ? [] : [{ key, parameter, value }];
  });
}

/** A slider for the numbers of a parameter: its positions, and what number stands at each. */
export interface SliderScale {
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly valueAt: (position: number) => number;
  readonly positionOf: (value: number) => number;
}

/** A default that far from 1 is chosen by its power of ten. */
const [tiny, huge] = [1e-3, 1e3];

/**
 * A slider over the range of a parameter; where that has no end, to some times the default, and never short of the value that it has.
 */
export function sliderScale(parameter: NumberParameter, value: number): SliderScale {
  const { default: usual = 1 } = parameter;
  const isLog = usual !== 0 && (Math.abs(usual) <= tiny || Math.abs(usual) >= huge);
  return isLog ? logScale(parameter, value) : linearScale(parameter, value);
}

function linearScale({ range, default: usual = 1, integer }: NumberParameter, value: number) {
  const size = Math.max(1, Math.abs(usual));
  const low = range.min ?? Math.min(-2 * size, value);
  const high = range.max ?? Math.max(nextRound(2 * size), value);
  const step = integer ? 1 : stepOf(high - low, usual);
  return {
    min: range.openMin ? low + step : low,
    max: range.openMax ? high - step : high,
    step,
    valueAt: (position: number) => Number(position.toFixed(6)),
    positionOf: (own: number) => own,
  };
}

/** The exponent of the value by halves; at the left end 0, if the range has it. */
function logScale({ range }: NumberParameter, value: number): SliderScale {
  const isTiny = range.max !== undefined;
  const hasZero = range.min === 0 && !range.openMin;
  const [low, high] = isTiny ? [-10, Math.log10((range.max as number) * 0.1)] : [-2, 7];
  const exponent = value === 0 ? Number.NEGATIVE_INFINITY : Math.log10(value);
  const step = 0.5;
  return {
    min: hasZero ? low - step : low,
    max: Math.max(high, Math.ceil(exponent)),
    step,
    valueAt: (position) =>
      hasZero && position < low ? 0 : Number((10 ** position).toPrecision(2)),
    positionOf: (own) => (own === 0 ? low - step : Math.max(low, Math.log10(own))),
  };
}

/** About a hundredth of a span, of which the default is a multiple. */
function stepOf(span: number, usual: number): number {
  const step = 10 ** Math.floor(Math.log10(span / 50));
  const isMultiple = (of: number) => Math.abs(usual / of - Math.round(usual / of)) < 1e-9;
  return [step, step / 10, step / 100].find(isMultiple) ?? step;
}

/** 1, 2 or 5 times a power of ten, at least a value. */
function nextRound(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((factor) => factor * power).find((round) => round >= value) ?? value;
}

/**
 * What the ends of a slider are, where its parameter leads from one loss to another and says so: "from unhinged (towards 0) to mean
 * absolute error (1)".
 */
export function endsOf({ about }: Parameter): readonly [string, string] | undefined {
  const [, from, to] = /from ([\w -]+) \([^)]*\) to ([\w -]+) \([^)]*\)/.exec(about) ?? [];
  return from !== undefined && to !== undefined ? [from, to] : undefined;
}

interface Group {
  readonly label: string;
  readonly choices: readonly { readonly value: string; readonly label: string }[];
}

/** All losses for a list to choose from. */
export function lossGroups(): Group[] {
  const all = Array.from(lossDefinitions.values(), (definition) => ({
    choice: { value: definition.name, label: definition.name },
    isFromPaper: definition.fromPaper === true,
    symmetric: parseLoss(definition.name).symmetric,
  }));
  const group = (label: string, isIn: (loss: (typeof all)[number]) => boolean): Group => ({
    label,
    choices: all.filter(isIn).map(({ choice }) => choice),
  });
  return [
    group('Of the paper on symmetrization', ({ isFromPaper }) => isFromPaper),
    group('Symmetric', (loss) => !loss.isFromPaper && loss.symmetric === 'yes'),
    group('Symmetric but for a clamp', (loss) => !loss.isFromPaper && loss.symmetric === 'nearly'),
    group('Not symmetric', (loss) => !loss.isFromPaper && loss.symmetric === 'no'),
  ];
}

/** What the list of losses shows of a tree. */
export interface Choice {
  /** Empty for a loss made of others. */
  readonly name: string;
  readonly isSymmetrized: boolean;
}

export function choiceOf(tree: LossTree): Choice {
  const isSymmetrized = tree.kind === 'symmetrize';
  const base = isSymmetrized ? tree.base : tree;
  return { name: base.kind === 'named' ? base.name : '', isSymmetrized };
}

/** The spec with `symmetrize(…)` around it, or without. */
export function withSymmetrize(spec: string, isOn: boolean): string {
  const inner = /^symmetrize\((.*)\)$/s.exec(spec)?.[1];
  if (isOn) return inner === undefined ? `symmetrize(${spec})` : spec;
  return inner ?? spec;
}
