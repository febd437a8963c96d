import type { Expr, NodeOf } from '../expr.ts';
import type { Op } from '../op.ts';
import { topologicalOrder } from '../traverse.ts';
import type { Code } from './code.ts';
import { atom, call, factorCode, numberCode, sizeCode } from './code.ts';
import type { Factor } from './factor.ts';
import { javascriptNames } from './javascript.ts';
import { Names, nameOf } from './names.ts';
import type { Size } from './sizes.ts';
import { fixedSize, sameSize } from './sizes.ts';
import type { SizedAttribute, Unified } from './unify.ts';
import { countUses, findMeans, isNumber } from './uses.ts';

/** A place along each axis of a value, as code. */
export type Index = readonly string[];

/** What a rule may ask of the program that it writes a part of. */
export interface ElementContext {
  readonly unified: Unified;
  /** The element of an operand that is used for the element of a result of the given shape, broadcasting. */
  at(x: Expr, index: Index, shape?: readonly Size[]): Code;
  /** All elements along an axis of the given size, as an array. */
  array(size: Size, element: (place: string) => Code): Code;
  number(node: Expr, attribute: SizedAttribute): Code;
  factor(factor: Factor): Code;
  size(size: Size): Code;
  need(helper: string): string;
}

/** The code of an element of the result of an op. */
export type ElementRule<O extends Op> = (
  node: NodeOf<O>,
  index: Index,
  context: ElementContext,
) => Code;

/** How plain numbers and arrays are written: one rule for every op. */
export interface ElementLanguage {
  readonly rules: { readonly [O in Op]: ElementRule<O> };
  /** Functions of arrays along the last axis, for ops whose elements are not computed one by one. */
  readonly wholes: Partial<Record<Op, string>>;
  readonly reserved: readonly string[];
}

/** An output after the statements. */
export interface Output {
  /** Its element at a place, in rows that of row i. */
  element(index: Index): Code;
  /** The whole, in rows that of row i. */
  whole(): Code;
}

export interface Statements {
  readonly lines: readonly string[];
  readonly outputs: Readonly<Record<string, Output>>;
}

/** The statements before those of a row, and those of row i. */
export interface ElementBody {
  readonly batch: Statements;
  readonly row: Statements;
  readonly helpers: readonly string[];
}

export interface ElementInputs {
  /** What the inputs are called, as arrays of rows. */
  readonly batch: Readonly<Record<string, string>>;
  /** What their row i is called. */
  readonly row: Readonly<Record<string, string>>;
}

/** A variable: of all rows, or of row i only. */
interface Variable {
  readonly name: string;
  readonly isOfRow: boolean;
  /** Whether axes of size 1 are arrays too, as those of inputs are; else they are left out. */
  readonly isWhole?: boolean;
}

/** Of an expression; in longer ones the operands get names, if they are not short themselves. */
const [longest, shortest] = [60, 20];

/** Elements of these are elements of their operand, at another place. */
const views: readonly Op[] = ['reshape', 'transpose', 'broadcastTo', 'slice', 'stopGradient'];

/**
 * Writes a program as loops over plain arrays: scalars of the whole batch first, then what is computed row by row.
 * @param batchOutputs names of the outputs that are scalars of the whole batch
 */
export function writeElements(
  unified: Unified,
  language: ElementLanguage,
  inputs: ElementInputs,
  batchOutputs: readonly string[],
): ElementBody {
  const writer = new ElementWriter(unified, language, inputs);
  const isOfBatch = (name: string) => batchOutputs.includes(name);
  const names = Object.keys(unified.outputs);
  const batch = writer.write(names.filter(isOfBatch), false);
  const row = writer.write(
    names.filter((name) => !isOfBatch(name)),
    true,
  );
  return { batch, row, helpers: writer.helpers() };
}

class ElementWriter {
  readonly #unified: Unified;
  readonly #language: ElementLanguage;
  readonly #inputs: ElementInputs;
  readonly #names: Names;
  readonly #means: ReadonlyMap<Expr, NodeOf<'sum'>>;
  readonly #consumers: ReadonlyMap<Expr, readonly Expr[]>;
  readonly #outputs: ReadonlySet<Expr>;
  readonly #variables = new Map<Expr, Variable>();
  readonly #helpers = new Set<string>();
  readonly #context: ElementContext;
  /** Loop variables that are in use. */
  readonly #places: string[] = [];

