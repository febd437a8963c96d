import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Decision } from '../../src/review/index.ts';
import {
  appendDecision,
  appendDecisions,
  conflicts,
  decided,
  readDecisions,
} from '../../src/review/index.ts';
import { folders } from '../cli/run.ts';
import { faultOf } from '../messages.ts';
import { decision, exclude, label, skip, undo } from './decided.ts';

const folder = folders('decisions');

/** Row and answer of each row that is decided. */
const answers = (decisions: readonly Decision[]) =>
  [...decided(decisions)].map(([row, own]) => [
    row,
    own.action === 'label' ? own.label : own.action,
  ]);

describe('what stands of a row', () => {
  test('is the latest decision, whoever made it', () => {
    expect(
      answers([
        decision(3, 1, label('cat')),
        decision(5, 2, exclude),
        decision(3, 3, label('dog'), 'bob'),
      ]),
    ).toEqual([
      [3, 'dog'],
      [5, 'exclude'],
    ]);
  });

  test('is by time, not by the order of the lines', () => {
    expect(answers([decision(3, 9, label('cat')), decision(3, 1, exclude)])).toEqual([[3, 'cat']]);
    const [first, second] = [decision(3, 1, label('cat')), decision(3, 1, exclude)];
    expect(answers([first, second])).toEqual([[3, 'exclude']]);
    expect(answers([second, first])).toEqual([[3, 'cat']]);
  });

  test('is by time across time zones', () => {
    const early = { ...decision(3, 0, exclude), time: '2026-03-01T12:30:00+02:00' };
    expect(answers([decision(3, 31, label('cat')), early])).toEqual([[3, 'cat']]);
    expect(answers([decision(3, 29, label('cat')), early])).toEqual([[3, 'exclude']]);
  });

  test('is what was there before where the last decision was taken back', () => {
    const two = [decision(3, 1, label('cat')), decision(3, 2, exclude)];
    expect(answers([...two, decision(3, 3, undo)])).toEqual([[3, 'cat']]);
    expect(answers([...two, decision(3, 3, undo), decision(3, 4, undo)])).toEqual([]);
    expect(answers([...two, decision(4, 3, undo)])).toEqual([[3, 'exclude']]);
    // nobody takes back what another decided
    expect(answers([...two, decision(3, 3, undo, 'bob')])).toEqual([[3, 'exclude']]);
  });

  test('does not change by a skip, which is taken back like a decision', () => {
    const two = [decision(3, 1, label('cat')), decision(3, 2, skip), decision(7, 3, skip)];
    expect(answers(two)).toEqual([[3, 'cat']]);
    expect(answers([...two, decision(3, 4, undo)])).toEqual([[3, 'cat']]);
    expect(answers([...two, decision(3, 4, undo), decision(3, 5, undo)])).toEqual([]);
  });
});

test('conflicts are rows that authors decided differently in the end', () => {
  const decisions = [
    decision(1, 1, label('cat')),
    decision(1, 2, label('dog'), 'bob'),
    decision(2, 1, label('cat')),
    decision(2, 2, label('cat'), 'bob'),
    decision(3, 1, exclude, 'bob'),
    decision(3, 2, label('cat')),
    decision(3, 3, exclude),
    decision(4, 1, label('cat')),
    decision(4, 2, exclude),
  ];
  expect([...conflicts(decisions)]).toEqual([[1, [decisions[0], decisions[1]]]]);
  // the last of each, the latest at the end
  const again = [...decisions, decision(1, 5, exclude)];
  expect(conflicts(again).get(1)).toEqual([decisions[1], again.at(-1)]);
});

