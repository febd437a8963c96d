import type { Rng } from '../../src/core/index.ts';

/** A valid input: its files by name; a text to parse is one file. */
export type Input = Readonly<Record<string, Buffer>>;

/** Bytes that decide about lengths, signs, ends of lines and texts. */
const oddBytes = [0, 1, 0x0a, 0x0d, 0x22, 0x2c, 0x7f, 0x80, 0xfe, 0xff];

/** Texts that readers may take for something else. */
const oddTexts = [
  ...['', ' ', '0', '-0', '-1', '1e9', '1e400', '-1e-400', '0x10', '1_000', '9007199254740993'],
  ...['NaN', 'nan', 'Infinity', '-inf', 'null', 'true', 'undefined', '𝟙', '１', '\u0000', '\ufeff'],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', '../../etc/passwd', '/dev/zero'],
  ...[
    '\r',
    '\n',
    '\r\n',
    '\u2028',
    '\u001b[2J',
    '"',
    '""',
    "'",
    ',',
    ';',
    '\t',
    '(',
    ')',
    '=',
    '+',
  ],
  ...['&a', '*a', '!!js/function', '---', '# ', '{', '}', '[', ']', ': ', '<script>', '%00'],
];

const oddValues: readonly unknown[] = [
  ...[0, -1, 1.5, 1e9, 1e308, 2 ** 53, -(2 ** 31), 1e-320, '', 'x', '1', '__proto__', '\u0000'],
  ...[
    null,
    true,
    false,
    [],
    {},
    [[]],
    [null],
    { length: 1e9 },
    { toString: 1 },
    'a'.repeat(70_000),
  ],
];

type Change = (bytes: Buffer, rng: Rng) => Buffer;

/** Changes of bytes, whatever they stand for. */
const byteChanges: readonly Change[] = [
  // one bit
  (bytes, rng) => withByte(bytes, rng, (byte) => byte ^ (1 << rng.integer(8))),
  (bytes, rng) => withByte(bytes, rng, () => rng.integer(256)),
  (bytes, rng) => withByte(bytes, rng, () => pick(oddBytes, rng)),
  // an integer of 1 to 8 bytes, the largest or the smallest
  (bytes, rng) => {
    const out = Buffer.from(bytes);
    const at = rng.integer(bytes.length);
    const end = Math.min(out.length, at + 2 ** rng.integer(4));
    return out.fill(rng.integer(2) === 0 ? 0 : 0xff, at, end);
  },
  // cut off
  (bytes, rng) => bytes.subarray(0, rng.integer(bytes.length)),
  (bytes, rng) => splice(bytes, rng, () => Buffer.alloc(0)),
  // a part once more, or elsewhere
  (bytes, rng) => splice(bytes, rng, (part) => Buffer.concat([part, part])),
  (bytes, rng) => {
    const from = rng.integer(bytes.length);
    return insert(bytes, rng, bytes.subarray(from, from + 1 + rng.integer(64)));
  },
  (bytes, rng) =>
    insert(
      bytes,
      rng,
      Buffer.from(Array.from({ length: 1 + rng.integer(16) }, () => rng.integer(256))),
    ),
  // very many of one
  (bytes, rng) => insert(bytes, rng, Buffer.alloc(rng.integer(200_000), pick(oddBytes, rng))),
];

const textChanges: readonly Change[] = [
  (bytes, rng) => insert(bytes, rng, Buffer.from(pick(oddTexts, rng))),
  (bytes, rng) => splice(bytes, rng, () => Buffer.from(pick(oddTexts, rng))),
  // another number, or word
  (bytes, rng) => replaceMatch(bytes, rng, /-?\d+(\.\d+)?/g, oddTexts),
  (bytes, rng) => replaceMatch(bytes, rng, /[A-Za-z_]\w*/g, oddTexts),
  // much of one thing
  (bytes, rng) => insert(bytes, rng, Buffer.from(pick(oddTexts, rng).repeat(rng.integer(20_000)))),
];