  constructor(unified: Unified, language: ElementLanguage, inputs: ElementInputs) {
    this.#unified = unified;
    this.#language = language;
    this.#inputs = inputs;
    const taken = [...Object.values(inputs.batch), ...Object.values(inputs.row)];
    this.#names = new Names([...language.reserved, ...taken], javascriptNames.spell);
    const outputs = Object.values(unified.outputs);
    this.#means = findMeans(topologicalOrder(outputs), unified);
    const operandsOf = (node: Expr) => this.#operandsOf(node);
    this.#outputs = new Set(outputs);
    this.#consumers = consumersOf([...countUses(outputs, operandsOf).keys()], operandsOf);
    this.#context = {
      unified,
      at: (x, index, shape) => this.#element(x, broadcast(unified.shape(x), index, shape)),
      array: (size, element) => this.#array(size, element),
      number: (node, attribute) => this.#factor(unified.factor(node, attribute)),
      factor: (factor) => this.#factor(factor),
      size: sizeCode,
      need: (helper) => this.#need(helper),
    };
  }

  helpers(): readonly string[] {
    return [...this.#helpers];
  }

  write(names: readonly string[], isOfRow: boolean): Statements {
    const outputs = names.map((name) => this.#unified.outputs[name] as Expr);
    const inputs = isOfRow ? this.#inputs.row : this.#inputs.batch;
    if (isOfRow) this.#places.push('i');
    const lines: string[] = [];
    const reachable = countUses(outputs, (node) => this.#operandsOf(node));
    const name = (node: Expr) => {
      const value = this.#definition(node, isOfRow).text;
      const own = this.#names.take(this.#means.has(node) ? 'mean' : nameOf(node));
      lines.push(javascriptNames.assign(own, value));
      this.#variables.set(node, { name: own, isOfRow });
    };
    for (const node of topologicalOrder(outputs)) {
      if (!reachable.has(node) || this.#isPlain(node)) continue; // in a mean, or a number
      if (node.op === 'input') {
        this.#variables.set(node, {
          name: inputs[node.attrs.name] as string,
          isOfRow,
          isWhole: true,
        });
      } else if (!this.#variables.has(node)) {
        for (let long = this.#long(node); long !== undefined; long = this.#long(node)) name(long);
        const isOutput = outputs.includes(node) && !this.#consumers.has(node);
        if (!isOutput && this.#isNamed(node, isOfRow)) name(node);
      }
    }
    const results = outputs.map(
      (node): Output => ({
        element: (index) => this.#element(node, index),
        whole: () => this.#definition(node, isOfRow, true),
      }),
    );
    return {
      lines,
      outputs: Object.fromEntries(names.map((name, i) => [name, results[i] as Output])),
    };
  }

  #operandsOf(node: Expr): readonly Expr[] {
    return this.#means.get(node)?.inputs ?? node.inputs;
  }

  #isNamed(node: Expr, isOfRow: boolean): boolean {
    if (views.includes(node.op)) return false;
    if (node.op in this.#language.wholes || this.#means.has(node)) return true;
    if (['sum', 'max', 'logSumExp', 'argMax', 'matMul'].includes(node.op)) return true;
    if (this.#uses(node) > 1) return true;
    // computed once, not once for each element of what it is part of
    const axes = this.#loops(node, isOfRow).length;
    const consumers = this.#consumers.get(node) ?? [];
    return consumers.some((x) => this.#loops(x, isOfRow).length > axes);
  }

  /** How often its elements are part of others, or of an output. */
  #uses(node: Expr): number {
    const own = this.#outputs.has(node) ? 1 : 0;
    const others = (this.#consumers.get(node) ?? []).map((x) =>
      views.includes(x.op) ? this.#uses(x) : 1,
    );
    return others.reduce((a, b) => a + b, own);
  }

  /** The longest of the operands, where the text of the node is too long for a line. */
  #long(node: Expr): Expr | undefined {
    const length = (x: Expr) =>
      this.#variables.has(x) ? 0 : this.#element(x, this.#plainIndex(x)).text.length;
    if (views.includes(node.op) || length(node) <= longest) return undefined;
    const [first] = this.#operandsOf(node)
      .filter((x) => !views.includes(x.op) && !this.#isPlain(x))
      .toSorted((x, y) => length(y) - length(x));
    return first !== undefined && length(first) > shortest ? first : undefined;
  }

  /** Whether it is a number that is written where it is used. */
  #isPlain(node: Expr): boolean {
    if (node.op !== 'constant') return false;
    return isNumber(node) || this.#unified.uniform(node) !== undefined;
  }

  /** The axes of a node that take a loop each. */
  #loops(node: Expr, isOfRow: boolean): readonly Size[] {
    return this.#unified
      .shape(node)
      .filter((size) => fixedSize(size) !== 1 && !(isOfRow && isRows(size)));
  }

  #plainIndex(node: Expr): Index {
    return this.#unified
      .shape(node)
      .map((size) => (fixedSize(size) === 1 ? '0' : isRows(size) ? 'i' : 'j'));
  }

  /**
   * The value of a variable: a number, or arrays of its elements.
   * @param isWhole whether axes of size 1 are arrays too
   */
  #definition(node: Expr, isOfRow: boolean, isWhole = false): Code {
    const shape = this.#unified.shape(node);
    const isLast = 'axis' in node.attrs && node.attrs.axis === shape.length - 1;
    const whole = isLast ? this.#language.wholes[node.op] : undefined;
    const loop = (axis: number, index: Index): Code => {
      const size = shape[axis];
      if (size === undefined) return this.#element(node, index);
      if (whole !== undefined && axis === shape.length - 1) {
        const x = node.inputs[0] as Expr;
        return call(
          this.#need(whole),
          this.#array(size, (place) => this.#element(x, [...index, place])),
        );
      }
      if (fixedSize(size) === 1 && !isWhole) return loop(axis + 1, [...index, '0']);
      if (isOfRow && isRows(size)) return loop(axis + 1, [...index, 'i']);
      return this.#array(size, (place) => loop(axis + 1, [...index, place]));
    };
    return loop(0, []);
  }

  #array(size: Size, element: (place: string) => Code): Code {
    const pool = isRows(size) ? ['i', 'r', 's'] : ['j', 'l', 'm', 'h'];
    const place = pool.find((name) => !this.#places.includes(name)) as string;
    const fixed = fixedSize(size);
    if (fixed !== undefined && fixed <= 4) {
      const list = Array.from({ length: fixed }, (_, at) => element(String(at)).text);
      return atom(`[${list.join(', ')}]`);
    }
    this.#places.push(place);
    const { text } = element(place);
    this.#places.pop();
    const end = `[${place}]!`;
    const array = text.slice(0, -end.length);
    if (text.endsWith(end) && /^[\w[\]!]+$/.test(array) && !array.includes(`[${place}]`)) {
      return atom(array);
    }
    return call(this.#need('vector'), sizeCode(size), `(${place}) => ${text}`);
  }

  #element(node: Expr, index: Index): Code {
    const variable = this.#variables.get(node);
    if (variable !== undefined) {
      const shape = this.#unified.shape(node);
      const places = index.filter((_, axis) => {
        const size = shape[axis] as Size;
        const isThere = variable.isWhole === true || fixedSize(size) !== 1;
        return isThere && !(variable.isOfRow && isRows(size));
      });
      return atom(variable.name + places.map((place) => `[${place}]!`).join(''));
    }
    const mean = this.#means.get(node);
    if (mean !== undefined) return this.#mean(mean, index);
    const rule = this.#language.rules[node.op] as ElementRule<Op>;
    return rule(node as NodeOf<Op>, index, this.#context);
  }

  #mean(total: NodeOf<'sum'>, index: Index): Code {
    return call(this.#need('mean'), reducedArray(total, index, this.#context));
  }

  #factor(factor: Factor): Code {
    return factorCode(factor, javascriptNames.numerals);
  }

  #need(helper: string): string {
    this.#helpers.add(helper);
    return helper;
  }
}

