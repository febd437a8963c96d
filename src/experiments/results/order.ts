import { compareText, specName } from '../../core/index.ts';
import { lossDefinitions, parseRecordedTree } from '../../losses/index.ts';
import { noiseNames } from '../../noise/index.ts';

/** Orders noises by kind as `symloss` lists them, then by their numbers: `symmetric:0.2` before `symmetric:0.4`. */
export function compareNoises(a: string, b: string): number {
  const place = (spec: string) => placeIn(noiseNames, specName(spec));
  return place(a) - place(b) || compareNatural(a, b);
}

/** Orders losses as `symloss losses` lists them, then by their parameters; sums and the like come last. */
export function compareLosses(a: string, b: string): number {
  const known = [...lossDefinitions.keys()];
  const place = (spec: string) => {
    const tree = parseRecordedTree(spec);
    return tree.kind === 'named' ? placeIn(known, tree.name) : known.length;
  };
  return place(a) - place(b) || compareNatural(a, b);
}

/** Orders texts, numbers in them by value: `q=0.1`, `q=0.7`, `q=10`. */
export function compareNatural(a: string, b: string): number {
  const [left, right] = [piecesOf(a), piecesOf(b)];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const [x, y] = [left[i] as string, right[i] as string];
    const isNumber = i % 2 === 1;
    const order = isNumber ? Number(x) - Number(y) : compareText(x, y);
    if (order !== 0) return order;
  }
  return left.length - right.length || compareText(a, b);
}

/** Text, number, text, …: numbers are at the odd places. */
function piecesOf(text: string): string[] {
  return text.split(/(\d+(?:\.\d+)?(?:e[+-]?\d+)?)/i);
}

function placeIn(names: readonly string[], name: string): number {
  const index = names.indexOf(name);
  return index < 0 ? names.length : index;
}
