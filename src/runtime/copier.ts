import type { Tensor as OrtTensor } from 'onnxruntime-common';
import type { TensorType } from './copy-model.ts';
import type { OrtSession, Sessions } from './ort-session.ts';

type Goal = 'device' | 'javascript';

/**
 * Copies tensors from a device to JavaScript's memory, or to new buffers of the device, by a model that gives its inputs back. That
 * works in all of onnxruntime's packages: `Tensor.getData` ends the process in onnxruntime-node (1.30).
 */
export class Copier {
  readonly names: readonly string[];
  readonly #sessions: Sessions;
  readonly #types: Readonly<Record<string, TensorType>>;
  readonly #open = new Map<Goal, OrtSession>();

  constructor(sessions: Sessions, types: Readonly<Record<string, TensorType>>) {
    this.#sessions = sessions;
    this.#types = types;
    this.names = Object.keys(types);
  }

  /**
   * @param run runs a session with the tensors as they are
   * @returns the copies, by the names of the tensors
   */
  async copy(
    to: Goal,
    run: (session: OrtSession) => Promise<Readonly<Record<string, OrtTensor>>>,
  ): Promise<ReadonlyMap<string, OrtTensor>> {
    // what compiles is loaded when it is first needed
    const { copyModel, copyOf } = await import('./copy-model.ts');
    let session = this.#open.get(to);
    if (session === undefined) {
      const held = to === 'device' ? this.names.map(copyOf) : [];
      session = await this.#sessions.open(copyModel(this.#types), held);
      this.#open.set(to, session);
    }
    const copies = await run(session);
    return new Map(this.names.map((name) => [name, copies[copyOf(name)] as OrtTensor]));
  }

  async release(): Promise<void> {
    for (const session of this.#open.values()) await session.release();
  }
}
