import { createHash } from 'node:crypto';
import { formatShape, SymlossError, sameShape } from '../../core/index.ts';
import type { Job } from '../job.ts';
import type { RunState, SlotValues } from '../run-state.ts';
import type { Identity } from './identity.ts';
import { hashOf } from './identity.ts';
import type { SafeTensors } from './safetensors.ts';
import { damaged, decodeSafeTensors, encodeSafeTensors, tensorBytes } from './safetensors.ts';

/*
 * A checkpoint is a safetensors file with the slots of the training step as its tensors and these
 * texts in its metadata:
 *   format    `symloss-checkpoint`
 *   version   `2`
 *   identity  JSON: what the run is, see `identityOf`
 *   position  JSON: epoch, batch, steps, lossSum, seconds; stopped where the run was told to stop
 *   epochs    JSON: the metrics of the epochs that are over
 *   streams   JSON: states of random streams
 *   best      JSON: the best epoch so far, where that is to be kept; its tensors are called `best/…`
 *   sha256    of the tensors' bytes
 *   sha256-header  of the rest: a JSON list of [text, value] in this order and [tensor, shape] by place
 * JSON writes a float64 with the digits that lead back to it, so sums and metrics are exact.
 */

export const format = 'symloss-checkpoint';
export const version = '2';
const texts = [
  ...(['format', 'version', 'identity', 'position', 'epochs', 'streams', 'best'] as const),
  'sha256',
] as const;

const bestName = (name: string): string => `best/${name}`;

/** What a run expects of its checkpoint. */
export interface Expected {
  readonly identity: Identity;
  readonly slots: readonly Pick<Job['slots'][number], 'name' | 'shape' | 'role'>[];
}

/** A state of a run as the pieces of a file. */
export function encodeCheckpoint(state: RunState, identity: Identity): Uint8Array[] {
  const { epochs, streams, slots, best, ...position } = state;
  const tensors = { ...slots, ...(best && renamed(best.slots, bestName)) };
  const metadata = {
    format,
    version,
    identity: JSON.stringify(identity),
    position: JSON.stringify(position),
    epochs: JSON.stringify(epochs),
    streams: JSON.stringify(streams),
    ...(best && { best: JSON.stringify(best.epoch) }),
    sha256: hashOf(...tensorBytes(tensors)),
  };
  return encodeSafeTensors({
    tensors,
    metadata: { ...metadata, 'sha256-header': hashOfHeader(metadata, tensors) },
  });
}

/**
 * Reads a checkpoint's bytes.
 * @param file named in errors
 * @throws SymlossError where the file is damaged, or is of another run: it then says which setting
 * or tensor differs
 */
export function decodeCheckpoint(bytes: Uint8Array, expected: Expected, file: string): RunState {
  const { tensors, metadata } = decodeSafeTensors(bytes, file);
  if (metadata.format !== format) {
    throw refused(file, 'a checkpoint of symloss', 'a safetensors file of another kind');
  }
  if (metadata.version !== version) {
    throw new SymlossError(file, `a checkpoint of version ${version}`, metadata.version ?? 'none', {
      hint: 'another version of symloss wrote it: go on with that one, or start the run again',
      kind: 'failure',
    });
  }
  checkHash(file, 'header', metadata['sha256-header'], hashOfHeader(metadata, tensors));
  checkHash(file, 'tensors', metadata.sha256, hashOf(...tensorBytes(tensors)));
  const read = (name: (typeof texts)[number]) => JSON.parse(metadata[name] as string);
  checkIdentity(file, expected.identity, read('identity'));
  const hasBest = metadata.best !== undefined;
  const own = expected.slots.filter(({ role }) => hasBest && role === 'network');
  const best = own.map((slot) => ({ ...slot, name: bestName(slot.name) }));
  checkTensors(file, [...expected.slots, ...best], tensors);
  const pick = (list: Expected['slots'], nameIn = (name: string) => name) =>
    Object.fromEntries(list.map(({ name }) => [name, tensors[nameIn(name)]])) as SlotValues;
  return {
    ...read('position'),
    epochs: read('epochs'),
    streams: read('streams'),
    slots: pick(expected.slots),
    ...(hasBest && { best: { epoch: read('best'), slots: pick(own, bestName) } }),
  };
}

function renamed(slots: SlotValues, rename: (name: string) => string): SlotValues {
  return Object.fromEntries(Object.entries(slots).map(([name, slot]) => [rename(name), slot]));
}

function hashOfHeader(metadata: SafeTensors['metadata'], tensors: SafeTensors['tensors']): string {
  const list = [
    ...texts.map((name) => [name, metadata[name]]),
    ...Object.entries(tensors).map(([name, { shape }]) => [name, shape]),
  ];
  return createHash('sha256').update(JSON.stringify(list)).digest('hex');
}

function checkHash(file: string, what: string, given: string | undefined, found: string): void {
  if (given === found) return;
  throw new SymlossError(file, `${what} with sha256 ${given}`, found, {
    hint: damaged,
    kind: 'failure',
  });
}

function checkIdentity(file: string, expected: Identity, found: Identity): void {
  for (const name of new Set([...Object.keys(expected), ...Object.keys(found)])) {
    const [own, other] = [expected[name] ?? 'nothing', found[name] ?? 'nothing'];
    if (own === other) continue;
    const [, part] =
      /^(training|validation|test)(Features|Labels|SoftLabels|TrueLabels)$/.exec(name) ?? [];
    if (part === undefined) throw refused(file, `a checkpoint with ${name} ${own}`, other);
    throw refused(
      file,
      `a checkpoint with ${name} ${own}`,
      `${other}: the ${part} data have changed since`,
    );
  }
}

function checkTensors(
  file: string,
  slots: Expected['slots'],
  tensors: SafeTensors['tensors'],
): void {
  for (const { name, shape } of slots) {
    const found = tensors[name];
    if (found?.dtype === 'float32' && sameShape(found.shape, shape)) continue;
    const received = found === undefined ? 'nothing' : `${found.dtype}${formatShape(found.shape)}`;
    throw refused(file, `tensor ${name} as float32${formatShape(shape)}`, received);
  }
  const names = new Set(slots.map(({ name }) => name));
  const extra = Object.keys(tensors).find((name) => !names.has(name));
  if (extra !== undefined) throw refused(file, `tensors ${[...names].join(', ')}`, extra);
}

function refused(file: string, expected: string, received: string): SymlossError {
  return new SymlossError(file, expected, received, {
    hint: 'resume with the settings, data and packages that the run was started with, or start it elsewhere',
    kind: 'failure',
  });
}
