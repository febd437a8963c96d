import { SymlossError, show } from '../core/index.ts';
import { readJson } from '../io/index.ts';
import { parsed } from '../run/faults.ts';
import type { Reviewed } from './check-decisions.ts';
import { checkDecisions } from './check-decisions.ts';
import type { Decision } from './decisions.ts';
import { decisionSchema, standing } from './decisions.ts';
import { readDecisions } from './decisions-file.ts';
import type { ExchangeFormat } from './exchange/index.ts';
import { exchangeFormats } from './exchange/index.ts';

export interface ImportOptions {
  /** Who decided where the file does not say. */
  readonly author: string;
  /** When, where the file does not say. */
  readonly time: string;
  /** Decisions that are there already. */
  readonly known: readonly Decision[];
}

/** Decisions of a file. */
export interface Imported {
  /** Those that are new, in the order of the file; without a time of its own, what its author does not say already. */
  readonly decisions: readonly Decision[];
  /** How many were there already. */
  readonly repeated: number;
  readonly notices: readonly string[];
}

/**
 * Reads decisions that were made elsewhere: an export of Label Studio or Argilla, or a `review.jsonl` of another folder. All of them
 * are of this audit, or none is taken.
 * @throws SymlossError naming task and fault: another form, a row or class that the audit does not have, content that changed
 */
export async function importDecisions(
  path: string,
  review: Reviewed,
  options: ImportOptions,
): Promise<Imported> {
  const { named, notices } = path.endsWith('.jsonl')
    ? await ofLines(path)
    : { named: await ofJson(path, review.audit.classes, options), notices: [] };
  const decisions = named.map(({ decision }) => decision);
  checkDecisions(decisions, review, (i) => named[i]?.where as string);
  const seen = new Set(options.known.map(timedKey));
  const stands = standing(options.known);
  const fresh = named.filter(({ decision, isTimed }) => {
    const last = stands.get(decision.row)?.findLast(({ author }) => author === decision.author);
    if (!isTimed) return last === undefined || answerKey(last) !== answerKey(decision);
    const key = timedKey(decision);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
  return {
    decisions: fresh.map(({ decision }) => decision),
    repeated: named.length - fresh.length,
    notices,
  };
}

const answerKey = (own: Decision): string =>
  JSON.stringify([own.action, own.action === 'label' ? own.label : null]);

/** Equal for a decision that is read again. */
const timedKey = (own: Decision): string =>
  JSON.stringify([own.row, own.author, Date.parse(own.time), answerKey(own)]);

interface Named {
  readonly where: string;
  readonly decision: Decision;
  /** Whether the file says when it was made. */
  readonly isTimed: boolean;
}

async function ofLines(path: string) {
  const { decisions, notices } = await readDecisions(path);
  if (decisions.length === 0) throw new SymlossError(path, 'decisions', 'none');
  const named = decisions.map(
    (decision, i): Named => ({ decision, where: `${path}, decision ${i + 1}`, isTimed: true }),
  );
  return { named, notices };
}

const expected = 'an export of Label Studio or Argilla in JSON, or a review.jsonl';

async function ofJson(
  path: string,
  classes: readonly string[],
  { author, time }: ImportOptions,
): Promise<Named[]> {
  const value = await readJson(path, { expected });
  if (!Array.isArray(value))
    throw new SymlossError(path, 'a list of tasks or records', show(value));
  const format = value.length === 0 ? undefined : formatOf(path, value[0]);
  const named: Named[] = [];
  for (const [i, element] of value.entries()) {
    if (typeof element !== 'object' || element === null) {
      throw new SymlossError(`${path}, [${i}]`, 'an object', show(element));
    }
    const where = `${path}, ${format?.element} ${idOf(element) ?? i + 1}`;
    for (const read of format?.read(element, where, classes) ?? []) {
      const { row, given, content } = read.mark;
      const made = {
        ...{ row, given, ...read.answer, content },
        ...{ time: utc(read.time ?? time), author: read.author ?? author },
      };
      const decision = parsed(decisionSchema, made, where);
      named.push({ where, decision, isTimed: read.time !== undefined });
    }
  }
  return named;
}

function idOf(element: object): string | number | undefined {
  const id = 'id' in element ? element.id : undefined;
  return typeof id === 'string' || typeof id === 'number' ? id : undefined;
}

/** A time as `review.jsonl` has it; what is none is left to its schema. */
function utc(time: string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? time : date.toISOString();
}

function formatOf(path: string, first: unknown): ExchangeFormat {
  const isObject = typeof first === 'object' && first !== null;
  const found = isObject ? exchangeFormats.find((format) => format.recognises(first)) : undefined;
  if (found !== undefined) return found;
  throw new SymlossError(
    `${path}, [0]`,
    'a task of Label Studio or a record of Argilla',
    show(first),
    { hint: isObject ? 'from Label Studio export as JSON, not as JSON-MIN' : undefined },
  );
}
