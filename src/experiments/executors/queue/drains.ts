import type { Redis as Client } from 'ioredis';
import { keyPrefix } from './connect.ts';

/** Counts how often a queue was emptied, so that who waits can tell that from a loss. */
const keyOf = (name: string): string => `${keyPrefix}:${name}:drains`;

export async function readDrains(client: Client, name: string): Promise<string> {
  return (await client.get(keyOf(name))) ?? '0';
}

export async function countDrain(client: Client, name: string): Promise<void> {
  await client.incr(keyOf(name));
}
