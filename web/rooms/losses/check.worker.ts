import { checkLoss } from '../../../src/losses/index.ts';
import type { CheckAnswer, CheckQuestion } from './question.ts';

/** Measures a loss apart from the page: with many classes it takes seconds. */
addEventListener('message', ({ data }: MessageEvent<CheckQuestion>) => {
  let answer: CheckAnswer;
  try {
    answer = { check: checkLoss(data.spec, { k: data.k, noiseRate: data.noiseRate }) };
  } catch (error) {
    answer = { error: error instanceof Error ? error.message : String(error) };
  }
  postMessage(answer);
});