describe('the file', () => {
  const three = [
    decision(1, 1, label('cat\n"é"')),
    decision(2, 2, exclude),
    decision(1, 3, undo),
  ] as [Decision, Decision, Decision];
  const textOf = (decisions: readonly Decision[]) =>
    decisions.map((own) => `${JSON.stringify(own)}\n`).join('');

  test('gives back what was added, one line each; none where there is none', async () => {
    const path = join(folder(), 'review.jsonl');
    expect(await readDecisions(path)).toEqual({ decisions: [], notices: [] });
    await appendDecision(path, three[0]);
    await appendDecisions(path, three.slice(1));
    await appendDecisions(path, []);
    expect(readFileSync(path, 'utf8')).toBe(textOf(three));
    expect(await readDecisions(path)).toEqual({ decisions: three, notices: [] });
  });

  test('loses nothing where many add to it at once', async () => {
    const path = join(folder(), 'review.jsonl');
    const many = Array.from({ length: 200 }, (_, i) => decision(i + 1, i % 60, label(`c${i}`)));
    await Promise.all(many.map((own) => appendDecision(path, own)));
    const { decisions } = await readDecisions(path);
    expect(decisions.toSorted((a, b) => a.row - b.row)).toEqual(many);
  });

  test('goes on after a last line that was cut short, wherever', async () => {
    const whole = Buffer.from(textOf([three[0]]));
    for (let cut = 1; cut < whole.length - 1; cut++) {
      const path = join(folder(), 'review.jsonl');
      writeFileSync(path, Buffer.concat([Buffer.from(textOf([three[1]])), whole.subarray(0, cut)]));
      expect(await readDecisions(path)).toEqual({
        decisions: [three[1]],
        notices: [`${path}: the last line was cut short, as by a crash, and is left out`],
      });
      await appendDecision(path, three[2]);
      expect(await readDecisions(path)).toEqual({ decisions: [three[1], three[2]], notices: [] });
    }
  });

  test('goes on after zeros, which a power cut may leave', async () => {
    const path = join(folder(), 'review.jsonl');
    writeFileSync(path, `${textOf([three[0]])}${'\0'.repeat(5000)}`);
    expect((await readDecisions(path)).decisions).toEqual([three[0]]);
    await appendDecision(path, three[1]);
    expect(await readDecisions(path)).toEqual({ decisions: [three[0], three[1]], notices: [] });
  });

  test('counts a whole last line without its end, and goes on after it', async () => {
    const path = join(folder(), 'review.jsonl');
    writeFileSync(path, textOf([three[0]]).trimEnd());
    expect(await readDecisions(path)).toEqual({ decisions: [three[0]], notices: [] });
    await appendDecision(path, three[1]);
    expect(readFileSync(path, 'utf8')).toBe(textOf([three[0], three[1]]));
  });

  const { author: _, ...anonymous } = three[1];
  test.each([
    ['no JSON', 'nonsense', 'expected a decision, received no JSON'],
    ['a cut line that is not the last', '{"row":1,"gi', 'expected a decision, received no JSON'],
    ['another action', JSON.stringify({ ...three[1], action: 'drop' }), ', action: expected'],
    ['no author', JSON.stringify(anonymous), ', author: expected a text, received nothing'],
    [
      'a row of none',
      JSON.stringify({ ...three[1], row: 0 }),
      ', row: expected an integer of at least 1, received 0',
    ],
    [
      'a time of another kind',
      JSON.stringify({ ...three[1], time: 'noon' }),
      ', time: expected a time in ISO 8601, received "noon"',
    ],
    [
      'a label of an exclusion',
      JSON.stringify({ ...three[1], label: 'cat' }),
      'expected settings that are known, received label',
    ],
  ])('refuses %s by file and line', async (_name, line, expected) => {
    const path = join(folder(), 'review.jsonl');
    writeFileSync(path, textOf([three[0]]));
    appendFileSync(path, `${line}\n${textOf([three[2]])}`);
    const message = await faultOf(readDecisions(path));
    expect(message.startsWith(`${path}, line 2`)).toBe(true);
    expect(message).toContain(expected);
  });

  test('refuses a last line that no decision begins with, and leaves it', async () => {
    const path = join(folder(), 'review.jsonl');
    writeFileSync(path, 'some notes');
    expect(await faultOf(readDecisions(path))).toBe(
      `${path}, line 1: expected a decision, received text of another kind; mend the line, or take the file away`,
    );
    expect(readFileSync(path, 'utf8')).toBe('some notes');
  });

  test('says why it cannot be added to', async () => {
    const path = folder();
    expect(await faultOf(appendDecision(path, three[0]))).toBe(
      `${path}: expected a file to add a decision to, received a folder`,
    );
  });
});
