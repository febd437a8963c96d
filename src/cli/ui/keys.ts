import { on } from 'node:events';
import { emitKeypressEvents } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

/** A terminal that keys come from. */
export interface Keyboard extends NodeJS.ReadableStream {
  readonly isTTY?: boolean | undefined;
  readonly readableEnded?: boolean;
  setRawMode?(isRaw: boolean): unknown;
}

interface Key {
  readonly name?: string | undefined;
  readonly ctrl?: boolean;
  readonly meta?: boolean;
}

/** Keys with a name of their own; all others that write nothing are passed over. */
const named: Readonly<Record<string, string>> = {
  return: 'enter',
  enter: 'enter',
  backspace: 'backspace',
  escape: 'escape',
};

/** What was pressed before anything was shown comes within this, and is passed over. */
const unseenFor = 50; // milliseconds

/**
 * Lets `use` read keys as they are pressed: the character, or `enter`, `backspace`, `escape`, `ctrl-c`. They end where the input does.
 * The terminal is as it was before afterwards, however that ends.
 * @throws the reason of the signal, and what `use` throws
 */
export async function withKeys(
  input: Keyboard,
  signal: AbortSignal | undefined,
  use: (keys: AsyncIterable<string>) => Promise<void>,
): Promise<void> {
  emitKeypressEvents(input);
  input.setRawMode?.(true);
  try {
    input.resume();
    await delay(unseenFor);
    await use(keysOf(input, signal));
  } finally {
    input.setRawMode?.(false);
    input.pause();
  }
}

async function* keysOf(input: Keyboard, signal?: AbortSignal): AsyncGenerator<string> {
  if (input.readableEnded) return; // by Ctrl-D before it was asked
  try {
    const events = on(input, 'keypress', { signal, close: ['end', 'close'] });
    for await (const [text, key] of events) {
      const name = keyName(text as string | undefined, key as Key);
      if (name !== undefined) yield name;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

function keyName(text: string | undefined, { name = '', ctrl, meta }: Key): string | undefined {
  if (ctrl) return name === '' ? undefined : `ctrl-${name}`;
  const own = named[name];
  if (own !== undefined) return own;
  return meta || text === undefined || /\p{Cc}/u.test(text) ? undefined : text;
}
