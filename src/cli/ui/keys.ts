import { on } from 'node:events';
import { emitKeypressEvents } from 'node:readline';

/** A terminal that keys come from. */
export interface Keyboard extends NodeJS.ReadableStream {
  readonly isTTY?: boolean | undefined;
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

/**
 * Keys as they are pressed: the character, or `enter`, `backspace`, `escape`, `ctrl-c`. The terminal is as it was before when the loop is
 * left, however that happens; it ends where the input does.
 * @throws the reason of the signal
 */
export async function* keysOf(input: Keyboard, signal?: AbortSignal): AsyncGenerator<string> {
  emitKeypressEvents(input);
  const events = on(input, 'keypress', { signal, close: ['end', 'close'] });
  input.setRawMode?.(true);
  try {
    input.resume();
    for await (const [text, key] of events) {
      const name = keyName(text as string | undefined, key as Key);
      if (name !== undefined) yield name;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    input.setRawMode?.(false);
    input.pause();
  }
}

function keyName(text: string | undefined, { name = '', ctrl, meta }: Key): string | undefined {
  if (ctrl) return name === '' ? undefined : `ctrl-${name}`;
  const own = named[name];
  if (own !== undefined) return own;
  return meta || text === undefined || /\p{Cc}/u.test(text) ? undefined : text;
}
