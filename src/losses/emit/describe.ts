import type { Values } from '../../core/index.ts';
import type { Size } from '../../graph/emit/index.ts';
import { sizeCode } from '../../graph/emit/index.ts';
import type { LossDefinition } from '../definition.ts';
import { findLoss, lossForms } from '../registry.ts';
import type { LossTree, NamedLoss } from '../tree.ts';
import { namedLosses } from '../tree.ts';
import type { BuiltLoss, Columns } from './build.ts';

/** The text of a function's documentation, paragraphs of lines. */
export interface LossText {
  /** `The loss gce:q=0.7 of each row.` */
  readonly title: string;
  /** What it computes, and by whom it is. */
  readonly paragraphs: readonly (readonly string[])[];
  readonly scores: string;
  readonly labels: string;
  readonly second?: string;
  readonly memory?: string;
  readonly returned: string;
}

/** What is said of a loss, in any language. */
export function describeLoss({ loss, unified, memory }: BuiltLoss): LossText {
  const { tree, spec, isBoundedBelow } = loss;
  const paragraphs = [
    ...formulas(tree),
    sources(tree),
    [`Written by symloss emit from the graph that symloss trains with.`],
    ...(isBoundedBelow ? [] : [unbounded]),
    ...(unified.outputs.batch === undefined ? [] : [batchTerm]),
  ];
  return {
    title: `The loss ${spec}.`,
    paragraphs,
    scores: '[n, k], what the network puts out (logits)',
    labels: '[n], classes from 0 to k - 1',
    ...(loss.views && { second: '[n, k], scores of a second view of the same rows' }),
    ...(memory && { memory: memoryText(memory, unified.outputs.next_memory !== undefined) }),
    returned:
      unified.outputs.next_memory === undefined ? '' : 'and the memory of the rows from then on',
  };
}

const unbounded = [
  'Values are not bounded from below: give it normalised scores, such as z / ||z||,',
  'or training diverges.',
];

const batchTerm = [
  'A term of the whole batch is added to the loss of every row, so that their mean is',
  'what training minimises.',
];

function formulas(tree: LossTree): string[][] {
  const named = namedLosses(tree);
  const [only] = named as [NamedLoss];
  const given = 'p = softmax(z) of scores z, y the label';
  if (tree.kind === 'named') {
    const definition = findLoss(only.name);
    const parts = partsOf(definition);
    return [[definition.formula], [...parts, ...valueLines(only.params), given]];
  }
  const all = named.flatMap(({ name, params }) => {
    const { formula } = findLoss(name);
    const values = valueLines(params);
    return [`${name} = ${formula}`, ...values, ...partsOf(findLoss(name))];
  });
  return [[...new Set([...kinds(tree), ...all, given])]];
}

/** What the losses are that a formula names, such as nce in `alpha nce + beta mae`. */
function partsOf({ formula, parameters, name }: LossDefinition): string[] {
  const known = lossForms();
  return formula
    .split(/[^\w+-]+/)
    .filter((word) => word in known && !(word in parameters) && word !== name)
    .map((word) => `${word} = ${findLoss(word).formula}`);
}

function valueLines(params: Values): string[] {
  const list = Object.entries(params).map(([key, value]) => `${key} = ${value}`);
  return list.length === 0 ? [] : [list.join(', ')];
}

/** What the forms of specs mean that a loss has. */
function kinds(tree: LossTree): string[] {
  switch (tree.kind) {
    case 'named':
      return [];
    case 'sum':
      return tree.terms.flatMap(([, term]) => kinds(term));
    case 'symmetrize':
      return ['symmetrize(L) = L_y - (1/k) sum_j L_j', ...kinds(tree.base)];
    case 'unit':
      return ['unit(L) = L / (the slope of L at equal scores)', ...kinds(tree.base)];
    case 'logit-clip':
      return [
        'logit-clip(L) = L of z / (temp N) where N = ||z|| + eps is above temp, else of z',
        ...valueLines(tree.params),
        ...kinds(tree.base),
      ];
  }
}

function sources(tree: LossTree): string[] {
  const all = namedLosses(tree).map(({ name }) => `Source: ${findLoss(name).reference}`);
  return [...new Set(all)];
}

function memoryText(
  { width, initial, deviations, rates }: NonNullable<BuiltLoss['memory']>,
  isReturned: boolean,
): string {
  const noise =
    deviations && `, plus normal numbers of standard deviation ${columnsText(deviations)}`;
  const trained = rates && `; trained by gradient descent with the rate ${columnsText(rates)}`;
  const kept = isReturned ? '; kept for every row from one step to the next' : '';
  const start = `${columnsText(initial)} before the first step`;
  return `[n, ${text(width)}], ${start}${noise ?? ''}${trained ?? ''}${kept}`;
}

/** `1 (column 0), 10 (columns 1 to k)` */
function columnsText(parts: readonly Columns[]): string {
  const [only] = parts as [Columns];
  if (parts.length === 1) return String(only.value);
  return parts
    .map(({ start, end, value }) => {
      const last: Size = { ...end, rest: end.rest - 1 };
      const [from, to] = [text(start), text(last)];
      return `${value} (${from === to ? `column ${from}` : `columns ${from} to ${to}`})`;
    })
    .join(', ');
}

function text(size: Size): string {
  return sizeCode(size).text;
}

/** Words in lines of at most the given length. */
export function wrap(words: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of words.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines;
}
