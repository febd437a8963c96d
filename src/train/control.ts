/**
 * How the thread that started a run controls the run's own thread: through shared memory, since a
 * thread that computes reads no messages.
 */
export type Control = Int32Array<SharedArrayBuffer>;

/** 1 to abort; number of answers given; 1 where the last one was to stop. */
const [ABORT, ANSWERS, STOP] = [0, 1, 2];

export function makeControl(): Control {
  return new Int32Array(new SharedArrayBuffer(3 * 4));
}

/** Asks for an abort; a run that waits for an answer goes on to see it. */
export function abort(control: Control): void {
  Atomics.store(control, ABORT, 1);
  answer(control, false);
}

export function isAborted(control: Control): boolean {
  return Atomics.load(control, ABORT) === 1;
}

/** Answers the question whether to go on after an epoch. */
export function answer(control: Control, stop: boolean): void {
  Atomics.store(control, STOP, stop ? 1 : 0);
  Atomics.add(control, ANSWERS, 1);
  Atomics.notify(control, ANSWERS);
}

/** How many answers were given so far: to be taken before a question is asked. */
export function answersGiven(control: Control): number {
  return Atomics.load(control, ANSWERS);
}

/** Waits for an answer beyond those given before the question. */
export function awaitAnswer(control: Control, given: number): 'stop' | undefined {
  Atomics.wait(control, ANSWERS, given);
  return Atomics.load(control, STOP) === 1 ? 'stop' : undefined;
}
