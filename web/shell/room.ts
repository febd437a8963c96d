import type { Query } from './route.ts';

/** What a room is given. */
export interface RoomProps {
  /** What is chosen in it, from the address. */
  readonly query: Query;
  /** Puts choices into the address: those given change, `undefined` removes one, the others stay. */
  readonly choose: (choices: Readonly<Record<string, string | number | undefined>>) => void;
}
