import type { Rng, Shape } from '../core/index.ts';
import { SymlossError } from '../core/index.ts';
import type { Expr, Node } from '../graph/index.ts';
import { input } from '../graph/index.ts';

/** Whether a network is being trained (batch statistics, dropout) or applied. */
export type Mode = 'train' | 'infer';

/** Draws the first value of a variable. */
export type Initialiser = (shape: Shape, rng: Rng) => Float32Array;

/** A tensor that outlives a step: a parameter that is trained, or a state that layers update. */
export interface Variable {
  readonly kind: 'parameter' | 'state';
  readonly name: string;
  readonly expr: Node<'input'>;
  readonly initialise: Initialiser;
}

/** A part of a network: builds its output from its input, taking its variables from the scope. */
export type Layer = (x: Expr, scope: Scope) => Expr;

interface Registry {
  readonly variables: Map<string, Variable>;
  readonly updates: Map<string, Expr>;
  readonly uniforms: Node<'input'>[];
}

/**
 * Collects the variables of a network while its layers are applied. Names are paths,
 * `hidden1/weight`; the same layers build the same names in either mode.
 */
export class Scope {
  readonly mode: Mode;
  readonly #prefix: string;
  readonly #registry: Registry;

  constructor(mode: Mode, prefix = '', registry?: Registry) {
    this.mode = mode;
    this.#prefix = prefix;
    this.#registry = registry ?? { variables: new Map(), updates: new Map(), uniforms: [] };
  }

  /** The scope of a named part: its variables are `name/…`. */
  within(name: string): Scope {
    return new Scope(this.mode, `${this.#prefix}${name}/`, this.#registry);
  }

  /** A tensor that training adjusts. */
  parameter(name: string, shape: Shape, initialise: Initialiser): Expr {
    return this.#variable('parameter', name, shape, initialise);
  }

  /** A tensor that layers carry from step to step, such as a running mean. */
  state(name: string, shape: Shape, initialise: Initialiser): Expr {
    return this.#variable('state', name, shape, initialise);
  }

  /** Sets the value a state has after the training step. */
  update(name: string, value: Expr): void {
    this.#registry.updates.set(this.#prefix + name, value);
  }

  /**
   * Fresh random numbers in [0, 1) at every training step, from the stream `dropout`; other ones
   * for every call.
   */
  uniform(shape: Shape): Expr {
    const { uniforms } = this.#registry;
    const node = input(`${this.#prefix}uniform${uniforms.length + 1}`, shape);
    uniforms.push(node);
    return node;
  }

  /** In the order in which the layers asked for them. */
  get variables(): readonly Variable[] {
    return [...this.#registry.variables.values()];
  }

  get uniforms(): readonly Node<'input'>[] {
    return this.#registry.uniforms;
  }

  /** The value of a state after the step: what a layer set, or what it was. */
  updated({ name, expr }: Variable): Expr {
    return this.#registry.updates.get(name) ?? expr;
  }

  #variable(kind: Variable['kind'], ownName: string, shape: Shape, initialise: Initialiser): Expr {
    const name = this.#prefix + ownName;
    if (this.#registry.variables.has(name)) {
      throw new SymlossError('network', 'layers of different names', `two called ${name}`, {
        hint: 'name the parts with scope.within',
      });
    }
    const expr = input(name, shape);
    this.#registry.variables.set(name, { kind, name, expr, initialise });
    return expr;
  }
}
