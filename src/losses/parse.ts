import { readForm, SymlossError, show, specName } from '../core/index.ts';
import type { LogitClipValues } from './logit-clip.ts';
import { logitClipParameters } from './logit-clip.ts';
import { findLoss, lossForms, lossNames } from './registry.ts';
import { splitTerms } from './terms.ts';
import type { LossTree, NamedLoss, SingleLoss } from './tree.ts';

type ReadNamed = (text: string) => NamedLoss;

/** Larger losses nobody means; every term is a loss of its own in the compiled step. */
const [mostCharacters, mostTerms, deepest] = [10_000, 100, 10];

/** The tree of a spec. @throws SymlossError as `parseLoss` does */
export function parseTree(text: string, readNamed: ReadNamed = readRegistered): LossTree {
  if (typeof text !== 'string') throw new SymlossError('loss', 'a text', show(text));
  if (text.length > mostCharacters) {
    const expected = `a text of at most ${mostCharacters} characters`;
    throw new SymlossError('loss', expected, `one of ${text.length}`);
  }
  return parseNested(text, readNamed, 0);
}

function parseNested(text: string, readNamed: ReadNamed, depth: number): LossTree {
  const split = splitTerms(text, lossNames());
  if (split.length > mostTerms) {
    throw new SymlossError('loss', `a sum of at most ${mostTerms} terms`, `${split.length} terms`);
  }
  const terms = split.map(
    ([factor, spec]) => [factor, parseSingle(spec, readNamed, depth)] as const,
  );
  const [[factor, only]] = terms as [(typeof terms)[number]];
  return terms.length === 1 && factor === 1 ? only : { kind: 'sum', terms };
}

/**
 * The tree of a spec in a record, which may name losses that are not registered here, or not with these
 * parameters: such a loss has its name only.
 */
export function parseRecordedTree(text: string): LossTree {
  return parseTree(text, (spec) => {
    try {
      return readRegistered(spec);
    } catch (cause) {
      if (!(cause instanceof SymlossError)) throw cause;
      return { kind: 'named', name: specName(spec), params: {} };
    }
  });
}

function parseSingle(text: string, readNamed: ReadNamed, depth: number): SingleLoss {
  const [, kind, inner = '', after = ''] =
    /^\s*(symmetrize|unit|logit-clip)\((.*)\)\s*(:[^()]*)?$/s.exec(text) ?? [];
  if (kind === undefined || (kind !== 'logit-clip' && after !== '')) return readNamed(text);
  if (depth === deepest) {
    throw new SymlossError('loss', `${kind}(…) at most ${deepest} deep`, show(text), {
      hint: 'applying it again changes nothing',
    });
  }
  const base = parseNested(inner, readNamed, depth + 1);
  if (kind !== 'logit-clip') return { kind: kind as 'symmetrize' | 'unit', base };
  const { values } = readForm('loss', `${kind}${after}`, {
    [kind]: { parameters: logitClipParameters },
  });
  return { kind, base, params: values as LogitClipValues };
}

function readRegistered(text: string): NamedLoss {
  const { name, values } = readForm(
    'loss',
    text,
    lossForms(),
    'or symmetrize(…), unit(…) or logit-clip(…) of one of them',
  );
  return { kind: 'named', name: findLoss(name).name, params: values };
}
