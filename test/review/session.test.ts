import { describe, expect, test } from 'vitest';
import type { Answer, Decision, Effect, Session } from '../../src/review/index.ts';
import {
  candidates,
  current,
  decided,
  press,
  startSession,
  tally,
  withDecision,
} from '../../src/review/index.ts';
import { decision, exclude, label } from './decided.ts';

const suspects = [
  { row: 12, given: 'dog', suggested: 'cat' },
  { row: 5, given: 'cat', suggested: 'dog' },
  { row: 30, given: 'dog', suggested: 'cow' },
];
const classes = ['cat', 'camel', 'cow', 'dog'];
const base = { author: 'ann', classes, suspects, decisions: [], again: false };

/** Presses keys one after the other, and writes down what is decided as a terminal would. */
function play(start: Session, keys: readonly string[]) {
  let session = start;
  const effects: Effect[] = [];
  for (const key of keys) {
    const step = press(session, key);
    session = step.session;
    effects.push(...step.effects);
    for (const effect of step.effects) {
      if (effect.kind !== 'decide') continue;
      const { suspect, answer } = effect;
      const made = decision(suspect.row, session.decisions.length, answer, session.author);
      session = withDecision(session, { ...made, given: suspect.given });
    }
  }
  return { session, effects };
}

const answersOf = (session: Session) =>
  session.decisions.map((own) => [own.row, own.action === 'label' ? own.label : own.action]);

describe('keys', () => {
  test.each<[string, Answer]>([
    ['a', { action: 'label', label: 'cat' }],
    ['A', { action: 'label', label: 'cat' }],
    ['k', { action: 'label', label: 'dog' }],
    ['x', { action: 'exclude' }],
    ['s', { action: 'skip' }],
  ])('%s decides on the first suspect and shows the next', (key, answer) => {
    const { session, effects } = press(startSession(base), key);
    expect(effects).toEqual([
      { kind: 'decide', suspect: suspects[0], answer },
      { kind: 'show', full: false },
    ]);
    expect(current(session)).toEqual(suspects[1]);
  });

  test.each<[string, Effect]>([
    ['?', { kind: 'help' }],
    ['v', { kind: 'show', full: true }],
    ['q', { kind: 'quit', isInterrupt: false }],
    ['ctrl-d', { kind: 'quit', isInterrupt: false }],
    ['ctrl-c', { kind: 'quit', isInterrupt: true }],
    ['z', { kind: 'say', text: 'no such key: z; ? shows those that there are' }],
    ['enter', { kind: 'say', text: 'no such key: enter; ? shows those that there are' }],
    ['u', { kind: 'say', text: 'nothing to take back of ann' }],
  ])('%s decides nothing', (key, effect) => {
    const start = startSession(base);
    expect(press(start, key)).toEqual({ session: start, effects: [effect] });
  });

  test('at the end take back or quit', () => {
    const { session, effects } = play(startSession(base), ['a', 'k', 'x', 'a']);
    expect(current(session)).toBeUndefined();
    expect(effects.at(-1)).toEqual({ kind: 'say', text: 'nothing is left to decide: u or q' });
    expect(press(session, 'q').effects).toEqual([{ kind: 'quit', isInterrupt: false }]);
    expect(current(play(session, ['u']).session)).toEqual(suspects[2]);
  });
});

