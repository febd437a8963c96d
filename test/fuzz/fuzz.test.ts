import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Case } from './cases.ts';
import { inputOf } from './cases.ts';
import type { Taker } from './child.ts';
import type { Failure } from './driver.ts';
import { allTargets, runCases } from './driver.ts';

/*
 * Changed files, settings and messages go to everything that reads them. Each must be read, or
 * refused with a SymlossError of one line, within bounds of time and memory; where a second reader or a
 * checksum knows the values, those that are read must be right. More cases by hand:
 *
 *   SYMLOSS_FUZZ_CASES=100000 SYMLOSS_FUZZ_SEED=2 SYMLOSS_FUZZ_TARGETS=csv,npz npx vitest run test/fuzz
 *
 * Inputs that fail are saved in test/fuzz/cases/<target>/<seed>-<index>; those there are run again every time.
 */

const bounds = { seconds: 20, memory: 2 * 2 ** 30 };
const count = Number(process.env['SYMLOSS_FUZZ_CASES'] ?? 2000);
const seed = Number(process.env['SYMLOSS_FUZZ_SEED'] ?? 1);
const chosen = process.env['SYMLOSS_FUZZ_TARGETS']?.split(',');
const folder = fileURLToPath(new URL('cases', import.meta.url));

/** One case of each target whose turn it is, then the next. */
function* numbered(targets: readonly Taker[]): Generator<Case> {
  let made = 0;
  for (let round = 0; made < count; round++) {
    for (const { name, every } of targets) {
      if (round % every !== 0 || made >= count) continue;
      made++;
      yield { target: name, seed, index: round / every };
    }
  }
}

function savedCases(): Case[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Case);
}

/** Writes the input of a failure beside the others, so that it is run again from now on. */
async function save({ case: one, reason }: Failure): Promise<string> {
  const [input] = await inputOf(one);
  const texts = Object.entries(input).map(([name, bytes]) => [name, bytes.toString('base64')]);
  const file = join(folder, one.target, `${one.seed}-${one.index}.json`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(
    file,
    `${JSON.stringify({ ...one, reason: reason.split('\n')[0], files: Object.fromEntries(texts) })}\n`,
  );
  return `${file}: ${reason}`;
}

test('inputs that failed once are read or refused', { timeout: 120_000 }, async () => {
  const { failures } = await runCases(savedCases(), bounds);
  expect(
    failures.map(({ case: one, reason }) => `${one.target} ${one.seed}-${one.index}: ${reason}`),
  ).toEqual([]);
});

test(`${count} changed inputs are read or refused`, {
  timeout: 60_000 + 1000 * count,
}, async () => {
  const all = await allTargets();
  const own = all.filter(({ name }) => chosen?.includes(name) ?? true);
  const { counts, failures } = await runCases(numbered(own), bounds);
  const lines = Object.entries(counts).map(
    ([name, { read, refused }]) => `${name}: ${read} read, ${refused} refused`,
  );
  console.log(lines.join('\n'));
  const texts: string[] = [];
  for (const failure of failures) texts.push(await save(failure));
  expect(texts).toEqual([]);
  // a target that reads nothing, or refuses nothing, tests nothing
  if (count < 1000) return;
  for (const [name, { read, refused }] of Object.entries(counts)) {
    expect(Math.min(read, refused), name).toBeGreaterThan(0);
  }
});
