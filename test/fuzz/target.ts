import type { Input, Kind } from './mutate.ts';

/** Something that reads what others wrote. */
export interface Target {
  readonly name: string;
  /** Valid inputs, made once per process. */
  seeds(): Promise<readonly Input[]> | readonly Input[];
  kindOf(file: string): Kind;
  /** Gets one case where others get so many, because its cases take long. Default: 1. */
  readonly every?: number;
  /**
   * Reads an input.
   * @param folder where its files lie
   * @param seed the valid input that it was made of
   * @throws SymlossError where it refuses the input; anything else is a fault, as is what a second
   * reader reads otherwise
   */
  read(folder: string, input: Input, seed: Input): Promise<unknown> | unknown;
}
