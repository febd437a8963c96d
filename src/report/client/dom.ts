type Child = Node | string | undefined;
type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * An element. Children that are strings become text, never markup; an attribute that is `true` is
 * there without a value, one that is `false` or `undefined` is left out.
 */
export function element<T extends keyof HTMLElementTagNameMap>(
  tag: T,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[T] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false)
      node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(...children.filter((child) => child !== undefined));
  return node;
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** A labelled native `select`. */
export function select(
  label: string,
  choices: readonly Choice[],
  chosen: string,
  onChange: (value: string) => void,
): HTMLLabelElement {
  const control = element(
    'select',
    {},
    ...choices.map(({ value, label: text }) =>
      element('option', { value, selected: value === chosen }, text),
    ),
  );
  control.addEventListener('change', () => onChange(control.value));
  return element('label', { class: 'choice' }, element('span', {}, label), control);
}
