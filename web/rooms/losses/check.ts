import type { CheckAnswer, CheckQuestion } from './question.ts';

/** With more classes than this a check takes too long to wait for. */
export const mostChecked = 10;

/** Answers that were given, by question. */
const known = new Map<string, CheckAnswer>();
/** Waits that long for a slider to rest. */
const restAfter = 250;

/**
 * Measures the properties of a loss in a worker of its own, which ends with the answer.
 * @returns what gives the question up; it is not answered then
 */
export function askCheck(
  question: CheckQuestion,
  onAnswer: (answer: CheckAnswer) => void,
): () => void {
  const key = JSON.stringify(question);
  let worker: Worker | undefined;
  const end = (answer: CheckAnswer) => {
    worker?.terminate();
    onAnswer(answer);
  };
  const ask = () => {
    worker = new Worker(new URL('./check.worker.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<CheckAnswer>) => {
      known.set(key, data);
      end(data);
    });
    worker.addEventListener('error', ({ message }) => {
      end({ error: message || 'the worker that measures losses could not start' });
    });
    worker.postMessage(question);
  };
  const answered = known.get(key);
  const timer = answered ? setTimeout(() => onAnswer(answered), 0) : setTimeout(ask, restAfter);
  return () => {
    clearTimeout(timer);
    worker?.terminate();
  };
}