/** The elements that a reduction takes, as an array: those of all reduced axes, one after the other. */
export function reducedArray(
  { inputs, attrs: { axes, keepDims } }: NodeOf<'sum' | 'max' | 'logSumExp'>,
  index: Index,
  e: ElementContext,
): Code {
  const x = inputs[0] as Expr;
  const shape = e.unified.shape(x);
  const places = new Map<number, string>();
  const kept = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const full = (): Index =>
    shape.map((_, axis) => {
      const at = keepDims ? axis : kept.indexOf(axis);
      return places.get(axis) ?? (index[at] as string);
    });
  const loop = (i: number): Code => {
    const axis = axes[i];
    if (axis === undefined) return e.at(x, full());
    const array = e.array(shape[axis] as Size, (place) => {
      places.set(axis, place);
      return loop(i + 1);
    });
    return i + 1 < axes.length ? atom(`${array.text}.flat()`) : array;
  };
  return loop(0);
}

/** The index of an operand for an index of a result. */
function broadcast(shape: readonly Size[], index: Index, result?: readonly Size[]): Index {
  const offset = index.length - shape.length;
  return shape.map((size, axis) => {
    const isRepeated = fixedSize(size) === 1;
    const other = result?.[axis + offset];
    return isRepeated || (other && !sameSize(other, size)) ? '0' : (index[axis + offset] as string);
  });
}

function consumersOf(
  nodes: readonly Expr[],
  operandsOf: (node: Expr) => readonly Expr[],
): Map<Expr, Expr[]> {
  const consumers = new Map<Expr, Expr[]>();
  for (const node of nodes) {
    for (const x of operandsOf(node)) consumers.set(x, [...(consumers.get(x) ?? []), node]);
  }
  return consumers;
}

function isRows({ rows, classes, rest }: Size): boolean {
  return rows === 1 && classes === 0 && rest === 0;
}

/** A number of the element language, for rules. */
export function literal(x: number): Code {
  return numberCode(x, javascriptNames.numerals);
}
