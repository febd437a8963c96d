import type { RowField } from '../../data/index.ts';
import type { Html } from '../html.ts';
import { html } from '../html.ts';
import type { Content } from './contents.ts';
import { markedParts } from './marked-parts.ts';
import type { RowMarks } from './marks.ts';

/** Characters of a text that are shown at once. */
const mostCharacters = 280;
/** What is behind it, at most: pages hold a hundred rows. */
const [longest, mostMore] = [20_000, 100];

export interface ContentOptions {
  readonly marks?: RowMarks | undefined;
  /** Values that are shown at once. Default: 16. */
  readonly mostFields?: number;
}

/** A row's content. @param name of the row */
export function contentHtml(
  content: Content,
  name: string,
  { marks, mostFields = 16 }: ContentOptions = {},
): Html {
  if (content.kind === 'image') {
    const { source, width, height } = content;
    const size = `${width} × ${height} pixels`;
    return html`<img class="picture" src="${source}" width="${`${width}`}" height="${`${height}`}" alt="Image of ${name}, ${size}">`;
  }
  const { fields } = content;
  const [only] = fields;
  if (fields.length === 1 && only?.isText === true) return valueHtml(only, marks);
  const more = fields.slice(mostFields, mostFields + mostMore);
  const left = fields.length - mostFields - more.length;
  return html`${listHtml(fields.slice(0, mostFields), marks)}${
    more.length > 0 &&
    html`<details><summary>${`${fields.length - mostFields}`} more values</summary>${listHtml(more, marks)}${left > 0 && html`<p class="note">and ${`${left}`} more</p>`}</details>`
  }`;
}

function listHtml(fields: readonly RowField[], marks: RowMarks | undefined): Html {
  return html`<dl class="values">${fields.map((field) => html`<div><dt>${field.name}</dt><dd>${valueHtml(field, marks)}</dd></div>`)}</dl>`;
}

function valueHtml({ name, text, isText }: RowField, marks: RowMarks | undefined): Html {
  const isMarked = marks?.columns.has(name) === true;
  if (text === undefined) {
    return html`<span class="missing">${isMarked ? html`<mark>missing</mark>` : 'missing'}</span>`;
  }
  const mark = (part: string) => {
    if (isText) return markedHtml(part, marks?.words ?? new Set());
    return isMarked ? html`<mark>${part}</mark>` : html`${part}`;
  };
  const element = (content: Html) =>
    isText ? html`<p class="text">${content}</p>` : html`<span>${content}</span>`;
  if (text.length <= mostCharacters) return element(mark(text));
  const start = beginning(text, mostCharacters);
  const whole = text.length > longest ? `${beginning(text, longest)}…` : text;
  return html`${element(html`${mark(start)}…`)}<details><summary>The whole text (${text.length.toLocaleString('en-US')} characters)</summary><p class="text">${mark(whole)}</p></details>`;
}

/** The first characters of a text, to the end of a word if there is one, without half of a surrogate pair. */
function beginning(text: string, most: number): string {
  const cut = text.slice(0, most);
  const blank = cut.lastIndexOf(' ');
  return (blank > most / 2 ? cut.slice(0, blank) : cut).replace(/[\ud800-\udbff]$/, '');
}

function markedHtml(text: string, marked: ReadonlySet<string>): Html {
  const parts = markedParts(text, marked);
  return html`${parts.map(({ text: part, isMarked }) => (isMarked ? html`<mark>${part}</mark>` : part))}`;
}
