import { SymlossError } from '../../../core/index.ts';

/** Does what is done with a path that is called otherwise in messages. @throws what `work` throws, in those words */
export async function callingIt<T>(
  path: string,
  called: string | undefined,
  work: () => Promise<T>,
): Promise<T> {
  if (called === undefined) return work();
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SymlossError)) throw error;
    const [where, expected, received, hint] = (
      ['where', 'expected', 'received', 'hint'] as const
    ).map((part) => error.parts[part]?.replaceAll(path, called)) as [
      string,
      string,
      string,
      string,
    ];
    const { kind, cause } = error;
    throw new SymlossError(where, expected, received, { hint, kind, cause });
  }
}

/** The same for what is done piece by piece. */
export async function* callingPieces<T>(
  path: string,
  called: string | undefined,
  pieces: AsyncIterable<T>,
): AsyncGenerator<T> {
  const iterator = pieces[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await callingIt(path, called, () => iterator.next());
      if (next.done) return;
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}

/** Texts in which a path is called otherwise. */
export function calling(
  texts: readonly string[],
  path: string,
  called: string | undefined,
): readonly string[] {
  return called === undefined ? texts : texts.map((text) => text.replaceAll(path, called));
}
