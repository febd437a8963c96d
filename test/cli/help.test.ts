import { describe, expect, test } from 'vitest';
import { buildProgram } from '../../src/cli/program.ts';

const program = buildProgram({ out: { write: () => {} }, err: { write: () => {} } }, () => {});

/** The help of an option of a command. */
function helpOf(name: string, long: string): string | undefined {
  const command = program.commands.find((each) => each.name() === name);
  return command?.options.find((option) => option.long === long)?.description;
}

describe('help on --threads says what a command takes by itself', () => {
  const meaning = 'threads of one run; with the loss auto, trainings at the same time; default:';
  const ofMany = 'the cores shared among the runs at the same time';

  test.each([
    ['train', '1; where all runs choose their loss, the cores shared among them'],
    ['audit', '1'],
    ['apply', 'as in the audit, else 1'],
    ['worker', ofMany],
    ...['bench', 'sweep', 'tune'].map((name) => [
      name,
      `${ofMany}, more than one where they are fewer`,
    ]),
  ])('%s', (name, words) => {
    expect(helpOf(name as string, '--threads')).toBe(`${meaning} ${words}`);
  });
});