/** A change of one value of a JSON text, or of one of its lines; of other texts another change. */
function changeJson(bytes: Buffer, rng: Rng): Buffer {
  if (rng.integer(50) === 0) {
    const depth = 10 ** (2 + rng.integer(4));
    const isList = rng.integer(2) === 0;
    return Buffer.from(isList ? `${'['.repeat(depth)}${']'.repeat(depth)}` : '{"a":'.repeat(depth));
  }
  const lines = bytes
    .toString('utf8')
    .trimEnd()
    .split(/\n(?=\{)/);
  const at = rng.integer(lines.length);
  try {
    lines[at] = JSON.stringify(changeValue(JSON.parse(lines[at] as string), rng));
  } catch {
    return pick(textChanges, rng)(bytes, rng); // no JSON, or nested too deep
  }
  return Buffer.from(`${lines.join('\n')}\n`);
}

function changeValue(value: unknown, rng: Rng): unknown {
  if (typeof value !== 'object' || value === null || rng.integer(12) === 0)
    return pick(oddValues, rng);
  const entries = Object.entries(value);
  const at = rng.integer(entries.length + 1);
  if (at === entries.length) entries.push([pick(oddTexts, rng), pick(oddValues, rng)]);
  else {
    const [key, old] = entries[at] as [string, unknown];
    const how = rng.integer(8);
    if (how === 0) entries.splice(at, 1);
    else if (how === 1) entries.splice(at, 0, [key, old], [`${key} `, old]);
    else entries[at] = [key, changeValue(old, rng)];
  }
  return Array.isArray(value) ? entries.map(([, v]) => v) : Object.fromEntries(entries);
}

export type Kind = 'bytes' | 'text' | 'json';

const changes: Readonly<Record<Kind, readonly Change[]>> = {
  bytes: byteChanges,
  text: [...byteChanges, ...textChanges, ...textChanges],
  json: [
    ...byteChanges,
    ...textChanges,
    ...byteChanges.map(() => changeJson),
    changeJson,
    changeJson,
  ],
};

/** One to four changes of one of the input's files. */
export function mutate(input: Input, rng: Rng, kindOf: (file: string) => Kind): Input {
  const name = pick(Object.keys(input), rng);
  let bytes = input[name] as Buffer;
  const count = 1 + Math.floor(4 * rng.uniform() ** 2);
  for (let i = 0; i < count; i++) {
    if (bytes.length === 0) bytes = Buffer.from(pick(oddTexts, rng));
    else bytes = pick(changes[kindOf(name)], rng)(bytes, rng);
  }
  return { ...input, [name]: bytes };
}

export function pick<T>(items: readonly T[], rng: Rng): T {
  return items[rng.integer(items.length)] as T;
}

function withByte(bytes: Buffer, rng: Rng, change: (byte: number) => number): Buffer {
  const out = Buffer.from(bytes);
  const at = rng.integer(out.length);
  out[at] = change(out[at] as number);
  return out;
}

function insert(bytes: Buffer, rng: Rng, part: Uint8Array): Buffer {
  const at = rng.integer(bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), part, bytes.subarray(at)]);
}

function splice(bytes: Buffer, rng: Rng, change: (part: Buffer) => Buffer): Buffer {
  const at = rng.integer(bytes.length);
  const end = Math.min(bytes.length, at + 1 + rng.integer(Math.max(1, bytes.length >> 2)));
  return Buffer.concat([
    bytes.subarray(0, at),
    change(bytes.subarray(at, end)),
    bytes.subarray(end),
  ]);
}

function replaceMatch(bytes: Buffer, rng: Rng, pattern: RegExp, texts: readonly string[]): Buffer {
  const text = bytes.toString('latin1');
  const found = [...text.matchAll(pattern)];
  if (found.length === 0) return insert(bytes, rng, Buffer.from(pick(texts, rng)));
  const { 0: old, index } = pick(found, rng);
  const before = Buffer.from(text.slice(0, index), 'latin1');
  const after = Buffer.from(text.slice(index + old.length), 'latin1');
  return Buffer.concat([before, Buffer.from(pick(texts, rng)), after]);
}
