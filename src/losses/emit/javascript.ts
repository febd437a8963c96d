import type { LossText } from './describe.ts';
import { wrap } from './describe.ts';

const width = 96;

/** A comment of JavaScript with what is said of a loss, before `@param` lines that the language adds. */
export function docComment(
  { title, paragraphs }: LossText,
  tags: readonly (readonly [tag: string, words: string])[],
): string[] {
  const lines = [[title], ...paragraphs].flatMap((paragraph, i) => [
    ...(i === 0 ? [] : ['']),
    ...paragraph.flatMap((line) => wrap(line, width)),
  ]);
  const last = tags.flatMap(([tag, words]) => {
    const [first = '', ...more] = wrap(`${tag} ${words}`, width);
    return [first, ...more.map((line) => `  ${line}`)];
  });
  return ['/**', ...[...lines, '', ...last].map((line) => ` * ${line}`.trimEnd()), ' */'];
}

export function indented(line: string): string {
  return line === '' ? '' : `  ${line}`;
}
