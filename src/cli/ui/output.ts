/** Where a command writes what it is asked for. */
export interface Output {
  write(text: string): unknown;
  /** Of a stream: it says when there is room, and that nobody reads any more. */
  once?(event: 'drain' | 'error' | 'close', use: () => void): unknown;
  off?(event: 'drain' | 'error' | 'close', use: () => void): unknown;
}

/** Writes a text, and waits until there is room for more. @returns whether somebody still reads */
export async function writeWithPatience(out: Output, text: string): Promise<boolean> {
  if (out.write(text) !== false || out.once === undefined) return true;
  return new Promise((resolve) => {
    const ended = { drain: () => end(true), error: () => end(false), close: () => end(false) };
    const events = Object.keys(ended) as (keyof typeof ended)[];
    const end = (isRead: boolean) => {
      for (const event of events) out.off?.(event, ended[event]);
      resolve(isRead);
    };
    for (const event of events) out.once?.(event, ended[event]);
  });
}
