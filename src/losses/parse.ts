import { readForm, SymlossError, specName } from '../core/index.ts';
import { lossDefinitions } from './registry.ts';
import { splitTerms } from './terms.ts';
import type { LossTree, NamedLoss, SingleLoss } from './tree.ts';

type ReadNamed = (text: string) => NamedLoss;

/** The tree of a spec. @throws SymlossError as `parseLoss` does */
export function parseTree(text: string, readNamed: ReadNamed = readRegistered): LossTree {
  const terms = splitTerms(text, lossDefinitions.keys()).map(
    ([factor, spec]) => [factor, parseSingle(spec, readNamed)] as const,
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

function parseSingle(text: string, readNamed: ReadNamed): SingleLoss {
  const inner = /^\s*symmetrize\((.*)\)\s*$/s.exec(text)?.[1];
  return inner === undefined
    ? readNamed(text)
    : { kind: 'symmetrize', base: parseTree(inner, readNamed) };
}

function readRegistered(text: string): NamedLoss {
  const forms = Object.fromEntries(lossDefinitions);
  const { name, values } = readForm('loss', text, forms, 'or symmetrize(…) of one of them');
  return { kind: 'named', name, params: values };
}
