import type { Schedule } from './schedule.ts';
import { scheduleForm } from './schedule.ts';

/**
 * Cosine annealing without restarts, from 1 to 0 along half a cosine: (1 + cos(π·progress))/2.
 *
 * Source: Loshchilov and Hutter, *SGDR: stochastic gradient descent with warm restarts*, ICLR 2017,
 * equation 5.
 */
export const cosine: Schedule = {
  spec: 'cosine',
  at: (progress) => (1 + Math.cos(Math.PI * progress)) / 2,
};

export const cosineForm = scheduleForm({
  about: 'cosine annealing to 0',
  example: 'cosine',
  parameters: {},
  build: () => cosine,
});
