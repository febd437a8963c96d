import { wilsonInterval } from '../core/index.ts';
import type { AuditedRow } from './audited-rows.ts';
import { chosen, notChosen } from './choose-class.ts';
import type { Decision } from './decisions.ts';
import { decided, lastOf } from './decisions.ts';

type Asked = Pick<AuditedRow, 'row' | 'given' | 'suggested'>;

/** Somebody who goes through suspects: plain data, which keys change. */
export interface Session {
  readonly classes: readonly string[];
  readonly author: string;
  /** All suspects, in the order in which they are asked. */
  readonly suspects: readonly Asked[];
  /** All decisions so far, in the order of the file. */
  readonly decisions: readonly Decision[];
  /** What is asked for. */
  readonly queue: readonly Asked[];
  /** The place in the queue; its length at the end. */
  readonly at: number;
  /** What was typed of the name of another class; `undefined` while no class is chosen. */
  readonly typed: string | undefined;
}

/** What a decision says, beside who, when and on what content. */
export type Answer =
  | { readonly action: 'label'; readonly label: string }
  | { readonly action: 'exclude' | 'skip' | 'undo' };

/** What a key asks for, in this order. */
export type Effect =
  | { readonly kind: 'decide'; readonly suspect: Asked; readonly answer: Answer }
  /** Show the suspect that is asked about, shortened or in full, or that there is none. */
  | { readonly kind: 'show'; readonly full: boolean }
  /** Show which classes there are, or those that begin with what was typed. */
  | { readonly kind: 'classes' }
  /** Show what was typed. */
  | { readonly kind: 'typed' }
  | { readonly kind: 'say'; readonly text: string }
  | { readonly kind: 'help' }
  | { readonly kind: 'quit'; readonly isInterrupt: boolean };

export interface SessionOptions
  extends Pick<Session, 'classes' | 'author' | 'suspects' | 'decisions'> {
  /** Ask about suspects that are decided, too. */
  readonly again: boolean;
}

export function startSession({ again, ...own }: SessionOptions): Session {
  const done = decided(own.decisions);
  const queue = again ? own.suspects : own.suspects.filter(({ row }) => !done.has(row));
  return { ...own, queue, at: 0, typed: undefined };
}

/** The suspect that is asked about. */
export function current({ queue, at }: Session): Asked | undefined {
  return queue[at];
}

/** A session that knows of a decision that was written down. */
export function withDecision(session: Session, decision: Decision): Session {
  return { ...session, decisions: [...session.decisions, decision] };
}

interface Step {
  readonly session: Session;
  readonly effects: readonly Effect[];
}

/**
 * What a key does. Nothing is written down here: whoever carries out `decide` adds the decision with `withDecision`.
 * @param key a character, or `enter`, `backspace`, `escape`, `ctrl-c`
 */
export function press(session: Session, key: string): Step {
  if (key === 'ctrl-c' || key === 'ctrl-d') {
    return { session, effects: [{ kind: 'quit', isInterrupt: key === 'ctrl-c' }] };
  }
  return session.typed === undefined ? ask(session, key) : choose(session, session.typed, key);
}

const say = (session: Session, text: string): Step => ({
  ...{ session, effects: [{ kind: 'say', text }] },
});

function ask(session: Session, key: string): Step {
  const suspect = current(session);
  switch (key.toLowerCase()) {
    case 'q':
      return { session, effects: [{ kind: 'quit', isInterrupt: false }] };
    case '?':
    case 'h':
      return { session, effects: [{ kind: 'help' }] };
    case 'u':
      return undo(session);
  }
  if (suspect === undefined) return say(session, 'nothing is left to decide: u or q');
  switch (key.toLowerCase()) {
    case 'a':
      return decide(session, suspect, { action: 'label', label: suspect.suggested });
    case 'k':
      return decide(session, suspect, { action: 'label', label: suspect.given });
    case 'x':
      return decide(session, suspect, { action: 'exclude' });
    case 's':
      return decide(session, suspect, { action: 'skip' });
    case 'v':
      return { session, effects: [{ kind: 'show', full: true }] };
    case 'o':
      return {
        session: { ...session, typed: '' },
        effects: [{ kind: 'classes' }, { kind: 'typed' }],
      };
    default:
      return say(session, `no such key: ${key}; ? shows those that there are`);
  }
}

function decide(session: Session, suspect: Asked, answer: Answer): Step {
  return {
    session: { ...session, at: session.at + 1, typed: undefined },
    effects: [
      { kind: 'decide', suspect, answer },
      { kind: 'show', full: false },
    ],
  };
}

/** Takes back the author's last decision, of an earlier session too, and asks about its row. */
function undo(session: Session): Step {
  const { suspects, queue, at } = session;
  const rows = new Map(suspects.map((suspect) => [suspect.row, suspect]));
  const last = lastOf(
    session.decisions.filter(({ row }) => rows.has(row)),
    session.author,
  );
  if (last === undefined) return say(session, `nothing to take back of ${session.author}`);
  const suspect = rows.get(last.row) as Asked;
  const place = queue.findIndex(({ row }) => row === last.row);
  const asked = place >= 0 ? queue : [...queue.slice(0, at), suspect, ...queue.slice(at)];
  return {
    session: { ...session, queue: asked, at: place >= 0 ? place : at },
    effects: [
      { kind: 'decide', suspect, answer: { action: 'undo' } },
      { kind: 'show', full: false },
    ],
  };
}

function choose(session: Session, typed: string, key: string): Step {
  const type = (text: string): Step => ({
    session: { ...session, typed: text },
    effects: [{ kind: 'typed' }],
  });
  if (key === 'escape') {
    return { session: { ...session, typed: undefined }, effects: [{ kind: 'show', full: false }] };
  }
  if (key === 'backspace') return type([...typed].slice(0, -1).join(''));
  if (key !== 'enter') return [...key].length === 1 ? type(typed + key) : type(typed);
  const label = chosen(session.classes, typed);
  const suspect = current(session);
  if (label !== undefined && suspect !== undefined) {
    return decide(session, suspect, { action: 'label', label });
  }
  return {
    session,
    effects: [{ kind: 'say', text: notChosen(session.classes, typed) }, { kind: 'typed' }],
  };
}

/** How far a review is. */
export interface Tally {
  readonly suspects: number;
  readonly decided: number;
  /** Decided suspects whose label was wrong: of another class, or of none. */
  readonly wrong: number;
  /** 95 % interval of their share; `undefined` while none is decided. */
  readonly interval: readonly [number, number] | undefined;
}

export function tally({ suspects, decisions }: Pick<Session, 'suspects' | 'decisions'>): Tally {
  const verdicts = decided(decisions);
  const own = suspects.flatMap(({ row, given }) => {
    const verdict = verdicts.get(row);
    return verdict === undefined ? [] : [verdict.action === 'exclude' || verdict.label !== given];
  });
  const wrong = own.filter(Boolean).length;
  const interval = own.length === 0 ? undefined : wilsonInterval(wrong, own.length);
  return { suspects: suspects.length, decided: own.length, wrong, interval };
}
