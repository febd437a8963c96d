/** Text that is HTML already. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Atom = Html | string | undefined | false;
type Content = Atom | readonly Atom[];

/** Puts HTML together: whatever is not `Html` is escaped; `undefined` and `false` are nothing. */
export function html(pieces: TemplateStringsArray, ...values: readonly Content[]): Html {
  return new Html(pieces.reduce((text, piece, i) => text + contentOf(values[i - 1]) + piece));
}

function contentOf(value: Content): string {
  return typeof value === 'object' && !(value instanceof Html)
    ? value.map(textOf).join('')
    : textOf(value);
}

function textOf(value: Atom): string {
  if (value === undefined || value === false) return '';
  return typeof value === 'string' ? escapeHtml(value) : value.text;
}

/** Safe as text and within quoted attributes. */
export function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

/** JSON that may stand in a `<script>`: no `<`, so neither `</script>` nor `<!--` can occur. */
export function embeddedJson(value: unknown): Html {
  return new Html(JSON.stringify(value).replaceAll('<', '\\u003c'));
}
