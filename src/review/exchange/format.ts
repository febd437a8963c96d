import { SymlossError, show } from '../../core/index.ts';
import type { Answer } from '../session.ts';
import type { Item, ItemMark, ShownRow } from './items.ts';
import { excludeChoice } from './items.ts';

/** A program that people label with. */
export interface ExchangeFormat {
  readonly name: string;
  /** Suspects as it reads them: plain data, for JSON. */
  write(items: readonly Item[], classes: readonly string[]): unknown;
  /** What the program has to be told of them. */
  readonly setup: {
    /** What it is, for people. */
    readonly about: string;
    /** The ending of its file. */
    readonly ending: string;
    text(kind: ShownRow['kind'], classes: readonly string[], file: string): string;
  };
  /** Whether an element of a file's list is of this format. */
  recognises(element: object): boolean;
  /**
   * The answers in an element.
   * @param where it is, for messages
   */
  read(element: unknown, where: string, classes: readonly string[]): readonly ReadAnswer[];
  /** What an element is called: `task`. */
  readonly element: string;
}

/** A decision that was read, before it is checked. */
export interface ReadAnswer {
  readonly mark: ItemMark;
  readonly answer: Answer;
  /** Absent where the file does not say who. */
  readonly author: string | undefined;
  /** ISO 8601; absent where the file does not say when. */
  readonly time: string | undefined;
}

/** What a choice says. @throws SymlossError unless it is a class or stands for none */
export function answerOfChoice(choice: string, classes: readonly string[], where: string): Answer {
  if (choice === excludeChoice(classes)) return { action: 'exclude' };
  if (classes.includes(choice)) return { action: 'label', label: choice };
  const names = classes.slice(0, 20).map(show).join(', ');
  throw new SymlossError(where, 'a class of the audit', show(choice), {
    hint: `its classes are ${names}${classes.length > 20 ? ', …' : ''}`,
  });
}
