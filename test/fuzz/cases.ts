import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stream } from '../../src/core/index.ts';
import type { Input } from './mutate.ts';
import { mutate, pick } from './mutate.ts';
import type { Target } from './target.ts';
import { targets } from './targets/index.ts';

/** One case: a number, of which the input follows, or the input itself. */
export interface Case {
  readonly target: string;
  readonly seed: number;
  readonly index: number;
  /** Files as base64, for a case that was saved. */
  readonly files?: Readonly<Record<string, string>>;
}

export type Outcome =
  | { readonly kind: 'read' | 'refused'; readonly peak: number }
  | { readonly kind: 'fault'; readonly reason: string; readonly peak: number };

/** Longer ones help nobody. */
const longestMessage = 4000;

const known = new Map<string, Promise<readonly Input[]>>();

function seedsOf(target: Target): Promise<readonly Input[]> {
  const found = known.get(target.name) ?? Promise.resolve(target.seeds());
  known.set(target.name, found);
  return found;
}

/** The input of a case, and the valid one that it was made of: the same in every process. */
export async function inputOf({ target: name, seed, index, files }: Case): Promise<[Input, Input]> {
  const target = targetOf(name);
  const seeds = await seedsOf(target);
  if (files !== undefined) {
    const given = Object.entries(files).map(([file, text]) => [file, Buffer.from(text, 'base64')]);
    return [Object.fromEntries(given), seeds[0] as Input];
  }
  const rng = stream(seed, `${name} ${index}`);
  const whole = seeds[index]; // first the valid inputs as they are
  if (whole !== undefined) return [whole, whole];
  const valid = pick(seeds, rng);
  return [mutate(valid, rng, target.kindOf), valid];
}

function targetOf(name: string): Target {
  const target = targets.find((one) => one.name === name);
  if (target === undefined) throw new Error(`no target ${name}`);
  return target;
}

/** Makes a case in a folder of its own. */
export async function runCase(one: Case): Promise<Outcome> {
  const [input, valid] = await inputOf(one);
  const folder = mkdtempSync(join(tmpdir(), 'symloss-fuzz-'));
  try {
    for (const [name, bytes] of Object.entries(input)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), bytes);
    }
    await targetOf(one.target).read(folder, input, valid);
    return { kind: 'read', peak: peak() };
  } catch (error) {
    const reason = input === valid ? `a valid input: ${String(error)}` : faultOf(error);
    if (reason !== undefined) return { kind: 'fault', reason, peak: peak() };
    return { kind: 'refused', peak: peak() };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Why an error is not a refusal that helps a user. */
function faultOf(error: unknown): string | undefined {
  // the compiled package has a class of that name, too
  if (!(error instanceof Error) || error.name !== 'SymlossError') {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  const { message } = error;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(message)) {
    return `a message with control characters: ${JSON.stringify(message).slice(0, 500)}`;
  }
  if (message.length <= longestMessage) return undefined;
  return `a message of ${message.length} characters: ${message.slice(0, 500)}`;
}

/** The most memory that this process had, in bytes. */
function peak(): number {
  return process.resourceUsage().maxRSS * 1024;
}
