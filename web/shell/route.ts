/** What stands after the `#` of the address: a room, and what is chosen in it. */
export interface Route {
  /** The name of a room, or of none: `losses`. */
  readonly room: string;
  readonly query: Query;
}

/** Values by name, in the order in which the address has them. */
export type Query = Readonly<Record<string, string>>;

/** `#/losses?spec=sgce:q=0.4&k=3`; an empty address is that of the first room. */
export function parseRoute(hash: string, first: string): Route {
  const [path = '', query = ''] = splitOnce(hash.replace(/^#\/?/, ''), '?');
  const room = path.replace(/\/+$/, '');
  return {
    room: room === '' ? first : decode(room),
    query: Object.fromEntries(
      query
        .split('&')
        .filter((pair) => pair !== '')
        .map((pair) => splitOnce(pair, '=').map(decode)),
    ),
  };
}

/** The address of a route; values that are `undefined` are left out. */
export function formatRoute(
  room: string,
  query: Readonly<Record<string, string | number | undefined>> = {},
): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${encode(name)}=${encode(String(value))}`],
  );
  return `#/${encode(room)}${pairs.length === 0 ? '' : `?${pairs.join('&')}`}`;
}

/** Specs stay legible: `sgce:q=0.4` rather than `sgce%3Aq%3D0.4`. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(/%(3A|3D|2C|2F)/g, decodeURIComponent);
}

/** Text that was not encoded, such as a lone `%`, as it is. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
