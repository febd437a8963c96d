import { tokenPattern } from '../../graph/index.ts';

export interface MarkedPart {
  readonly text: string;
  readonly isMarked: boolean;
}

const token = new RegExp(tokenPattern, 'gu');

/** A text in parts, which together are all of it. @param marked words, in lower case */
export function markedParts(text: string, marked: ReadonlySet<string>): MarkedPart[] {
  const parts: MarkedPart[] = [];
  const add = (part: string, isMarked: boolean) => {
    if (part !== '') parts.push({ text: part, isMarked });
  };
  let end = 0;
  for (const { 0: word, index } of marked.size === 0 ? [] : text.matchAll(token)) {
    if (!marked.has(word.toLowerCase())) continue;
    add(text.slice(end, index), false);
    add(word, true);
    end = index + word.length;
  }
  add(text.slice(end), false);
  return parts;
}
