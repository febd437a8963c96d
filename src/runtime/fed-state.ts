import type { Tensor } from '../core/index.ts';
import type { Feeds, Tensors } from '../graph/index.ts';
import { release } from './release.ts';
import type { Executable, Runner, State, StatefulExecutable, StatePlace } from './runner.ts';

/** Steps on any executable: the state goes in and comes out at every step. */
export class FedState implements StatefulExecutable {
  readonly place: StatePlace;
  readonly #executable: Executable;
  readonly #next: State['next'];
  readonly #load: Runner['load'];
  readonly #attached: Executable[] = [];
  #values: Tensors;
  /** Those of the values that are not the caller's. */
  readonly #own = new Set<Tensor>();

  /**
   * @param load loads the models that are attached
   * @param reason why the state stays nowhere else
   */
  constructor(
    executable: Executable,
    { first, next }: State,
    load: Runner['load'],
    reason = 'it was asked for',
  ) {
    this.place = { memory: 'javascript', reason };
    this.#executable = executable;
    this.#next = next;
    this.#load = load;
    this.#values = first;
  }

  async step(feeds: Feeds): Promise<Tensors> {
    const outputs = { ...(await this.#executable.run({ ...feeds, ...this.#values })) };
    const values: Record<string, Tensor> = {};
    for (const [name, output] of Object.entries(this.#next)) {
      values[name] = outputs[output] as Tensor;
      delete outputs[output];
    }
    this.#replace(values);
    return outputs;
  }

  async attach(model: Uint8Array): Promise<Pick<Executable, 'run'>> {
    const executable = await this.#load(model);
    this.#attached.push(executable);
    return { run: (feeds) => executable.run({ ...feeds, ...this.#values }) };
  }

  async read(): Promise<Tensors> {
    return this.#values;
  }

  async write(values: Tensors): Promise<void> {
    const copies = Object.entries(values).map(([name, { dtype, shape, data }]) => [
      name,
      { dtype, shape, data: data.slice() },
    ]);
    this.#replace(Object.fromEntries(copies));
  }

  async dispose(): Promise<void> {
    for (const executable of this.#attached) await executable.dispose();
    await this.#executable.dispose();
    this.#free(Object.keys(this.#values));
  }

  #replace(values: Tensors): void {
    this.#free(Object.keys(values));
    this.#values = { ...this.#values, ...values };
    for (const tensor of Object.values(values)) this.#own.add(tensor);
  }

  #free(names: readonly string[]): void {
    const old = names.map((name) => this.#values[name] as Tensor);
    release(old.filter((tensor) => this.#own.delete(tensor)));
  }
}