describe('another class', () => {
  test('is chosen by the beginning of its name', () => {
    const { session, effects } = play(startSession(base), ['o', 'C', 'o', 'enter', 'a']);
    expect(effects.slice(0, 2)).toEqual([{ kind: 'classes' }, { kind: 'typed' }]);
    expect(answersOf(session)).toEqual([
      [12, 'cow'],
      [5, 'dog'],
    ]);
  });

  test('is chosen by its number', () => {
    expect(answersOf(play(startSession(base), ['o', '2', 'enter']).session)).toEqual([
      [12, 'camel'],
    ]);
  });

  test('is asked for until one is meant; keys are letters of the name meanwhile', () => {
    const { session, effects } = play(startSession(base), ['o', 'c', 'a', 'enter']);
    expect(session.decisions).toEqual([]);
    expect(effects.at(-2)).toEqual({ kind: 'say', text: '2 classes begin with ca: type more' });
    const none = play(session, ['q', 'enter']);
    expect(none.effects.at(-2)).toEqual({ kind: 'say', text: 'no class begins with caq' });
    const found = play(none.session, ['backspace', 'm', 'enter']);
    expect(answersOf(found.session)).toEqual([[12, 'camel']]);
    expect(found.session.typed).toBeUndefined();
  });

  test('is not asked for after escape, and nothing typed means none', () => {
    const { session } = play(startSession(base), ['o', 'c', 'escape', 'k']);
    expect(answersOf(session)).toEqual([[12, 'dog']]);
    const empty = play(startSession(base), ['o', 'enter']);
    expect(empty.session.decisions).toEqual([]);
    expect(empty.effects.at(-2)).toEqual({
      kind: 'say',
      text: 'type its number or the beginning of its name',
    });
  });

  test('whose name begins another one is meant by all of it', () => {
    const start = startSession({ ...base, classes: ['dogs', 'dog'] });
    expect(answersOf(play(start, ['o', 'd', 'o', 'g', 'enter']).session)).toEqual([[12, 'dog']]);
  });

  test('has no number where names are numbers', () => {
    expect(candidates(['7', '1', '17'], '1')).toEqual(['1', '17']);
    expect(candidates(classes, '1')).toEqual(['cat']);
    expect(candidates(classes, '5')).toEqual([]);
    expect(candidates(classes, '0')).toEqual([]);
    expect(candidates(classes, '')).toEqual(classes);
  });
});

describe('what is asked', () => {
  const earlier: Decision[] = [
    { ...decision(12, 1, label('cat')), given: 'dog' },
    { ...decision(30, 2, { action: 'skip' }), given: 'dog' },
    { ...decision(5, 3, exclude, 'bob'), given: 'cat' },
  ];

  test('is what nobody decided; skipped rows are asked again', () => {
    const session = startSession({ ...base, decisions: earlier });
    expect(session.queue).toEqual([suspects[2]]);
  });

  test('is all of it where that is asked for', () => {
    expect(startSession({ ...base, decisions: earlier, again: true }).queue).toEqual(suspects);
  });
});

describe('taking back', () => {
  test('goes back decision by decision, skips too, and what stands follows', () => {
    const { session } = play(startSession(base), ['a', 's', 'x', 'u', 'u', 'u']);
    expect(answersOf(session).slice(3)).toEqual([
      [30, 'undo'],
      [5, 'undo'],
      [12, 'undo'],
    ]);
    expect(current(session)).toEqual(suspects[0]);
    expect(decided(session.decisions).size).toBe(0);
    expect(press(session, 'u').effects[0]?.kind).toBe('say');
  });

  test('then deciding otherwise goes on with the row that was next', () => {
    const { session } = play(startSession(base), ['a', 'a', 'u', 'k']);
    expect(current(session)).toEqual(suspects[2]);
    expect(answersOf(session).at(-1)).toEqual([5, 'cat']);
  });

  test('reaches decisions of an earlier review, which are asked about again, but not those of others', () => {
    const decisions = [
      { ...decision(12, 1, label('cat')), given: 'dog' },
      { ...decision(5, 2, exclude, 'bob'), given: 'cat' },
    ];
    const { session } = play(startSession({ ...base, decisions }), ['u']);
    expect(current(session)).toEqual(suspects[0]);
    expect(session.queue).toEqual([suspects[0], suspects[2]]);
    const after = play(session, ['k']);
    expect(current(after.session)).toEqual(suspects[2]);
    expect(press(after.session, 'u').session.queue).toEqual([suspects[0], suspects[2]]);
    const [mine] = decisions;
    expect(
      play(startSession({ ...base, decisions: [mine!] }), ['u', 'u']).session.decisions,
    ).toHaveLength(2);
  });

  test('of a second look leaves the first decision standing', () => {
    const decisions = [{ ...decision(12, 1, label('cat')), given: 'dog' }];
    const start = startSession({ ...base, decisions, again: true });
    const { session } = play({ ...start, author: 'bob' }, ['x', 'u']);
    expect([...decided(session.decisions)]).toEqual([[12, decisions[0]]]);
  });
});

test('the tally counts rows of another class or of none as wrong', () => {
  const { session } = play(startSession(base), ['a', 'k', 'x']);
  const { interval, ...counts } = tally(session);
  expect(counts).toEqual({ suspects: 3, decided: 3, wrong: 2 });
  // Wilson's score of 2 of 3
  expect(interval?.map((share) => share.toFixed(4))).toEqual(['0.2077', '0.9385']);
  expect(tally(startSession(base))).toEqual({
    ...{ suspects: 3, decided: 0, wrong: 0, interval: undefined },
  });
});
